"""`python -m firstout` is the `firstout` command."""

from firstout.cli import app

app()
