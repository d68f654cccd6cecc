"""Questions, votes, answers and the pin: over HTTP and the socket, told to every screen, counted once."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from typing import Any

import httpx
import pytest

from app.bus.marks import GATHERED_SECONDS
from tests.support.client import Guest, Json, Venue, fields, new_id, problem, seqs
from tests.support.house import eventually

MakeRoom = Callable[..., Venue]
CROWD = 200


def ask(guest: Guest, text: str = "Why is that so?") -> Json:
    return guest.say(text)


def vote(guest: Guest, message: Json, method: str = "POST") -> httpx.Response:
    return guest.call(method, f"/messages/{message['id']}/vote")


def questions(venue: Venue, token: str | None = None) -> list[Json]:
    return list(venue.call("GET", "/questions", token).raise_for_status().json()["questions"])


def counts(venue: Venue) -> list[tuple[str, int]]:
    return [(question["text"], question["votes"]) for question in questions(venue)]


def of_kind(venue: Venue, kind: str) -> list[Json]:
    return [event for event in venue.events() if event["kind"] == kind]


def archived(venue: Venue, message: Json) -> Json:
    return next(each for each in venue.call("GET", "/messages").json()["messages"] if each["id"] == message["id"])


# -- questions


def test_what_ends_like_a_question_or_is_sent_as_one_is_a_question(venue: Venue) -> None:
    ada = venue.join()
    asked = [ada.say("Why is that so?"), ada.say("It is so.")]
    said = {"id": new_id(), "text": "Tell me more", "question": True}
    asked.append(ada.call("POST", "/messages?wait=25", json=said).json()["message"])
    said = {"id": new_id(), "text": "Really?", "question": False}
    asked.append(ada.call("POST", "/messages?wait=25", json=said).json()["message"])
    assert ["question" in message for message in asked] == [True, False, True, True]
    assert [event["message"].get("question") for event in venue.events()] == [True, None, True, True]
    assert [each["text"] for each in questions(venue)] == ["Why is that so?", "Tell me more", "Really?"]
    only = venue.http.get(f"/{venue.name}/transcript.json?only=questions").json()["messages"]
    assert [each["text"] for each in only] == ["Why is that so?", "Tell me more", "Really?"]
    with ada.screen(after=4) as screen:
        message_id = new_id()
        screen.send({"type": "say", "id": message_id, "text": "And this", "question": True})
        assert screen.until_text("And this")["message"]["question"] is True


@pytest.mark.parametrize("question", ["true", 1, None, []])
def test_whether_it_is_a_question_is_true_or_false(venue: Venue, question: object) -> None:
    ada, said = venue.join(), {"id": new_id(), "text": "Hello", "question": question}
    assert fields(ada.call("POST", "/messages", json=said)) == {"question"}
    with ada.screen() as screen:
        screen.send({"type": "say", **said})
        error = screen.until_type("error")
        assert (error["code"], error["id"]) == ("bad_json", said["id"])
    assert venue.texts() == []


# -- votes


def test_a_vote_is_counted_once_and_told_to_everybody(venue: Venue) -> None:
    ada, grace = venue.join("Ada"), venue.join("Grace")
    first, second = ask(ada, "First?"), ask(ada, "Second?")
    with venue.screen(after=2) as screen:
        for _ in range(3):
            answer = vote(grace, second)
            assert (answer.status_code, answer.json()) == (202, {"id": second["id"]})
        told = screen.until_type("event")
        assert {key: told[key] for key in ("seq", "kind", "id", "votes")} == {
            "seq": 3,
            "kind": "vote",
            "id": second["id"],
            "votes": 1,
        }
    assert counts(venue) == [("Second?", 1), ("First?", 0)]
    assert [question.get("voted") for question in questions(venue, grace.token)] == [True, None]
    assert not any("voted" in question for question in questions(venue, ada.token) + questions(venue))
    assert archived(venue, second)["votes"] == 1
    assert "votes" not in archived(venue, first)
    vote(grace, second, "DELETE")
    eventually(lambda: counts(venue) == [("First?", 0), ("Second?", 0)])
    assert [(event["seq"], event["votes"]) for event in of_kind(venue, "vote")] == [(3, 1), (4, 0)]


def test_votes_over_the_socket_are_answered_each(venue: Venue) -> None:
    ada = venue.join()
    question = ask(ada)
    with ada.screen(after=1) as screen:
        for kind in ("vote", "unvote", "vote"):
            screen.send({"type": kind, "id": question["id"]})
        answers = [screen.until(lambda frame: frame["type"] in ("voted", "unvoted")) for _ in range(3)]
        assert answers == [{"type": kind, "id": question["id"]} for kind in ("voted", "unvoted", "voted")]
        eventually(lambda: counts(venue) == [("Why is that so?", 1)])
        for wrong in ({"type": "vote"}, {"type": "vote", "id": 5}, {"type": "unvote", "id": "nonsense"}):
            screen.send(wrong)
            assert screen.until_type("error")["code"] == "bad_json"
        screen.send({"type": "vote", "id": new_id()})
        assert screen.until_type("error")["detail"]
    with venue.screen(after=1) as reader:
        reader.send({"type": "vote", "id": question["id"]})
        assert reader.until_type("error")["code"] == "unauthorized"


def test_two_hundred_who_vote_at_once_are_all_counted_in_a_few_events(venue: Venue) -> None:
    question, other = ask(venue.join("Ada"), "This one?"), ask(venue.join("Ada"), "Or this one?")
    answers = asyncio.run(vote_at_once(venue, question, other))
    assert answers == [202] * CROWD
    eventually(lambda: counts(venue) == [("This one?", CROWD - 1), ("Or this one?", 1)])
    told = [event for event in of_kind(venue, "vote") if event["id"] == question["id"]]
    assert 1 <= len(told) <= most_told(told)
    growing = [event["votes"] for event in told]
    assert growing == sorted(set(growing))
    assert growing[-1] == CROWD - 1
    assert seqs(venue.events()) == list(range(1, 1 + len(venue.events())))


def most_told(told: list[Json]) -> float:
    """So many events may tell of gathered votes in the time that passed: on a busy machine voting takes long."""
    first, last = (datetime.fromisoformat(event["at"]) for event in (told[0], told[-1]))
    return 2 + (last - first).total_seconds() / GATHERED_SECONDS


async def vote_at_once(venue: Venue, question: Json, other: Json) -> list[int]:
    """Everybody votes at the same moment; the last of them for the other one."""
    limits = httpx.Limits(max_connections=CROWD)
    async with httpx.AsyncClient(base_url=venue.base, timeout=60, trust_env=False, limits=limits) as http:
        joining = [http.post(f"{venue.api}/participants", json={"nickname": f"Guest {n}"}) for n in range(CROWD)]
        tokens = [answer.json()["token"] for answer in await asyncio.gather(*joining)]
        chosen = [question["id"]] * (CROWD - 1) + [other["id"]]
        voting: list[Any] = [
            http.post(f"{venue.api}/messages/{each}/vote", headers={"Authorization": f"Bearer {token}"})
            for token, each in zip(tokens, chosen, strict=True)
        ]
        return [answer.status_code for answer in await asyncio.gather(*voting)]


def test_the_last_of_many_words_on_one_question_counts(venue: Venue) -> None:
    ada, question = venue.join(), ask(venue.join("Grace"))
    for method in ("POST", "DELETE") * 12:
        assert vote(ada, question, method).status_code == 202
    vote(ada, question)
    eventually(lambda: of_kind(venue, "vote")[-1]["votes"] == 1 and counts(venue) == [("Why is that so?", 1)])
    told = [event["votes"] for event in of_kind(venue, "vote")]
    assert set(told) <= {0, 1}
    assert len(told) < 25


def test_rooms_count_for_themselves(a_room: MakeRoom) -> None:
    here, there = a_room(), a_room()
    ada, question = here.join(), ask(here.join("Grace"))
    stranger = there.join("Eve")
    problem(vote(stranger, question), 404)
    problem(here.call("POST", f"/messages/{question['id']}/vote", stranger.token), 401)
    vote(ada, question)
    eventually(lambda: counts(here) == [("Why is that so?", 1)])
    assert there.events() == []


def test_what_was_removed_takes_its_votes_along_and_gets_none(venue: Venue) -> None:
    ada, question = venue.join(), ask(venue.join("Grace"))
    vote(ada, question)
    eventually(lambda: len(of_kind(venue, "vote")) == 1)
    venue.host("DELETE", f"/messages/{question['id']}")
    eventually(lambda: of_kind(venue, "removed"))
    edsger = venue.join("Edsger")
    eventually(lambda: vote(edsger, question).status_code == 404)
    problem(vote(edsger, question, "DELETE"), 404)
    assert venue.host("POST", f"/messages/{question['id']}/pin").status_code == 404
    with edsger.screen(after=3) as screen:
        screen.send({"type": "vote", "id": question["id"]})
        assert screen.until_type("error")["code"] == "no_such_message"
    other = ask(ada, "Another one?")
    vote(ada, other)
    eventually(lambda: counts(venue) == [("Another one?", 1)])
    assert [event["id"] for event in of_kind(venue, "vote")] == [question["id"], other["id"]]


def test_what_nobody_has_said_is_not_voted_for(venue: Venue) -> None:
    ada = venue.join()
    problem(vote(ada, {"id": new_id()}), 404)
    assert fields(vote(ada, {"id": "nonsense"})) == {"id"}


def test_a_pause_is_a_time_for_votes_and_a_closed_room_takes_none(venue: Venue) -> None:
    ada, question = venue.join(), ask(venue.join("Grace"))
    venue.host("PATCH", json={"state": "paused"})
    assert vote(ada, question).status_code == 202
    venue.host("PATCH", json={"state": "closed"})
    problem(vote(ada, question, "DELETE"), 403)


def test_a_flood_of_votes_is_told_when_to_come_back(venue: Venue) -> None:
    ada, question = venue.join(), ask(venue.join("Grace"))
    with ada.screen(after=1) as screen:
        for _ in range(130):  # enough for the limit of a minute, and of the next, should one begin meanwhile
            screen.send({"type": "vote", "id": question["id"]})
        error = screen.until_type("error")
        assert error["code"] == "too_fast"
        assert 0 < error["retry_after"] <= 60
        answer = vote(ada, question)
        problem(answer, 429)
        assert 0 < int(answer.headers["Retry-After"]) <= 60
    assert vote(venue.join("Edsger"), question).status_code == 202


def test_questions_are_for_those_who_may_read(a_room: MakeRoom) -> None:
    room = a_room(password="open sesame")
    problem(room.call("GET", "/questions"), 401)
    assert questions(room, room.join(password="open sesame").token) == []
    assert fields(room.host("GET", "/questions?limit=0")) == {"limit"}


# -- answered, and pinned


def test_a_host_strikes_a_question_and_opens_it_again(venue: Venue) -> None:
    question = ask(venue.join())
    path = f"/messages/{question['id']}/answer"
    with venue.screen(after=1) as screen:
        assert venue.host("POST", path).status_code == 202
        told = screen.until_type("event")
        assert (told["kind"], told["id"], told["answered"]) == ("answered", question["id"], True)
        assert questions(venue)[0]["answered"] is archived(venue, question)["answered"] is True
        assert venue.host("DELETE", path).status_code == 202
        assert screen.until_type("event")["answered"] is False
    assert "answered" not in questions(venue)[0]
    for method in ("POST", "DELETE") * 5:
        venue.host(method, path)
    venue.host("POST", path)
    eventually(lambda: questions(venue)[0].get("answered"))
    problem(venue.host("POST", f"/messages/{new_id()}/answer"), 404)


def test_a_host_pins_one_message_and_everybody_who_comes_finds_it(venue: Venue) -> None:
    ada = venue.join()
    one, two = ask(ada, "One?"), ask(ada, "Two?")
    assert venue.now()["pinned"] is None
    with venue.screen(after=2) as screen:
        for message in (one, two):
            assert venue.host("POST", f"/messages/{message['id']}/pin").status_code == 202
            told = screen.until_type("event")
            assert (told["kind"], told["message"]) == ("pinned", without_place(message))
            eventually(lambda mine=message: (venue.now()["pinned"] or {}).get("id") == mine["id"])
        assert without_place(venue.now()["pinned"]) == without_place(two)
        venue.host("DELETE", f"/messages/{one['id']}/pin")
        venue.host("DELETE", f"/messages/{two['id']}/pin")
        told = screen.until_type("event")
        assert (told["seq"], told["message"]) == (5, None)
    eventually(lambda: venue.now()["pinned"] is None)


def test_a_pinned_message_that_is_removed_is_gone_from_everywhere(venue: Venue) -> None:
    message = ask(venue.join(), "Is this a secret?")
    venue.host("POST", f"/messages/{message['id']}/pin")
    eventually(lambda: of_kind(venue, "pinned"))
    with venue.screen(after=2) as screen:
        venue.host("DELETE", f"/messages/{message['id']}")
        told = [screen.until_type("event") for _ in range(2)]
        assert [(event["kind"], event.get("message")) for event in told] == [("removed", None), ("pinned", None)]
    assert venue.now()["pinned"] is None
    assert "secret" not in str(venue.events())


def test_what_is_pinned_in_a_room_with_a_password_is_not_told_to_everybody(a_room: MakeRoom) -> None:
    room = a_room(password="open sesame")
    ada = room.join(password="open sesame")
    message = ask(ada)
    room.host("POST", f"/messages/{message['id']}/pin")
    eventually(lambda: ada.call("GET").json()["room"]["pinned"])
    assert room.call("GET").json()["room"]["pinned"] is None


def without_place(message: Json) -> Json:
    return {key: value for key, value in message.items() if key not in ("seq", "at")}
