"""The embedded historian: a tail log, Parquet segments by UTC day, read with DuckDB.

`store.py` is the door. How it all works: docs/explanation/history-store.md.
"""
