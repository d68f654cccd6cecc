"""Events without a socket: page by page, by long poll, and as a stream of Server-Sent Events."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import httpx
import pytest

from tests.support.client import Json, Venue, bearer, browser, fields, new_id, problem, seqs, texts
from tests.support.house import House

MakeRoom = Callable[..., Venue]


@dataclass
class Stream:
    """An open event stream, read as a browser does."""

    answer: httpx.Response
    lines: Iterator[str]
    words: list[Json] = field(default_factory=list)

    def next(self) -> tuple[str | None, Json]:
        """The next event that has no type of its own: its id and its data."""
        seq, kind, data = None, "message", ""
        for line in self.lines:
            name, _, value = line.partition(": ")
            if name == "id":
                seq = value
            elif name == "event":
                kind = value
            elif name == "data":
                data = value
            elif not line and data:
                if kind == "message":
                    return seq, json.loads(data)
                self.words.append(json.loads(data))
                seq, kind, data = None, "message", ""
        raise EOFError


@contextmanager
def open_stream(venue: Venue, query: str = "", token: str | None = None, **headers: str) -> Iterator[Stream]:
    with (
        browser(venue.base) as http,
        http.stream("GET", f"{venue.api}/events/stream{query}", headers=bearer(token) | headers) as answer,
    ):
        if answer.status_code != 200:
            answer.read()
        yield Stream(answer, answer.iter_lines())


# -- pages


def test_events_come_oldest_first_in_pages(venue: Venue) -> None:
    ada = venue.join()
    with ada.screen() as screen:
        for number in range(1, 6):
            screen.say(f"Number {number}")
        screen.until_text("Number 5")
    first = venue.call("GET", "/events?after=0&limit=2").json()
    assert (seqs(first["events"]), first["last_seq"]) == ([1, 2], 5)
    rest = venue.call("GET", "/events?after=2").json()
    assert seqs(rest["events"]) == [3, 4, 5]
    assert venue.call("GET", "/events?after=5").json() == {"events": [], "last_seq": 5}
    assert venue.call("GET", "/events").json()["events"] == first["events"] + rest["events"]


def test_an_event_looks_as_the_contract_says(venue: Venue) -> None:
    ada, message_id = venue.join(), new_id()
    ada.post("Hello!", message_id, wait=20)
    (event,) = venue.events()
    assert isinstance(event.pop("at"), str)
    assert event == {
        "type": "event",
        "seq": 1,
        "kind": "message",
        "message": {
            "id": message_id,
            "text": "Hello!",
            "nickname": "Ada",
            "glyph": ada.participant["glyph"],
            "participant_id": ada.id,
            "source": None,
        },
    }


@pytest.mark.parametrize(
    "query", ["after=x", "after=-1", "limit=0", "limit=x", "wait=-1", "wait=x", "after=" + "9" * 99]
)
def test_a_page_that_cannot_be_is_refused(venue: Venue, query: str) -> None:
    assert fields(venue.call("GET", f"/events?{query}")) == {query.partition("=")[0]}


def test_more_than_there_may_be_on_a_page_counts_as_all_that_may(venue: Venue) -> None:
    assert venue.call("GET", "/events?limit=100000").status_code == 200


# -- long poll


def test_a_long_poll_answers_at_once_when_there_is_something(venue: Venue) -> None:
    venue.join().say("Already here")
    began = time.monotonic()
    assert len(venue.call("GET", "/events?after=0&wait=20").json()["events"]) == 1
    assert time.monotonic() - began < 10


def test_a_long_poll_answers_when_something_comes(venue: Venue, house: House) -> None:
    ada = venue.join()
    ada.say("Before")
    answers: list[Json] = []

    def poll() -> None:
        with browser(house.base) as http:
            answers.append(http.get(f"{venue.api}/events?after=1&wait=25").json())

    waiting = threading.Thread(target=poll)
    waiting.start()
    with venue.screen() as screen:
        screen.until_text("Before")
    assert waiting.is_alive()
    began = time.monotonic()
    ada.say("Now")
    waiting.join(20)
    assert time.monotonic() - began < 15
    (answer,) = answers
    assert texts(answer["events"]) == ["Now"]
    assert answer["last_seq"] == 2


def test_a_long_poll_answers_with_nothing_when_its_time_is_up(venue: Venue) -> None:
    began = time.monotonic()
    answer = venue.call("GET", "/events?wait=1").json()
    assert 1.0 <= time.monotonic() - began < 10
    assert answer == {"events": [], "last_seq": 0}


def test_a_long_poll_from_beyond_the_last_event_does_not_wait(venue: Venue) -> None:
    began = time.monotonic()
    assert venue.call("GET", "/events?after=99&wait=25").json() == {"events": [], "last_seq": 0}
    assert time.monotonic() - began < 10


# -- stream


def test_a_stream_says_what_was_and_what_comes(venue: Venue) -> None:
    ada = venue.join()
    ada.say("Before")
    with open_stream(venue) as stream:
        assert stream.answer.headers["Content-Type"].startswith("text/event-stream")
        assert "no-store" in stream.answer.headers["Cache-Control"]
        seq, event = stream.next()
        assert (seq, event["seq"], event["message"]["text"]) == ("1", 1, "Before")
        ada.say("Live")
        seq, event = stream.next()
        assert (seq, event["seq"], event["message"]["text"]) == ("2", 2, "Live")
        assert stream.words[0]["type"] == "hello"


def test_a_stream_goes_on_after_the_last_event_that_was_seen(venue: Venue) -> None:
    ada = venue.join()
    for text in ("One", "Two", "Three"):
        ada.say(text)
    with open_stream(venue, "?after=1") as stream:
        assert stream.next()[0] == "2"
    resumed = {"Last-Event-ID": "2"}
    with open_stream(venue, "?after=0", **resumed) as stream:
        assert stream.next()[0] == "3"
        ada.say("Four")
        assert stream.next()[0] == "4"


def test_a_stream_from_beyond_the_last_event_begins_anew(venue: Venue) -> None:
    venue.join().say("The first")
    with open_stream(venue, **{"Last-Event-ID": "999"}) as stream:
        assert stream.next()[0] == "1"
        assert {"type": "reset"} in stream.words


def test_a_stream_tells_the_author_alone_what_is_held(a_room: MakeRoom) -> None:
    room = a_room(moderation="before")
    ada, message_id = room.join(), new_id()
    with open_stream(room, token=ada.token) as mine, open_stream(room) as others:
        ada.post("May I?", message_id, wait=20)
        room.host("POST", f"/messages/{message_id}/release")
        assert mine.next()[1]["message"]["id"] == message_id
        assert others.next()[1]["message"]["id"] == message_id
        assert [word["id"] for word in mine.words if word["type"] == "held"] == [message_id]
        assert [word for word in others.words if word["type"] == "held"] == []


def test_a_text_with_line_breaks_stays_one_event(venue: Venue) -> None:
    venue.join().say("One\nid: 77\n\ndata: {}")
    with open_stream(venue) as stream:
        seq, event = stream.next()
        assert (seq, event["message"]["text"]) == ("1", "One\nid: 77\n\ndata: {}")


def test_no_stream_of_a_room_that_is_not_there(venue: Venue) -> None:
    problem(venue.http.get("/api/v1/rooms/nobody-made-this/events/stream"), 404)
    problem(venue.call("GET", "/events/stream", token="guessed"), 401)
    problem(venue.call("GET", "/events/stream?after=x"), 422)


def test_a_stream_ends_with_its_room(venue: Venue) -> None:
    ada = venue.join()
    ada.say("Hello")
    with open_stream(venue) as stream:
        stream.next()
        venue.host("DELETE")
        assert stream.next()[1]["room"]["state"] == "closed"
        with pytest.raises(EOFError):
            stream.next()
