"""The way to Redis: what happens when it stands still."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable

import pytest
from redis import Redis

from app.bus import connection
from app.chat.refusals import Unavailable

TIMEOUT_SECONDS = 1.0


def refused_after() -> float:
    began = time.monotonic()
    with pytest.raises(Unavailable):
        connection.ping()
    return time.monotonic() - began


def test_one_waits_for_a_server_that_stands_still_and_the_others_are_told_at_once(
    bus: Redis, setting: Callable[..., None]
) -> None:
    setting(REDIS_TIMEOUT_SECONDS=TIMEOUT_SECONDS)
    connection.redis.cache_clear()
    pid = int(bus.info("server")["process_id"])  # type: ignore[index,arg-type]
    assert connection.ping()
    os.kill(pid, signal.SIGSTOP)
    try:
        waited = refused_after()
        assert waited >= TIMEOUT_SECONDS / 2
        assert sum(refused_after() for _ in range(100)) < waited
    finally:
        os.kill(pid, signal.SIGCONT)
    # It is asked again after a moment, and answers.
    over = time.monotonic() + 10
    while time.monotonic() < over:
        try:
            assert connection.ping()
            return
        except Unavailable:
            time.sleep(0.05)
    pytest.fail("it was never asked again")
