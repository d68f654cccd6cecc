"""The database is a file, and somebody holds it: rooms are read, messages accepted, and kept as soon as he lets go."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

import httpx
import pytest

from tests.support.client import Venue, browser, make_room
from tests.support.house import House, eventually

HELD_SECONDS = 3.0
SLOW_MACHINE_SECONDS = 8.0


@pytest.fixture
def http(house: House) -> Iterator[httpx.Client]:
    with browser(house.base) as client:
        yield client


@contextmanager
def held(house: House) -> Iterator[None]:
    """Somebody writes to the file and does not come to an end."""
    path = house.folder / "var" / "parley.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None, timeout=60)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.rollback()


@pytest.mark.faults
def test_while_somebody_holds_the_file_rooms_are_read_and_what_is_said_is_kept_when_he_lets_go(
    house: House, http: httpx.Client
) -> None:
    venue: Venue = make_room(house.base, http)
    ada = venue.join()
    ada.say("before")
    with ada.screen() as mine:
        with held(house):
            until = time.monotonic() + HELD_SECONDS
            said = [mine.say(f"Number {number}") for number in range(3)]
            for each in said:
                mine.until(lambda frame, each=each: frame == {"type": "accepted", "id": each})  # type: ignore[misc]
            began = time.monotonic()
            assert "before" in http.get(f"/{venue.name}").text
            assert http.get(f"{venue.api}/messages").status_code == 200
            assert http.get("/readyz").json()["parts"]["database"] == "ok"
            assert time.monotonic() - began < SLOW_MACHINE_SECONDS
            eventually(lambda: time.monotonic() > until)
            assert venue.texts() == ["before"], "nobody held the file"
        mine.until_text("Number 2")
        assert mine.seqs() == [1, 2, 3, 4]
    assert venue.texts() == ["before", "Number 0", "Number 1", "Number 2"]
