"""The accounts database's tables; times are RFC 3339 UTC text, secrets are kept as hashes only."""

from sqlalchemy import Column, ForeignKey, Integer, MetaData, String, Table

metadata = MetaData()

# One row: which shape the database has; `open.py` brings older ones up to date.
schema = Table("schema", metadata, Column("version", Integer, primary_key=True))

account = Table(
    "account",
    metadata,
    Column("id", String, primary_key=True),
    Column("login", String, nullable=False, unique=True),
    Column("name", String, nullable=False),
    Column("role", String, nullable=False),
    Column("password_hash", String),  # null: signs in by one-time link or token only
    Column("created_at", String, nullable=False),
    Column("disabled_at", String),
)

session = Table(
    "session",
    metadata,
    Column("hash", String, primary_key=True),
    Column("account", ForeignKey("account.id"), nullable=False, index=True),
    Column("created_at", String, nullable=False),
    Column("used_at", String, nullable=False),
)

token = Table(
    "token",
    metadata,
    Column("id", String, primary_key=True),
    Column("hash", String, nullable=False, unique=True),
    Column("account", ForeignKey("account.id"), nullable=False, index=True),
    Column("role", String, nullable=False),
    Column("label", String, nullable=False),
    Column("created_at", String, nullable=False),
    Column("expires_at", String, nullable=False),
    Column("revoked_at", String),
)

link = Table(
    "link",
    metadata,
    Column("hash", String, primary_key=True),
    Column("account", ForeignKey("account.id"), nullable=False, index=True),
    Column("created_at", String, nullable=False),
    Column("expires_at", String, nullable=False),
    Column("redeemed_at", String),
)
