"""What the outside may see and ask: REST, server-sent events, metrics, the console's files.

The API reads the journal and puts people's acts into its inbox; it judges nothing itself.
"""
