"""A message that kills whoever touches it: the sweep finds it by halves, it is given up, and all others are shown."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from redis import Redis

from app.bus.overdue import TRIES_ALONE, TRIES_TOGETHER
from config import addresses
from tests.support.client import Screen, browser, make_room, new_id, texts
from tests.support.house import ROOT, House, open_house

WORD = "basilisk"
GOOD = [f"question {number}" for number in range(5)]
GIVEN_UP_SECONDS = 90.0

pytestmark = [pytest.mark.faults, pytest.mark.timeout(300)]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    """A house whose workers die of the word, and are born again."""
    procfile = tmp_path / "Procfile"
    lines = (ROOT / "Procfile").read_text().splitlines(keepends=True)
    mortal = f"worker: python -m tests.faults.mortal {WORD}\n"
    procfile.write_text("".join(mortal if line.startswith("worker:") else line for line in lines))
    with open_house(tmp_path / "house", procfile) as opened:
        yield opened


def until_given_up(screen: Screen, redis: Redis, room_id: str, message_id: str) -> dict[str, str]:
    """Lets the sweep look at once, again and again, instead of after half a minute, until the message is given up."""
    until = time.monotonic() + GIVEN_UP_SECONDS
    while time.monotonic() < until:
        redis.zadd("parley:overdue", {room_id: 0}, xx=True)
        try:
            return screen.until(lambda word: word.get("id") == message_id and word["type"] == "rejected", 0.5)
        except TimeoutError:
            continue
    raise AssertionError("the deadly message was not given up")


def test_a_message_that_kills_its_worker_is_found_among_others_and_given_up(house: House) -> None:
    with browser(house.base) as http:
        venue = make_room(house.base, http)
        ada = venue.join("Ada")
        socket = addresses.socket_path(house.folder / "var")
        with ada.screen() as screen, closing(Redis(unix_socket_path=str(socket))) as redis:
            deadly = new_id()
            for text in GOOD[:1]:
                screen.say(text)
            screen.say(f"Have you seen a {WORD}?", deadly)
            for text in GOOD[1:]:
                screen.say(text)
            told = until_given_up(screen, redis, screen.hello["epoch"], deadly)
            assert "could not be stored" in told["reason"]
            screen.until_text(GOOD[-1], 60)
            assert texts(screen.events()) == GOOD
            assert screen.seqs() == list(range(1, len(GOOD) + 1))
        waiting = venue.host("GET", "/held").raise_for_status().json()["messages"]
        assert [(message["id"], message["state"]) for message in waiting] == [(deadly, "failed")]
    assert house.log().count("a worker died") >= TRIES_TOGETHER + TRIES_ALONE, "it was given up too soon"
