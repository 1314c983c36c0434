"""People and programs that may ask: their own database, apart from the journal.

The journal knows them by opaque ids only, so a name can be corrected or deleted here.
"""
