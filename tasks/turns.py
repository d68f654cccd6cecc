"""Turns: of this process's hops that want the same, one at a time; whoever waited finds less left to do."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from weakref import WeakValueDictionary

from app.store.trouble import StoreAway
from config.settings import settings

ASK_AGAIN_SECONDS = 1

_locks: WeakValueDictionary[str, threading.Lock] = WeakValueDictionary()


@contextmanager
def turn(room_id: str) -> Iterator[None]:
    """Waits for a room's turn at the store.

    Without it a chain whose predecessor is being stored would take all that the predecessor has taken once more, to
    find it stored: half as much again of a busy worker's work. Among processes the store's own lock keeps the order.

    Raises:
        StoreAway: whoever has the turn has had it for as long as an answer of the store may take.
    """
    lock = _locks.setdefault(room_id, threading.Lock())
    if not lock.acquire(timeout=settings().database_read_timeout_seconds):
        raise StoreAway(retry_after=ASK_AGAIN_SECONDS)
    try:
        yield
    finally:
        lock.release()
