"""What alarms, votes, demands and records have to say since the whole engine judges."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Add the columns; what was journalled before had none of it."""
    # SQLite fills the rows that are there only from a default. It is taken away again, so that
    # the table is the one that the program describes.
    with op.batch_alter_table("alarm") as table:
        table.add_column(
            sa.Column("latched", sa.Boolean(), nullable=False, server_default=sa.false())
        )
        table.add_column(sa.Column("suppressed_by", sa.String()))
    with op.batch_alter_table("alarm") as table:
        table.alter_column("latched", server_default=None)
    with op.batch_alter_table("interlock") as table:
        table.add_column(sa.Column("votings", sa.JSON()))
    with op.batch_alter_table("demand") as table:
        table.add_column(
            sa.Column("bypassed", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("demand") as table:
        table.alter_column("bypassed", server_default=None)
    with op.batch_alter_table("evidence") as table:
        table.add_column(sa.Column("valid_until", sa.String()))
        table.add_column(sa.Column("ok", sa.Boolean(), nullable=False, server_default=sa.true()))
        table.add_column(sa.Column("criterion", sa.String()))
    with op.batch_alter_table("evidence") as table:
        table.alter_column("ok", server_default=None)
