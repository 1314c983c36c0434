"""The one record: append, hash-chain, project, tail.

A plant's journal is written by its monitor alone; everybody else reads it, and asks for acts
through the `inbox`.
"""
