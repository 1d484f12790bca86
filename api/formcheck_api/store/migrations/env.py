"""Alembic's way in: migrations run on the connection they are given, in its transaction (``database``).

A new one is drafted with ``alembic.command.revision(migration_config(db), "What changes", autogenerate=True)``.
"""

from alembic import context

from formcheck_api.store.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by making it anew
    include_name=lambda name, kind, _parents: kind != "table" or not str(name).startswith("procrastinate_"),
    transactional_ddl=True,  # also on SQLite, where Alembic would not expect it
)
context.run_migrations()
