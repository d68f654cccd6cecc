"""A pause that blocks only the thread that asks for it."""

from __future__ import annotations

from _queue import Empty, SimpleQueue
from contextlib import suppress


def pause(seconds: float) -> None:
    """Wait in C.

    `time.sleep` is gevent's where gevent has patched it, and would make a loop of its own, with its own open files, in
    each native thread that calls it.
    """
    with suppress(Empty):
        SimpleQueue[None]().get(timeout=seconds)
