"""The words: equipment, signal, limit, interlock, unit, quality.

Everything else in Firstout is written in these words.
This package parses text and holds values; it reads no file, no clock and no network.
"""
