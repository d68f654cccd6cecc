"""Brings the database's tables up to date, or back; the database is the one of the settings."""

from __future__ import annotations

from alembic import context

from app.store.engine import BEGIN, is_sqlite, make_engine
from app.store.tables import metadata
from config.settings import settings

STATEMENT_SECONDS = 600  # copying a large table takes longer than any question of the site may

if context.is_offline_mode():
    message = "migrations run against the database itself: leave --sql out"
    raise SystemExit(message)

engine = make_engine(settings(), read_timeout=STATEMENT_SECONDS)
with engine.connect().execution_options(**{BEGIN: "IMMEDIATE"}) as connection:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=is_sqlite(engine),
        transactional_ddl=is_sqlite(engine),  # whole or not at all; MySQL commits after each table, whatever we ask
    )
    with context.begin_transaction():
        context.run_migrations()
engine.dispose()
