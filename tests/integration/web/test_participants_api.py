"""Participants over HTTP: joining, nicknames, passwords."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.support.client import Venue, fields, problem

MakeRoom = Callable[..., Venue]


def test_whoever_joins_is_given_an_id_a_glyph_and_a_token(venue: Venue) -> None:
    ada = venue.join("Ada")
    assert set(ada.participant) == {"id", "nickname", "glyph"}
    assert ada.participant["nickname"] == "Ada"
    assert set(ada.participant["glyph"]) == {"colour", "sign"}
    assert len(ada.token) >= 40


def test_two_of_the_same_nickname_are_two(venue: Venue) -> None:
    one, two = venue.join("Ada"), venue.join("Ada")
    assert one.id != two.id
    assert one.token != two.token


def test_those_of_a_small_room_are_told_apart_by_colour(venue: Venue) -> None:
    here = [venue.join(f"Pupil {number}").participant["glyph"] for number in range(8)]
    assert len({glyph["colour"] for glyph in here}) == 8


@pytest.mark.parametrize(("raw", "clean"), [("  Ada   L. ", "Ada L."), ("Ａｄａ", "Ada"), ("Zoë\u202e\u200b", "Zoë")])
def test_a_nickname_is_cleaned(venue: Venue, raw: str, clean: str) -> None:
    assert venue.join(raw).participant["nickname"] == clean


@pytest.mark.parametrize("nickname", ["", "   ", "\u200b\u202e", "x" * 25, 5, None, ["Ada"]])
def test_a_nickname_that_cannot_be_had_is_refused(venue: Venue, nickname: object) -> None:
    assert fields(venue.call("POST", "/participants", json={"nickname": nickname})) == {"nickname"}


def test_a_nickname_is_needed_and_nothing_else_is_known(venue: Venue) -> None:
    assert fields(venue.call("POST", "/participants", json={})) == {"nickname"}
    assert fields(venue.call("POST", "/participants", json={"nickname": "Ada", "host": True})) == {"host"}


def test_a_renamed_participant_keeps_the_glyph_and_everyone_hears_of_it(venue: Venue) -> None:
    ada = venue.join("Ada")
    with venue.screen() as screen:
        answer = ada.call("PATCH", "/participants/me", json={"nickname": "Countess"})
        assert answer.status_code == 200
        assert answer.json() == {"participant": ada.participant | {"nickname": "Countess"}}
        event = screen.until_type("event")
    assert (event["kind"], event["seq"]) == ("renamed", 1)
    assert event["participant"] == ada.participant | {"nickname": "Countess"}
    assert ada.say("Hello")["nickname"] == "Countess"


def test_what_was_said_before_keeps_the_nickname_of_its_time(venue: Venue) -> None:
    ada = venue.join("Ada")
    ada.say("Before")
    ada.call("PATCH", "/participants/me", json={"nickname": "Countess"})
    ada.say("After")
    said = venue.call("GET", "/messages").json()["messages"]
    assert [(each["nickname"], each["text"]) for each in said] == [("Ada", "Before"), ("Countess", "After")]
    assert said[0]["glyph"] == said[1]["glyph"] == ada.participant["glyph"]


def test_only_a_participant_has_a_nickname_to_change(venue: Venue) -> None:
    problem(venue.call("PATCH", "/participants/me", json={"nickname": "Eve"}), 401)
    problem(venue.call("PATCH", "/participants/me", token="guessed", json={"nickname": "Eve"}), 401)
    problem(venue.host("PATCH", "/participants/me", json={"nickname": "Eve"}), 401)
    assert fields(venue.join().call("PATCH", "/participants/me", json={"nickname": ""})) == {"nickname"}


def test_a_token_opens_one_room_only(a_room: MakeRoom) -> None:
    here, there = a_room(), a_room()
    ada = here.join()
    problem(there.call("POST", "/messages", ada.token, json={"id": "x", "text": "Hello"}), 401)
    problem(there.call("GET", "/events", ada.token), 401)
    problem(there.call("PATCH", token=here.host_token, json={"title": "Mine"}), 401)


def test_a_password_stands_before_the_room(a_room: MakeRoom) -> None:
    room = a_room(password="open sesame")
    assert fields(room.call("POST", "/participants", json={"nickname": "Eve"}), 403) == {"password"}
    wrong = {"nickname": "Eve", "password": "open poppy"}
    assert fields(room.call("POST", "/participants", json=wrong), 403) == {"password"}
    for path in ("/events", "/messages", "/events/stream"):
        problem(room.call("GET", path), 401)
    ada = room.join("Ada", password="open sesame")
    ada.say("Inside")
    assert ada.call("GET", "/messages").json()["messages"][0]["text"] == "Inside"
    assert room.host("GET", "/events").status_code == 200


def test_a_password_that_nobody_asked_for_does_no_harm(venue: Venue) -> None:
    assert venue.join(password="what for").participant["nickname"] == "Ada"


def test_the_presence_counts_participants_with_a_screen_each_once(venue: Venue) -> None:
    ada, grace = venue.join("Ada"), venue.join("Grace")
    assert venue.now()["present"] == 0
    with ada.screen() as first, ada.screen(), venue.screen():
        first.until(lambda frame: frame == {"type": "presence", "present": 1})
        with grace.screen():
            first.until(lambda frame: frame == {"type": "presence", "present": 2})
            assert venue.now()["present"] == 2
        first.until(lambda frame: frame == {"type": "presence", "present": 1})
