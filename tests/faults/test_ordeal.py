"""One house, and everything that can happen to it: what was accepted is shown to everybody, once, in one order.

Every part is killed, frozen and cut off, somebody dies at every crash point, a task is lost between the queue and the
worker, Redis is emptied.

How each of these was seen to fail with the mechanism behind it switched off: docs/promises.md.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest
from redis import Redis

from app.bus import pulse
from tests.faults import checker
from tests.faults.crowd import Talk
from tests.faults.ordeal import Room, ordeal
from tests.faults.parts import Parts, database, parts
from tests.faults.points import BY_CHANCE, IN_WORKERS, ON_THE_WEB, Doom
from tests.faults.schedule import Targets, schedule
from tests.support import mariadb
from tests.support.client import Guest, browser, make_room, problem
from tests.support.house import eventually
from tests.support.ports import free_port

SEED = 11
SECONDS = 20.0
SHOWN_SECONDS = 90.0
MESSAGES = 300
"""So many are said at least on the slowest machine."""

BEATS_SECONDS = 20.0
DATABASE_AWAY_SECONDS = 4.0
REFUSED_SECONDS = 25.0
"""A few time-outs of two seconds, on a slow machine."""

TRIES = 30
EMPTIED_AFTER_SECONDS, TALKS_ON_SECONDS = 3.0, 5.0

pytestmark = [pytest.mark.faults, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def doomed_port() -> int:
    return free_port()


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory, doomed_port: int) -> Iterator[Parts]:
    """A house on MariaDB where there is one, with a second web process that dies at the web's crash points."""
    assert not (mariadb.required() and mariadb.missing()), mariadb.missing()
    doomed = {"web2": f"PORT={doomed_port} CRASH_POINTS={BY_CHANCE}"}
    with ExitStack() as stack:
        sql = None if mariadb.missing() else stack.enter_context(database())
        yield stack.enter_context(parts(tmp_path_factory.mktemp("ordeal"), sql, {"web2": "web"}, doomed))


def targets(house: Parts) -> Targets:
    stored = ("database",) if house.sql else ()
    return Targets(
        mortal=("web", "web process", "worker", "chores", "beat", "valkey", *stored),
        freezable=("web process", "worker", "valkey", *stored),
        cuttable=("clients", "valkey", *stored),
    )


def test_nothing_is_lost_when_every_part_is_killed_and_somebody_dies_at_every_point(
    house: Parts, doomed_port: int
) -> None:
    who = targets(house)
    blows = schedule(SEED, SECONDS, len(who.mortal), who)
    doomed = f"http://127.0.0.1:{doomed_port}"
    doom = Doom(house, doomed, times=1)
    result = asyncio.run(ordeal(house, blows, Talk(SEED), bases=[doomed] * 2, seconds=SECONDS, meanwhile=doom))
    print(f"{result.accepted} accepted in {result.seconds:.0f} s, {result.settled:.1f} s later all was shown")
    print(result.blows, result.slowest)
    assert result.faults == [], checker.tell(result.faults)
    assert doom.missed == []
    assert all(doom.at(point) for point in (*IN_WORKERS, *ON_THE_WEB))
    assert set(who.mortal) <= set(result.blows)
    assert result.accepted > MESSAGES
    assert result.removed > 0
    assert asyncio.run(doom.remembered()) == []


def test_a_task_that_dies_between_the_queue_and_the_worker_is_sent_again(house: Parts) -> None:
    """The Redis transport takes a task with BRPOP and only then notes that it has it: a kill in between loses it."""
    with browser(house.house.base) as http:
        ada = make_room(house.house.base, http).join("Ada")
        ada.say("before")
        lost = next((text for text in (f"try {n}" for n in range(TRIES)) if falls_into_the_gap(house, ada, text)), "")
        assert lost, "the worker never waited for a task while it was frozen"
        eventually(lambda: lost in ada.venue.texts(), SHOWN_SECONDS, house.house.log)
        ada.say("after")
        assert ada.venue.texts().count(lost) == 1


def falls_into_the_gap(house: Parts, ada: Guest, text: str) -> bool:
    """Freezes the worker while it waits for tasks, has Redis hand it one, and kills it; says whether it came to that.

    A worker waits a second, and then asks anew: who is frozen between two waits is handed nothing, and goes on.
    """
    # The others are frozen, too, so that whatever is pushed is this message's task.
    frozen = {name: house.freeze(name) or 0 for name in ("beat", "chores", "worker")}
    with Redis(unix_socket_path=str(house.valkey_socket), decode_responses=True) as redis:
        pushed = pushes(redis)
        answer = ada.post(text)
        assert answer.status_code == 202, answer.text
        eventually(lambda: pushes(redis) > pushed)
        known = [*redis.lrange("messages", 0, -1), *redis.hvals("unacked")]
    in_the_gap = not any(answer.json()["id"] in task for task in known)
    if in_the_gap:
        house.kill("worker")
    for pid in frozen.values():
        house.thaw(pid)
    if not in_the_gap:
        eventually(lambda: text in ada.venue.texts(), SHOWN_SECONDS)
    return in_the_gap


def pushes(redis: Redis) -> int:
    """How many tasks were ever put into a queue."""
    return int(redis.info("commandstats").get("cmdstat_lpush", {"calls": 0})["calls"])


def test_a_clock_that_was_killed_beats_again_soon(house: Parts) -> None:
    """Until then nothing is sent again: the lock that the dead one holds must not last long."""
    eventually(lambda: house.pid("beat"), 60)
    house.kill("beat")
    with Redis(unix_socket_path=str(house.valkey_socket)) as redis:
        redis.delete(pulse.PULSE)
        eventually(lambda: redis.exists(pulse.PULSE), BEATS_SECONDS, house.house.log)


def test_with_the_database_away_rooms_are_read_and_accept_and_all_is_shown_once_it_is_back(house: Parts) -> None:
    if house.sql is None:
        pytest.skip(str(mariadb.missing()))
    with browser(house.house.base) as http:
        ada = make_room(house.house.base, http).join("Ada")
        ada.say("before")
        with ada.screen() as screen:
            screen.until_text("before")
            assert house.kill("database", away=DATABASE_AWAY_SECONDS)
            ids = [screen.say(f"meanwhile {number}") for number in range(20)]
            for id_ in ids:
                screen.until(lambda frame, id_=id_: frame == {"type": "accepted", "id": id_})
            assert ada.venue.texts()[0] == "before"
            assert http.get(f"/{ada.venue.name}").status_code == 200
            screen.until_text("meanwhile 19", SHOWN_SECONDS)
            assert [e["message"]["text"] for e in screen.events()] == ["before", *(f"meanwhile {n}" for n in range(20))]


def test_with_the_worker_away_what_is_accepted_waits_and_is_shown_once_it_is_back(house: Parts) -> None:
    with browser(house.house.base) as http:
        ada = make_room(house.house.base, http).join("Ada")
        ada.say("before")
        frozen = house.freeze("worker")
        assert frozen is not None
        answer = ada.post("meanwhile", wait=1)
        assert (answer.status_code, answer.json()["state"]) == (202, "accepted")
        trail = ada.call("GET", f"/messages/{answer.json()['id']}/trail").json()["stages"]
        assert [stage["stage"] for stage in trail] == ["accepted"]
        house.thaw(frozen)
        eventually(lambda: ada.venue.texts() == ["before", "meanwhile"], SHOWN_SECONDS)


def test_with_redis_away_sending_is_refused_at_once_and_pages_stay_up(house: Parts) -> None:
    with browser(house.house.base) as http:
        ada = make_room(house.house.base, http).join("Ada")
        ada.say("before")
        frozen = house.freeze("valkey")
        assert frozen is not None
        try:
            began = time.monotonic()
            refused = ada.post("meanwhile")
            assert problem(refused, 503)
            assert int(refused.headers["Retry-After"]) > 0
            assert http.get("/").status_code == 200
            assert time.monotonic() - began < REFUSED_SECONDS
        finally:
            house.thaw(frozen)
        eventually(lambda: ada.post("after").status_code == 202, SHOWN_SECONDS)
        eventually(lambda: ada.venue.texts()[-1:] == ["after"], SHOWN_SECONDS)


def test_a_redis_that_is_emptied_under_load_is_filled_again_and_nothing_that_is_said_again_is_lost(
    house: Parts,
) -> None:
    async def empty(rooms: list[Room], http: httpx.AsyncClient) -> None:
        await asyncio.sleep(EMPTIED_AFTER_SECONDS)
        assert house.ask("FLUSHALL")
        await asyncio.sleep(TALKS_ON_SECONDS)

    talk = Talk(SEED, rate=40, trust=False)
    result = asyncio.run(ordeal(house, [], talk, seconds=1.0, meanwhile=empty, emptied=True, host_every=1000.0))
    print(f"{result.accepted} accepted in {result.seconds:.0f} s, {result.settled:.1f} s later all was shown")
    assert result.faults == [], checker.tell(result.faults)
    assert "Redis was emptied" in house.house.log()
