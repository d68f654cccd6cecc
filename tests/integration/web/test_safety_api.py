"""What a host has looked at: asked for, told, and done by the real chain."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.support.client import API, Guest, Json, Venue, fields
from tests.support.house import eventually

MakeRoom = Callable[..., Venue]
AS_IT_COMES = {
    "links": "allow",
    "allowed_sites": [],
    "words": "default",
    "word_languages": [],
    "flood": "off",
    "repeats": "off",
    "new_devices": "pass",
    "new_device_minutes": 5,
    "raid": "off",
}


def fate(guest: Guest, text: str) -> tuple[str, str]:
    """What becomes of what somebody says: the text that is shown, or the reason for which it is not."""
    with guest.screen(after=guest.venue.now()["last_seq"]) as screen:
        message_id = screen.say(text)

        def told(frame: Json) -> bool:
            about = frame.get("id") == message_id and frame["type"] in ("held", "rejected")
            return about or frame.get("message", {}).get("id") == message_id

        frame = screen.until(told)
    return ("shown", frame["message"]["text"]) if "message" in frame else (frame["type"], frame["reason"])


# -- the setting


def test_a_room_says_what_is_looked_at_but_its_own_words_only_to_its_host(a_room: MakeRoom) -> None:
    venue = a_room(
        safety={"links": "hold", "own_words": ["Pineapple"], "allowed_sites": ["https://www.Wikipedia.org/x"]}
    )
    told = {**AS_IT_COMES, "links": "hold", "allowed_sites": ["wikipedia.org"]}
    assert venue.room["safety"] == {**told, "own_words": ["pineapple"]}
    assert venue.now()["safety"] == told
    assert venue.host("GET").json()["room"]["safety"] == {**told, "own_words": ["pineapple"]}
    ada = venue.join()
    assert venue.call("GET", token=ada.token).json()["room"]["safety"] == told
    assert venue.call("GET", token="guessed").json()["room"]["safety"] == told
    with ada.screen() as screen:
        assert screen.hello["room"]["safety"] == told
        changed = venue.host("PATCH", json={"safety": {"flood": "hold"}}).json()["room"]["safety"]
        assert changed == {**told, "flood": "hold", "own_words": ["pineapple"]}
        assert screen.until_type("event")["room"]["safety"] == {**told, "flood": "hold"}
    assert a_room().now()["safety"] == AS_IT_COMES


def test_what_is_not_named_stays_and_an_empty_list_empties(venue: Venue) -> None:
    venue.host("PATCH", json={"safety": {"words": "mask", "own_words": ["pineapple"], "word_languages": ["de", "en"]}})
    venue.host("PATCH", json={"title": "Another"})
    kept = venue.host("PATCH", json={"safety": {"new_devices": "hold"}}).json()["room"]["safety"]
    assert kept["words"] == "mask"
    assert kept["own_words"] == ["pineapple"]
    assert kept["word_languages"] == ["de", "en"]
    assert kept["new_devices"] == "hold"
    emptied = venue.host("PATCH", json={"safety": {"own_words": [], "word_languages": []}}).json()["room"]["safety"]
    assert (emptied["own_words"], emptied["word_languages"], emptied["words"]) == ([], [], "mask")


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"links": "sometimes"}, "safety.links"), ({"words": "shout"}, "safety.words"), ("hold", "safety"),
        ({"allowed_sites": ["not a site"]}, "safety.allowed_sites"), ({"allowed_sites": "x"}, "safety.allowed_sites"),
        ({"own_words": ["!"]}, "safety.own_words"), ({"own_words": ["ab"] * 101}, "safety.own_words"),
        ({"word_languages": ["tlh"]}, "safety.word_languages.0"), ({"flood": True}, "safety.flood"),
        ({"new_device_minutes": 0}, "safety.new_device_minutes"),
        ({"new_device_minutes": "5"}, "safety.new_device_minutes"),
        ({"raid": "yes"}, "safety.raid"), ({"sarcasm": "hold"}, "safety.sarcasm"),
    ],
)  # fmt: skip
def test_what_is_no_such_setting_is_refused_field_by_field(venue: Venue, wrong: object, field: str) -> None:
    assert fields(venue.host("PATCH", json={"title": "Not to be seen", "safety": wrong})) == {field}
    assert fields(venue.http.post(f"{API}/rooms", json={"safety": wrong})) == {field}
    assert venue.now()["safety"] == AS_IT_COMES


# -- what the chain makes of it


@pytest.mark.parametrize(
    ("safety", "text", "expected"),
    [
        ({}, "have a look at evil.example/x", ("shown", "have a look at evil.example/x")),
        ({"links": "hold"}, "have a look at evil.example/x", ("held", "has a link")),
        ({"links": "block"}, "have a look at evil.example/x", ("rejected", "has a link")),
        ({"links": "block", "allowed_sites": ["evil.example"]}, "evil.example/x", ("shown", "evil.example/x")),
        ({}, "sh1t happens", ("held", "has a word from the word list")),
        ({"words": "off"}, "sh1t happens", ("shown", "sh1t happens")),
        ({"words": "reject"}, "sh1t happens", ("rejected", "has a word from the word list")),
        ({"words": "mask"}, "sh1t happens, page 717", ("shown", "••• happens, page 717")),
        ({"words": "mask", "own_words": ["pineapple"]}, "P1neäpple pizza", ("shown", "••• pizza")),
        ({"own_words": ["pineapple"]}, "p.i.n.e.a.p.p.l.e pizza", ("held", "has a word from the word list")),
        ({"word_languages": ["de"]}, "So eine Scheiße", ("held", "has a word from the word list")),
        ({"new_devices": "hold"}, "Hello", ("held", "its author has just joined")),
    ],
)  # fmt: skip
def test_each_setting_does_what_it_says(
    a_room: MakeRoom, safety: dict[str, Any], text: str, expected: tuple[str, str]
) -> None:
    assert fate(a_room(safety=safety).join(), text) == expected


def test_a_covered_word_is_nowhere_to_be_read_and_the_trail_says_that_it_was(a_room: MakeRoom) -> None:
    venue = a_room(safety={"words": "mask"})
    ada = venue.join()
    message_id = ada.say("sh1t happens")["id"]
    assert venue.texts() == ["••• happens"]
    (archived,) = venue.call("GET", "/messages").json()["messages"]
    assert archived["text"] == "••• happens"
    assert "sh1t" not in venue.http.get(f"/{venue.name}/transcript.txt").text
    stages = {each["stage"]: each for each in ada.call("GET", f"/messages/{message_id}/trail").json()["stages"]}
    assert (stages["moderated"]["outcome"], stages["moderated"]["reason"]) == (
        "pass",
        "a word from the word list was covered",
    )
    assert stages["delivered"]["outcome"] == "shown"
    # The same message again, as it was said, is the same message.
    assert ada.post("sh1t happens", message_id).status_code == 202
    assert venue.texts() == ["••• happens"]


def test_a_flood_and_the_same_again_wait_for_the_host_and_others_are_heard(a_room: MakeRoom) -> None:
    venue = a_room(safety={"flood": "hold", "repeats": "hold"})
    ada, grace = venue.join("Ada"), venue.join("Grace")
    for number in range(12):
        assert ada.post(f"Message number {number} of many").status_code == 202
    grace.say("May I ask something?")
    eventually(lambda: len(venue.host("GET", "/held").json()["messages"]) >= 3)
    held = venue.host("GET", "/held").json()["messages"]
    assert {message["reason"] for message in held} == {"many messages in a short time"}
    assert {message["nickname"] for message in held} == {"Ada"}
    assert "May I ask something?" in venue.texts()
    for _ in range(3):
        grace.post("Buy the new edition of the book today")
    eventually(lambda: any(m["nickname"] == "Grace" for m in venue.host("GET", "/held").json()["messages"]))
    (again,) = [m for m in venue.host("GET", "/held").json()["messages"] if m["nickname"] == "Grace"]
    assert again["reason"] == "the same was said a moment ago"


def test_as_a_room_comes_forty_messages_at_once_are_shown(venue: Venue) -> None:
    ada = venue.join()
    for number in range(40):
        assert ada.post(f"Message {number % 4}").status_code == 202
    eventually(lambda: len(venue.texts()) == 40)
    assert venue.host("GET", "/held").json()["messages"] == []


# -- rehearsal


def test_a_host_tries_a_rule_on_what_was_said_before_it_goes_on(venue: Venue) -> None:
    ada = venue.join()
    for text in ("Hello", "see evil.example/x", "I like pineapple", "Any questions?"):
        ada.say(text)
    before = venue.host("GET").json()["room"]
    tried = venue.host("POST", "/rehearsal", json={"links": "block", "words": "mask", "own_words": ["Pineapple"]})
    assert tried.status_code == 200
    answer = tried.json()
    numbers = {name: value for name, value in answer.items() if name != "examples"}
    assert numbers == {"looked_at": 4, "held": 0, "rejected": 1, "masked": 1}
    assert [(each["text"], each["outcome"]) for each in answer["examples"]] == [
        ("I like •••", "mask"),
        ("see evil.example/x", "reject"),
    ]
    # Nothing has changed by it.
    assert venue.host("GET").json()["room"] == before
    assert venue.texts() == ["Hello", "see evil.example/x", "I like pineapple", "Any questions?"]
    as_it_is = venue.host("POST", "/rehearsal", json={}).json()
    assert (as_it_is["looked_at"], as_it_is["examples"]) == (4, [])
    for wrong in ({"links": "never"}, {"own_words": ["!"]}, {"allowed_sites": ["nowhere"]}):
        assert fields(venue.host("POST", "/rehearsal", json=wrong)) == set(wrong)
    assert venue.call("POST", "/rehearsal", token=ada.token, json={"links": "block"}).status_code == 401
