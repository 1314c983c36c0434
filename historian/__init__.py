"""Samples kept: every sample that was read, for trends, replay and review."""
