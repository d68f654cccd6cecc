"""The way to Redis when many want to go it at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from redis import Redis

from app.bus.connection import redis
from config.settings import settings

CALLERS = 150


def test_more_callers_than_connections_wait_for_one(bus: Redis) -> None:
    with ThreadPoolExecutor(CALLERS) as callers:
        answers = list(callers.map(lambda _: redis().blpop("nothing", timeout=0.1), range(CALLERS)))
    assert answers == [None] * CALLERS
    # One more is this test's own.
    assert len(bus.client_list()) <= settings().redis_connections + 1
