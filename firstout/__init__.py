"""The front door: command line, wiring, supervision, settings, the clock.

The only package that knows all the others; process loops and file reading live here.
"""
