"""The real chain with a check that somebody else has made."""

from __future__ import annotations

import time
from collections.abc import Iterator

import httpx
import pytest

from tests.support.client import Guest, Json, Venue, browser, make_room
from tests.support.house import FOR_A_ROOM, House, eventually, open_house

STRANGE = """
import time
from app.chat import Outcome, Verdict

def strange(asked):
    if "sleep" in asked.text:
        time.sleep(60)
    if "trip" in asked.text:
        raise RuntimeError(asked.text)
    if "leave" in asked.text:
        raise SystemExit
    if "turn" in asked.text:
        return Verdict(Outcome.REJECT, asked.text, "says turn")
    if "nicer" in asked.text:
        return Verdict(Outcome.PASS, asked.text.replace("nicer", "nice"), "is nicer now")
"""
NOT_CHECKED = "could not be checked"


@pytest.fixture(scope="module")
def strange_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house into which somebody has installed a check."""
    installed = tmp_path_factory.mktemp("installed")
    about = installed / "strange-1.dist-info"
    about.mkdir()
    (installed / "strange.py").write_text(STRANGE)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: strange\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[parley.checks]\nstrange = strange:strange\n")
    chosen = {"MODERATION_CHECKS": "normalise,length,strange,words", "CHECK_SECONDS": "0.2"}
    with open_house(tmp_path_factory.mktemp("house"), only=FOR_A_ROOM, PYTHONPATH=str(installed), **chosen) as house:
        yield house


@pytest.fixture
def http(strange_house: House) -> Iterator[httpx.Client]:
    with browser(strange_house.base) as client:
        yield client


@pytest.fixture
def venue(strange_house: House, http: httpx.Client) -> Venue:
    return make_room(strange_house.base, http)


def held(venue: Venue) -> list[Json]:
    return list(venue.host("GET", "/held").json()["messages"])


def settled(venue: Venue, ada: Guest, texts: list[str]) -> None:
    """Says all of it, and waits until each is shown, held or rejected."""
    with ada.screen() as screen:
        waiting = {screen.say(text) for text in texts}
        while waiting:
            frame = screen.next()
            waiting -= {frame.get("id"), frame.get("message", {}).get("id")} if frame["type"] != "accepted" else set()


def test_whatever_somebody_elses_check_does_nothing_is_lost_and_nothing_waved_through(venue: Venue) -> None:
    ada = venue.join()
    said = ["Hello", "I trip", "I leave", "Now I turn", "Be nicer", "sh1t happens", "Good-bye"]
    settled(venue, ada, said)
    assert venue.texts() == ["Hello", "Be nice", "Good-bye"]
    assert {message["text"]: message["reason"] for message in held(venue)} == {
        "I trip": NOT_CHECKED,
        "I leave": NOT_CHECKED,
        "sh1t happens": "has a word from the word list",
    }


def test_one_that_hangs_has_its_messages_held_and_the_others_are_shown_soon(venue: Venue) -> None:
    ada = venue.join()
    began = time.monotonic()
    settled(venue, ada, ["Hello", "I sleep", "And you?"])
    assert venue.texts() == ["Hello", "And you?"]
    assert [(message["text"], message["reason"]) for message in held(venue)] == [("I sleep", NOT_CHECKED)]
    assert time.monotonic() - began < 20, "it sleeps for a minute"


def test_a_held_one_that_could_not_be_checked_is_the_hosts_to_release(venue: Venue) -> None:
    settled(venue, venue.join(), ["I trip"])
    (message,) = held(venue)
    venue.host("POST", f"/messages/{message['id']}/release")
    eventually(lambda: venue.texts() == ["I trip"])
