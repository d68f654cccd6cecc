"""Transactions: every verb of the store is exactly one."""

from __future__ import annotations

import logging
import os
import time
from _queue import Empty, SimpleQueue
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine

from app.store.engine import BEGIN, is_sqlite, make_engine
from app.store.patience import pause
from app.store.trouble import StoreAway, retrying
from config.settings import settings

__all__ = ["StoreAway", "dispose", "engine", "reading", "retrying", "scrub", "transaction"]

SCRUB_SECONDS, SCRUB_PAUSE_SECONDS = 5, 0.05

log = logging.getLogger(__name__)
_engines: dict[int, Engine] = {}
"""One engine a process: a forked child must never talk on its parent's connections."""
_turn: SimpleQueue[None] = SimpleQueue()
_turn.put(None)


def engine() -> Engine:
    """Give this process's way to the database; made at the first call."""
    return _engines.get(os.getpid()) or _first_engine()


def _first_engine() -> Engine:
    """Make the engine and connect once before anybody sees it, one thread at a time.

    Making it imports the driver, and SQLAlchemy prepares itself on the first connection: both behind locks that gevent
    makes of greenlets' ones, where native threads that meet may wait for ever. They wait for their turn in C instead.

    Raises:
        StoreAway: others have been trying to connect for as long as an answer may take.
    """
    try:
        _turn.get(timeout=settings().database_read_timeout_seconds)
    except Empty:
        raise StoreAway from None
    try:
        if (kept := _engines.get(os.getpid())) is not None:
            return kept
        fresh = make_engine(settings())
        fresh.connect().close()
        return _engines.setdefault(os.getpid(), fresh)
    finally:
        _turn.put(None)


@contextmanager
def transaction() -> Iterator[Connection]:
    """Change something: all of it or nothing."""
    with engine().connect().execution_options(**{BEGIN: "IMMEDIATE"}) as connection, connection.begin():
        yield connection


@contextmanager
def reading() -> Iterator[Connection]:
    """Look at something, in one state of the database."""
    with engine().connect() as connection:
        yield connection


@retrying
def scrub() -> bool:
    """Make sure that what was deleted is gone from the database's files too.

    SQLite keeps deleted text in its write-ahead log until that is emptied, which waits until nobody reads. Says whether
    it is done; the next call finishes what this one could not. MySQL needs nothing.
    """
    if not is_sqlite(engine()):
        return True
    until = time.monotonic() + SCRUB_SECONDS
    while not _empty_log():
        if time.monotonic() > until:
            log.warning("the write-ahead log could not be emptied: somebody reads the database without end")
            return False
        pause(SCRUB_PAUSE_SECONDS)
    return True


def _empty_log() -> bool:
    with engine().connect().execution_options(**{BEGIN: ""}) as connection:
        return not connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").one().busy


def dispose() -> None:
    """Close the connections that are idle; the next call connects anew."""
    if kept := _engines.pop(os.getpid(), None):
        kept.dispose()
