"""A web process alone with Valkey and the benchmarks' crowd: what rings while it is busy goes out as one frame."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import pytest

from app.bus import connection
from benchmarks.crowd import Crowd
from benchmarks.front import Front, open_front
from benchmarks.halls import hall, show
from config.settings import settings

SOCKETS = 25
RINGS = 40


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Front]:
    with open_front(tmp_path_factory.mktemp("front")) as running:
        yield running


@pytest.fixture(autouse=True)
def bus(front: Front, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("REDIS_URL", front.redis_url)
    remembered = (settings, connection.redis, connection.script)
    for each in remembered:
        each.cache_clear()
    yield
    for each in remembered:
        each.cache_clear()


def crowd_in(front: Front, name: str) -> Crowd:
    return Crowd(front.port, [f"/ws/rooms/{name}?after=1"] * SOCKETS, b'"hello"')


def seqs(crowd: Crowd) -> list[int]:
    return [each["seq"] for each in crowd.told() if each["type"] == "event"]


def test_a_single_message_comes_alone_and_at_once(front: Front) -> None:
    room = hall("alone")
    crowd = crowd_in(front, room.name)
    show(room, 2, ["Is this on?"])
    crowd.gather(1)
    assert (seqs(crowd), crowd.frames) == ([2], 1)
    crowd.close()


def test_what_rings_while_the_web_is_busy_goes_out_as_one_frame(front: Front) -> None:
    room = hall("busy")
    crowd = crowd_in(front, room.name)
    [web] = front.web()
    os.kill(web, signal.SIGSTOP)
    for number in range(RINGS):
        show(room, 2 + number, [f"Question {number}"])
    os.kill(web, signal.SIGCONT)
    crowd.gather(RINGS)
    assert seqs(crowd) == list(range(2, 2 + RINGS))
    # The first ones may have gone alone, before the others had been read.
    assert crowd.frames < RINGS / 2
    crowd.close()
