"""What Alembic runs to bring one register one step forward; ``store.migrate`` calls it, nobody by hand.

The connection comes with its transaction already open, so that a migration and the record of it are one.
"""

from alembic import context

from pipeline.register.tables.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,
)
context.run_migrations()
