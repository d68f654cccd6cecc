"""Uses the store as web does: everything patched by gevent, each call in a native thread of gevent's thread pool.

Run as a program by test_greenlets.py; prints what it saw as JSON.
"""

import gevent.monkey

gevent.monkey.patch_all()

import json  # noqa: E402 — nothing may be imported before the patching
import time  # noqa: E402
from collections.abc import Callable  # noqa: E402
from typing import TypeVar  # noqa: E402

import gevent  # noqa: E402

from app.store import messages, readiness, rooms, session, transcripts  # noqa: E402
from tests.integration.store.builders import NOON, a_message, a_room, passed  # noqa: E402

R = TypeVar("R")
GREENLETS = 50
TICK_SECONDS = 0.01
SLEEP = {
    "mysql": "SELECT SLEEP(1)",
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 4000000) SELECT max(i) FROM n",
}

ticks: list[float] = []


def in_thread(verb: Callable[..., R], *args: object) -> R:
    return gevent.get_hub().threadpool.apply(verb, args)


def tick() -> None:
    while True:
        ticks.append(time.monotonic())
        gevent.sleep(TICK_SECONDS)


def all_at_once(verb: Callable[..., object], *args: object) -> list[object]:
    """Call a verb in fifty greenlets."""
    jobs = [gevent.spawn(in_thread, verb, *args) for _ in range(GREENLETS)]
    gevent.joinall(jobs, timeout=60, raise_error=True)
    return [job.value for job in jobs if job.successful()]


def query_that_sleeps() -> None:
    with session.reading() as look:
        look.exec_driver_sql(SLEEP[session.engine().dialect.name]).all()


def ticks_during(verb: Callable[[], object]) -> int:
    before = len(ticks)
    in_thread(verb)
    return len(ticks) - before


def keep_one(room_id: str) -> object:
    room = rooms.get(room_id)
    assert room
    return messages.keep(room_id, [passed(a_message(room))], NOON)


readiness.warm_up()
gevent.spawn(tick)
found_nothing = all_at_once(rooms.find, "lovelace")
room = in_thread(rooms.create, a_room())
found = all_at_once(rooms.find, "lovelace")
kept = all_at_once(keep_one, room.id)
saw = {
    "found nothing": found_nothing.count(None),
    "found": found.count(room),
    "kept": len(kept),
    "seqs": in_thread(lambda: [seq for seq, _ in transcripts.everything(room.id)]),
    "ticks while a query slept": ticks_during(query_that_sleeps),
    "pool": session.engine().pool.status(),
}
session.dispose()
print(json.dumps(saw))
