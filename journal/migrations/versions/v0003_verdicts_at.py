"""An index by which the matrix of verdicts of any past moment is found."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Index the verdicts alone, by cell, with all that the question asks of an entry."""
    op.create_index(
        "entry_verdict",
        "entry",
        ["subject", "seq", "time", "known_at", "kind"],
        sqlite_where=sa.text("kind = 'verdict'"),
        postgresql_where=sa.text("kind = 'verdict'"),
    )
