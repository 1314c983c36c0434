"""What Alembic runs for each migration: on the connection it was given, in its transaction."""

from alembic import context

from journal.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite can create tables inside a transaction once BEGIN is ours (journal/open.py).
    transactional_ddl=True,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
