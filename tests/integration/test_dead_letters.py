"""A message that the database will not take harms nobody but itself: the others are shown, author and host are told."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager

import httpx
import pytest

from tests.support.client import Json, Screen, Venue, browser, make_room, new_id, texts
from tests.support.house import House, eventually

POISON = "nobody may keep this"


@pytest.fixture
def http(house: House) -> Iterator[httpx.Client]:
    with browser(house.base) as client:
        yield client


@pytest.fixture
def venue(house: House, http: httpx.Client) -> Venue:
    return make_room(house.base, http)


@contextmanager
def refusing(house: House, text: str) -> Iterator[None]:
    """Has the database itself refuse every message with this text."""
    path = house.folder / "var" / "parley.sqlite3"
    with closing(sqlite3.connect(path, timeout=20, isolation_level=None)) as database:
        database.execute(
            f"CREATE TRIGGER refuse BEFORE INSERT ON messages WHEN NEW.text LIKE '{text}%' "
            "BEGIN SELECT RAISE(ABORT, 'not this one'); END"
        )
        try:
            yield
        finally:
            database.execute("DROP TRIGGER refuse")


def said_together(screen: Screen, texts: list[str]) -> dict[str, str]:
    """Says all of them in one go, so that they are taken and kept together; text → id."""
    ids = {text: new_id() for text in texts}
    for text, message_id in ids.items():
        screen.say(text, message_id)
    return ids


def letters(venue: Venue) -> list[Json]:
    waiting = venue.host("GET", "/held").raise_for_status().json()["messages"]
    return [message for message in waiting if message["state"] == "failed"]


def metric(http: httpx.Client, name: str) -> float:
    lines = http.get("/metrics").text.splitlines()
    return next(float(line.split()[1]) for line in lines if line.startswith(f"{name} "))


def test_one_bad_message_among_many_harms_only_itself_and_may_be_tried_again(
    house: House, venue: Venue, http: httpx.Client
) -> None:
    ada, bob = venue.join("Ada"), venue.join("Bob")
    good = [f"question {number}" for number in range(30)]
    bad = [f"{POISON} {number}" for number in range(2)]
    with ada.screen() as screen, bob.screen() as other, venue.screen(venue.host_token) as desk:
        with refusing(house, POISON):
            ids = said_together(screen, [*good[:10], bad[0], *good[10:20], bad[1], *good[20:]])
            for text in bad:
                told = screen.until(lambda word, text=text: word.get("id") == ids[text] and word["type"] == "rejected")
                assert "could not be stored" in told["reason"]
            other.until_text(good[-1])
        assert texts(other.events()) == good
        assert other.seqs() == list(range(1, 31))
        # The author can ask what became of it, and so can a client that sends it again.
        stages = ada.call("GET", f"/messages/{ids[bad[0]]}/trail").raise_for_status().json()["stages"]
        assert [stage["stage"] for stage in stages] == ["accepted", "moderated", "persisted"]
        assert (stages[-1]["outcome"], "could not be stored" in stages[-1]["reason"]) == ("failed", True)
        assert ada.post(bad[0], ids[bad[0]], wait=5).status_code == 422
        # The host is told at the desk, and decides.
        desk.until(lambda word: word["type"] == "desk" and word["id"] == ids[bad[1]])
        assert sorted(letter["text"] for letter in letters(venue)) == bad
        assert metric(http, "parley_dead_letters") == 2
        assert venue.host("POST", f"/messages/{ids[bad[1]]}/release").status_code == 202
        assert other.until_text(bad[1])["seq"] == 31
        assert venue.host("POST", f"/messages/{ids[bad[0]]}/reject").status_code == 202
        eventually(lambda: letters(venue) == [])
        assert metric(http, "parley_dead_letters") == 0
        assert bad[0] not in venue.texts()


def test_a_dead_letter_that_is_tried_again_too_soon_is_dead_again(house: House, venue: Venue) -> None:
    ada = venue.join()
    with refusing(house, POISON):
        message_id = new_id()
        assert ada.post(POISON, message_id, wait=20).status_code == 422
        assert venue.host("POST", f"/messages/{message_id}/release").status_code == 202
        eventually(lambda: [letter["id"] for letter in letters(venue)] == [message_id])
    assert ada.say("The room goes on")["seq"] == 1
    assert json.dumps(letters(venue)).count(POISON) == 1
