"""How a connection to SQLite or to MySQL is made, and what each must promise."""

from __future__ import annotations

import time
from sqlite3 import Connection as SQLiteConnection
from sqlite3 import OperationalError
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url

from app.store.patience import pause
from app.store.pool import ThreadPool
from config.settings import Settings

RECYCLE_SECONDS = 280  # hosted MySQL closes a connection that was idle for 5 minutes
LOCK_WAIT_SECONDS = 5
LOOK_AGAIN_SECONDS = 0.01

BEGIN = "parley_begin"
"""The execution option that says how SQLite is to begin: see `_begin_sqlite`."""

MYSQL_SESSION = (
    "SET SESSION time_zone = '+00:00', innodb_lock_wait_timeout = {lock_wait}, "
    "sql_mode = 'STRICT_TRANS_TABLES,NO_ZERO_IN_DATE,NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'"
)
WRITE_AHEAD = "PRAGMA journal_mode = WAL"
SQLITE_SESSION = (
    f"PRAGMA busy_timeout = {LOCK_WAIT_SECONDS * 1000}",
    WRITE_AHEAD,
    "PRAGMA synchronous = FULL",  # a commit survives a power cut
    "PRAGMA secure_delete = ON",  # what is deleted is overwritten with zeros
    "PRAGMA temp_store = MEMORY",  # a large sort leaves nothing in a temporary file
    "PRAGMA foreign_keys = ON",
)


def make_engine(settings: Settings, read_timeout: int | None = None) -> Engine:
    """Prepare the way to the database; nothing is connected yet."""
    url = make_url(settings.sqlalchemy_url)
    if url.get_backend_name() == "sqlite":
        return _sqlite(settings, _options(settings))
    return _mysql(settings, _options(settings), read_timeout or settings.database_read_timeout_seconds)


def is_sqlite(engine: Engine) -> bool:
    """Say whether the database is a file of ours."""
    return engine.dialect.name == "sqlite"


def _options(settings: Settings) -> dict[str, Any]:
    return {
        "poolclass": ThreadPool,
        "pool_size": settings.database_pool_size,
        "pool_timeout": settings.database_read_timeout_seconds,
        "hide_parameters": True,  # an error that is logged must not show what somebody wrote
    }


def _mysql(settings: Settings, options: dict[str, Any], read_timeout: int) -> Engine:
    return create_engine(
        settings.sqlalchemy_url,
        **options,
        pool_pre_ping=True,
        pool_recycle=RECYCLE_SECONDS,
        isolation_level="READ COMMITTED",
        connect_args={
            "charset": "utf8mb4",
            "init_command": MYSQL_SESSION.format(lock_wait=_lock_wait(read_timeout)),
            "connect_timeout": settings.database_connect_timeout_seconds,
            "read_timeout": read_timeout,
            "write_timeout": read_timeout,
        },
    )


def _lock_wait(read_timeout: int) -> int:
    """Wait for a lock less long than for an answer: a clear error comes before the line is cut."""
    return max(1, min(LOCK_WAIT_SECONDS, read_timeout // 2))


def _sqlite(settings: Settings, options: dict[str, Any]) -> Engine:
    engine = create_engine(settings.sqlalchemy_url, **options, connect_args={"check_same_thread": False})
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _set_up_sqlite(connection: SQLiteConnection, _record: object) -> None:
    connection.isolation_level = None  # transactions are begun by us, not guessed by Python's driver
    for pragma in SQLITE_SESSION:
        _patiently(connection, pragma)


def _patiently(connection: SQLiteConnection, pragma: str) -> None:
    """Carry out a pragma.

    Of processes that open a new file in the same instant only one can begin its write-ahead log; the others are told
    "locked" at once, whatever the time-out for locks (17 of 150 starts of four).
    """
    until = time.monotonic() + LOCK_WAIT_SECONDS
    while True:
        try:
            connection.execute(pragma).close()
            return
        except OperationalError as error:
            busy = pragma == WRITE_AHEAD and error.sqlite_errorname.startswith("SQLITE_BUSY")
            if not busy or time.monotonic() > until:
                raise
        pause(LOOK_AGAIN_SECONDS)


def _begin_sqlite(connection: Connection) -> None:
    """Begin as asked: a writer IMMEDIATE, for one that reads first and wants to write later cannot be waited for."""
    if how := connection.get_execution_options().get(BEGIN, "DEFERRED"):
        connection.exec_driver_sql(f"BEGIN {how}")
