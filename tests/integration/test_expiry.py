"""A room's natural end, in real time: a minute is the shortest life there is, so this is one long test."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime

import httpx
import pytest

from tests.integration.test_forgetting import Traces, asked, fill, is_forgotten, marked, receipt
from tests.support.client import Guest, Screen, Venue, browser, make_room, open_screen, problem
from tests.support.house import FOR_A_ROOM, House, eventually, open_house

LIFE_SECONDS = 60
CLOSED_WITHIN_SECONDS = 20.0
"""Beat looks every 2 s; the rest is for machines that do much else."""
CLOCK_SECONDS = 0.1


@pytest.fixture(scope="module")
def expiring(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house of its own, so that other tests' work does not make anybody late."""
    with open_house(tmp_path_factory.mktemp("expiring"), only=FOR_A_ROOM) as running:
        yield running


def seconds_to(end: datetime) -> float:
    return (end - datetime.now(UTC)).total_seconds()


def read_stream(venue: Venue, lines: list[str]) -> None:
    with browser(venue.base) as http, http.stream("GET", f"{venue.api}/events/stream") as answer:
        lines.extend(answer.iter_lines())


def posts_until_refused(ada: Guest, end: datetime) -> None:
    """Until the end every message is accepted, and none that was sent after it."""
    while True:
        left = seconds_to(end)
        answer = ada.post("Still here?")
        if left < -CLOCK_SECONDS or answer.status_code != 202:
            break
        threading.Event().wait(0.1)
    problem(answer, 410)
    assert seconds_to(end) < CLOCK_SECONDS, "refused before the end"


@pytest.mark.timeout(240)
def test_a_room_really_ends_when_its_time_is_up(expiring: House) -> None:
    marker = marked()
    with browser(expiring.base) as http:
        venue = make_room(expiring.base, http, ttl=LIFE_SECONDS, **asked(marker))
        room_id = fill(venue, marker)
        end = datetime.fromisoformat(venue.room["expires_at"])
        ada, lines = venue.join(), list[str]()
        stream = threading.Thread(target=read_stream, args=(venue, lines))
        stream.start()
        with ada.screen() as screen, venue.screen() as wall:
            closed: dict[str, tuple[int, float]] = {}
            waiting = [
                threading.Thread(target=note_closing, args=(closed, name, each, end))
                for name, each in (("ada", screen), ("wall", wall))
            ]
            for thread in waiting:
                thread.start()
            # While nobody speaks, proxies on the way hear that the stream lives.
            eventually(lambda: ": still here" in lines, 45)
            eventually(lambda: seconds_to(end) < 3, LIFE_SECONDS)
            posts_until_refused(ada, end)
            for thread in [*waiting, stream]:
                thread.join(60)
        assert {code for code, _ in closed.values()} == {4410}
        assert all(0 < after < CLOSED_WITHIN_SECONDS for _, after in closed.values()), closed
        for each in (screen, wall):
            assert each.events()[-1]["kind"] == "room"
            assert each.events()[-1]["room"]["state"] == "closed"
            assert each.seqs() == list(range(1, len(each.seqs()) + 1))
        assert not stream.is_alive()
        assert '"state":"closed"' in "\n".join(lines)
        is_over(http, venue)
        eventually(lambda: "redis_keys" in receipt(venue).get("counts", {}), 60)
        is_forgotten(Traces(expiring), room_id, venue.name, marker)


def note_closing(closed: dict[str, tuple[int, float]], name: str, screen: Screen, end: datetime) -> None:
    """Reads a socket to its end and notes its close code and how long after the room's end that came."""
    began = time.monotonic()
    code = screen.closing(LIFE_SECONDS + 30)
    assert time.monotonic() > began
    closed[name] = (code, -seconds_to(end))


def is_over(http: httpx.Client, venue: Venue) -> None:
    problem(venue.call("GET"), 410)
    problem(venue.call("GET", "/events/stream"), 410)
    assert http.get(f"/{venue.name}").status_code == 410
    with open_screen(venue.base, venue.name) as screen:
        assert screen.closing() == 4410
