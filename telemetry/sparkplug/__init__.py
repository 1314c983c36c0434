"""Sparkplug B 3.0: topics, payloads, and both sides' sessions, without a socket or a clock.

The specification's numbered assertions (`tck-id-...`) are the contract; the tests name each one
they prove.
"""
