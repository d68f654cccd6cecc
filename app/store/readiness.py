"""Does the database answer? Asked at the start of a process, and before what waits for it is tried again."""

from __future__ import annotations

import logging

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from app.store.session import StoreAway, reading, retrying

log = logging.getLogger(__name__)


def warm_up() -> None:
    """Connect once, before threads ask; a database that is away is not waited for, it may come later.

    Where gevent has patched the locks, those of Python's import system among them, native threads that meet at one can
    wait for ever (seen in 2 of 100 starts under load). After this nothing is left for them to import.
    """
    try:
        _ask()
    except (SQLAlchemyError, StoreAway) as error:
        log.warning("the database is away at the start", extra={"why": repr(error)})


def answers() -> bool:
    """Say whether the database answers now."""
    try:
        _ask()
    except StoreAway:
        return False
    return True


@retrying
def _ask() -> None:
    with reading() as look:
        look.execute(select(1)).all()
