"""How Alembic runs our migrations: on the connection and in the transaction it is handed."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    # SQLite alters little in place; Alembic then rebuilds the table.
    render_as_batch=True,
)
context.run_migrations()
