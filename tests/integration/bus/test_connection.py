"""The way to Redis: when many want to go it at once, and when it stands still."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from redis import Redis

from app.bus import connection
from app.chat.refusals import Unavailable
from config.settings import settings

CALLERS = 150
TIMEOUT_SECONDS = 1.0


def test_more_callers_than_connections_wait_for_one(bus: Redis) -> None:
    with ThreadPoolExecutor(CALLERS) as callers:
        answers = list(callers.map(lambda _: connection.redis().blpop("nothing", timeout=0.1), range(CALLERS)))
    assert answers == [None] * CALLERS
    # One more is this test's own.
    assert len(bus.client_list()) <= settings().redis_connections + 1


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
