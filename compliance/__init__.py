"""What the criteria ask, and what we can show: criteria as data, verdicts with reasons."""
