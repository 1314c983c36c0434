"""An engineer's own I/O list (点表), as it is, turned into `signals.csv`.

Nothing is taken over silently: every guess, gap and refused cell becomes a note that names its
sheet, row and column.
"""
