"""Messages over HTTP: said once, shown once, held, released, removed, and followed on their trail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

import pytest

from tests.support.client import Venue, fields, new_id, problem, seqs
from tests.support.house import eventually

MakeRoom = Callable[..., Venue]
LISTED = "what a load of shit"
"""A text with a word that is on the list."""
AN_ID = "c7efcebc-d34d-44d5-84a6-41cf55c8ad26"


def test_a_message_is_accepted_and_then_shown(venue: Venue) -> None:
    ada, message_id = venue.join(), new_id()
    answer = ada.post("Hello, everyone!", message_id)
    assert (answer.status_code, answer.json()) == (202, {"id": message_id, "state": "accepted"})
    eventually(lambda: venue.texts() == ["Hello, everyone!"])


def test_whoever_waits_is_given_the_message_with_its_seq(venue: Venue) -> None:
    ada, message_id = venue.join(), new_id()
    answer = ada.post("Hello!", message_id, wait=20)
    assert answer.status_code == 201
    message = answer.json()["message"]
    assert message.pop("seq") == 1
    assert datetime.fromisoformat(message.pop("at")).tzinfo is not None
    assert message == {
        "id": message_id,
        "text": "Hello!",
        "nickname": "Ada",
        "glyph": ada.participant["glyph"],
        "participant_id": ada.id,
        "source": None,
    }


def test_the_same_id_again_is_answered_alike_and_shown_once(venue: Venue) -> None:
    ada, message_id = venue.join(), new_id()
    first = ada.post("Hello!", message_id)
    again = ada.post("Hello!", message_id)
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    ada.say("The last word")
    later = ada.post("Hello!", message_id)
    assert (first.status_code, first.json()) == (later.status_code, later.json())
    ada.say("The very last word")
    assert venue.texts() == ["Hello!", "The last word", "The very last word"]


def test_whoever_waits_again_is_given_the_same_message(venue: Venue) -> None:
    ada, message_id = venue.join(), new_id()
    first, again = (ada.post("Hello!", message_id, wait=20) for _ in range(2))
    assert again.status_code == 201
    assert again.json()["message"]["seq"] == first.json()["message"]["seq"]
    assert again.json()["message"]["text"] == "Hello!"


def test_an_id_is_the_same_in_small_and_capital_letters(venue: Venue) -> None:
    ada, message_id = venue.join(), new_id()
    ada.post("Hello!", message_id)
    ada.post("Hello!", message_id.upper())
    ada.say("The last word")
    assert venue.texts() == ["Hello!", "The last word"]


def test_the_same_id_with_another_text_is_refused(venue: Venue) -> None:
    ada, message_id = venue.join(), new_id()
    ada.post("Hello!", message_id)
    problem(ada.post("Good-bye!", message_id), 409)
    ada.say("The last word")
    problem(ada.post("Good-bye!", message_id), 409)
    assert venue.texts() == ["Hello!", "The last word"]


def test_nobody_takes_over_another_ones_id(venue: Venue) -> None:
    ada, eve, message_id = venue.join("Ada"), venue.join("Eve"), new_id()
    ada.post("Hello!", message_id)
    problem(eve.post("Hello!", message_id), 409)
    ada.say("The last word")
    assert [event["message"]["nickname"] for event in venue.events()] == ["Ada", "Ada"]


def test_two_rooms_may_use_the_same_id(a_room: MakeRoom) -> None:
    message_id, here, there = new_id(), a_room(), a_room()
    assert here.join().post("Hello!", message_id, wait=20).status_code == 201
    assert there.join().post("Another text", message_id, wait=20).status_code == 201


@pytest.mark.parametrize("message_id", ["", "5", "not-a-uuid", AN_ID[:-1], AN_ID + "0", "{" + AN_ID + "}", 5])
def test_an_id_has_to_be_a_uuid(venue: Venue, message_id: object) -> None:
    answer = venue.join().call("POST", "/messages", json={"id": message_id, "text": "Hello!"})
    assert fields(answer) == {"id"}


@pytest.mark.parametrize("text", ["", "   ", "\n\t\n", "\u200b\u202e", "\x00"])
def test_an_empty_message_is_refused(venue: Venue, text: str) -> None:
    assert fields(venue.join().post(text)) == {"text"}


@pytest.mark.parametrize("body", [{}, {"id": new_id()}, {"id": new_id(), "text": 5}, {"id": new_id(), "text": None}])
def test_a_text_is_needed(venue: Venue, body: object) -> None:
    assert "text" in fields(venue.join().call("POST", "/messages", json=body))


def test_an_unknown_field_is_told(venue: Venue) -> None:
    answer = venue.join().call("POST", "/messages", json={"id": new_id(), "text": "Hello!", "colour": "red"})
    assert fields(answer) == {"colour"}


@pytest.mark.parametrize("grapheme", ["x", "é", "e\u0301", "👩\u200d👩\u200d👧\u200d👦", "🇩🇪", "न\u093f"])
def test_length_is_counted_as_a_reader_counts(a_room: MakeRoom, grapheme: str) -> None:
    ada = a_room(max_length=60).join()
    assert ada.post(grapheme * 60, wait=20).status_code == 201
    assert fields(ada.post(grapheme * 61)) == {"text"}


def test_what_the_host_allows_is_the_limit(a_room: MakeRoom) -> None:
    room = a_room(max_length=500)
    ada = room.join()
    assert ada.post("x" * 500, wait=20).status_code == 201
    problem(ada.post("x" * 501), 422)
    room.host("PATCH", json={"max_length": 60})
    problem(ada.post("x" * 61), 422)


def test_a_text_is_cleaned_and_otherwise_left_alone(venue: Venue) -> None:
    ada = venue.join()
    assert ada.say(" A\u202eb\x07 \r\n\r\n\r\n\r\nc ")["text"] == "Ab\n\nc"
    kept = "<script>alert('1')</script> & \"so\" 👩🏽\u200d🚀 العربية ✓ \\n"
    assert ada.say(kept)["text"] == kept
    assert venue.call("GET", "/messages").json()["messages"][-1]["text"] == kept


def test_only_a_participant_may_speak(venue: Venue) -> None:
    said = {"id": new_id(), "text": "Hello!"}
    for token in (None, "guessed", venue.host_token):
        assert problem(venue.call("POST", "/messages", token, json=said), 401)
    assert venue.call("POST", "/messages", json=said).headers["WWW-Authenticate"] == "Bearer"
    assert venue.texts() == []


def test_a_paused_room_is_read_and_not_posted_to(venue: Venue) -> None:
    ada = venue.join()
    ada.say("Before")
    venue.host("PATCH", json={"state": "paused"})
    problem(ada.post("Meanwhile"), 403)
    assert venue.texts() == ["Before"]
    venue.host("PATCH", json={"state": "open"})
    ada.say("After")
    assert venue.texts() == ["Before", "After"]


def test_a_closed_room_is_read_and_not_posted_to(venue: Venue) -> None:
    ada = venue.join()
    ada.say("Before")
    venue.host("PATCH", json={"state": "closed"})
    problem(ada.post("Meanwhile"), 403)
    assert venue.texts() == ["Before"]


def test_slow_mode_says_when_to_come_back(a_room: MakeRoom) -> None:
    room = a_room(slow_mode=600)
    ada, grace, first = room.join("Ada"), room.join("Grace"), new_id()
    assert ada.post("One", first).status_code == 202
    answer = ada.post("Two")
    problem(answer, 429)
    assert 590 <= int(answer.headers["Retry-After"]) <= 600
    assert ada.post("One", first).status_code == 202  # what was accepted is not too fast
    assert grace.post("Me too", wait=20).status_code == 201
    assert room.texts() == ["One", "Me too"]


def test_a_lone_half_of_a_character_is_refused(venue: Venue) -> None:
    raw = f'{{"id":"{new_id()}","text":"half \\ud83d"}}'
    problem(venue.join().call("POST", "/messages", content=raw), 422)


@pytest.mark.parametrize("wait", ["-1", "soon", "1.5", "", "9" * 400])
def test_a_wait_is_a_number_of_seconds(venue: Venue, wait: str) -> None:
    answer = venue.join().call("POST", f"/messages?wait={wait}", json={"id": new_id(), "text": "Hello!"})
    assert fields(answer) == {"wait"}
    assert venue.texts() == []


# -- held


def test_a_host_who_reads_first_lets_through_what_he_likes(a_room: MakeRoom) -> None:
    room = a_room(moderation="before")
    ada, good, bad = room.join(), new_id(), new_id()
    assert ada.post("May I?", good, wait=20).json() == {"id": good, "state": "held"}
    assert ada.post("Rather not", bad, wait=20).status_code == 202
    waiting = room.host("GET", "/held").json()["messages"]
    assert [(each["id"], each["text"], bool(each["reason"])) for each in waiting] == [
        (good, "May I?", True),
        (bad, "Rather not", True),
    ]
    assert room.texts() == []
    with ada.screen() as screen:
        assert room.host("POST", f"/messages/{good}/release").status_code == 202
        assert screen.until_text("May I?")["seq"] == 1
        assert room.host("POST", f"/messages/{bad}/reject").status_code == 202
        rejected = screen.until_type("rejected")
        assert rejected["id"] == bad
        assert rejected["reason"]
    eventually(lambda: room.host("GET", "/held").json()["messages"] == [])
    assert room.texts() == ["May I?"]


def test_a_listed_word_is_held_with_a_reason(venue: Venue) -> None:
    answer = venue.join().post(LISTED, wait=20)
    assert answer.status_code == 202
    assert answer.json()["state"] == "held"
    (held,) = venue.host("GET", "/held").json()["messages"]
    assert held["text"] == LISTED
    assert held["reason"]
    assert venue.texts() == []


def test_a_held_message_sent_again_is_still_held(a_room: MakeRoom) -> None:
    room = a_room(moderation="before")
    ada, message_id = room.join(), new_id()
    ada.post("May I?", message_id, wait=20)
    assert ada.post("May I?", message_id, wait=20).json() == {"id": message_id, "state": "held"}
    assert len(room.host("GET", "/held").json()["messages"]) == 1


def test_a_message_sent_again_after_the_host_has_decided_is_told_what_he_decided(a_room: MakeRoom) -> None:
    room = a_room(moderation="before")
    ada, good, bad = room.join(), new_id(), new_id()
    ada.post("May I?", good, wait=20)
    ada.post("Rather not", bad, wait=20)
    room.host("POST", f"/messages/{good}/release")
    room.host("POST", f"/messages/{bad}/reject")
    eventually(lambda: room.host("GET", "/held").json()["messages"] == [])
    eventually(lambda: ada.post("May I?", good, wait=20).status_code == 201)
    problem(ada.post("Rather not", bad, wait=20), 422)
    stages = ada.call("GET", f"/messages/{good}/trail").json()["stages"]
    assert [stage["outcome"] for stage in stages] == ["accepted", "hold", "held", "shown"]


def test_a_message_that_was_released_twice_is_shown_once(a_room: MakeRoom) -> None:
    room = a_room(moderation="before")
    ada, message_id = room.join(), new_id()
    ada.post("May I?", message_id, wait=20)
    for _ in range(2):
        assert room.host("POST", f"/messages/{message_id}/release").status_code == 202
    eventually(lambda: room.texts() == ["May I?"])
    room.host("PATCH", json={"moderation": "after"})
    ada.say("The last word")
    assert room.texts() == ["May I?", "The last word"]


# -- removed


def test_a_removed_message_leaves_every_screen_and_the_archive(venue: Venue) -> None:
    ada = venue.join()
    message = ada.say("I should not have said that")
    ada.say("Sorry")
    with venue.screen(after=2) as screen:
        assert venue.host("DELETE", f"/messages/{message['id']}").status_code == 202
        removed = screen.until_type("event")
        assert (removed["kind"], removed["id"], removed["seq"]) == ("removed", message["id"], 3)
    assert [each["text"] for each in venue.call("GET", "/messages").json()["messages"]] == ["Sorry"]


def test_whoever_comes_later_is_not_told_what_was_removed(venue: Venue) -> None:
    ada = venue.join()
    message = ada.say("I should not have said that")
    venue.host("DELETE", f"/messages/{message['id']}")
    eventually(lambda: len(venue.events()) == 2)
    ada.say("Sorry")
    events = venue.events()
    assert seqs(events) == [1, 2, 3]
    assert "should not" not in str(events)
    with venue.screen() as screen:
        screen.until_text("Sorry")
        assert "should not" not in str(screen.frames)
        assert screen.seqs() == [1, 2, 3]


@pytest.mark.parametrize("doing", ["DELETE ", "POST /release", "POST /reject"])
def test_only_the_host_decides(a_room: MakeRoom, doing: str) -> None:
    room = a_room(moderation="before")
    ada, message_id = room.join(), new_id()
    ada.post("May I?", message_id, wait=20)
    method, _, what = doing.partition(" ")
    for token in (None, "guessed", ada.token):
        assert room.call(method, f"/messages/{message_id}{what}", token).status_code in (401, 403)
    assert len(room.host("GET", "/held").json()["messages"]) == 1
    problem(room.host(method, f"/messages/{new_id()}{what}"), 404)
    problem(room.host(method, f"/messages/nonsense{what}"), 422)


def test_only_the_host_sees_what_is_held(venue: Venue) -> None:
    ada = venue.join()
    for token in (None, "guessed", ada.token):
        assert venue.call("GET", "/held", token).status_code in (401, 403)


# -- the trail


def test_a_message_leaves_a_trail_without_its_text(venue: Venue) -> None:
    ada = venue.join()
    message = ada.say("Follow me")
    path = f"/messages/{message['id']}/trail"
    eventually(lambda: len(ada.call("GET", path).json()["stages"]) == 4)
    stages = ada.call("GET", path).json()["stages"]
    assert [stage["stage"] for stage in stages] == ["accepted", "moderated", "persisted", "delivered"]
    assert [stage["outcome"] for stage in stages] == ["accepted", "pass", "shown", "shown"]
    times = [datetime.fromisoformat(stage["at"]) for stage in stages]
    assert times == sorted(times)
    assert "task_id" not in stages[0]
    assert all(stage["task_id"] for stage in stages[1:])
    assert "Follow me" not in str(stages)
    assert venue.host("GET", path).json()["stages"] == stages


def test_a_trail_says_why_a_message_is_held(venue: Venue) -> None:
    ada, message_id = venue.join(), new_id()
    ada.post(LISTED, message_id, wait=20)
    stages = ada.call("GET", f"/messages/{message_id}/trail").json()["stages"]
    assert [(stage["stage"], stage["outcome"]) for stage in stages] == [
        ("accepted", "accepted"),
        ("moderated", "hold"),
        ("persisted", "held"),
    ]
    assert stages[1]["reason"]


def test_a_trail_is_for_the_author_and_the_host(venue: Venue) -> None:
    ada, eve = venue.join("Ada"), venue.join("Eve")
    message = ada.say("Follow me")
    for token in (None, "guessed", eve.token):
        assert venue.call("GET", f"/messages/{message['id']}/trail", token).status_code in (401, 403)
    problem(ada.call("GET", f"/messages/{new_id()}/trail"), 404)


# -- the archive


def test_the_archive_is_read_page_by_page_from_the_newest(venue: Venue) -> None:
    ada = venue.join()
    with ada.screen() as screen:
        for number in range(1, 8):
            screen.say(f"Number {number}")
        screen.until_text("Number 7")
    pages, before = [], ""
    while True:
        page = venue.call("GET", f"/messages?limit=3{before}").json()
        pages.append([message["seq"] for message in page["messages"]])
        if not page["has_more"]:
            break
        before = f"&before={page['messages'][0]['seq']}"
    assert pages == [[5, 6, 7], [2, 3, 4], [1]]
    after_two = venue.call("GET", "/messages?limit=3&after=2").json()
    assert ([message["seq"] for message in after_two["messages"]], after_two["has_more"]) == ([3, 4, 5], True)
    after_four = venue.call("GET", "/messages?limit=3&after=4").json()
    assert ([message["seq"] for message in after_four["messages"]], after_four["has_more"]) == ([5, 6, 7], False)


def test_an_empty_archive_is_a_page_too(venue: Venue) -> None:
    assert venue.call("GET", "/messages").json() == {"messages": [], "has_more": False}


@pytest.mark.parametrize(
    "query", ["before=x", "before=0", "before=-1", "after=-1", "limit=0", "limit=many", "limit=" + "9" * 400]
)
def test_a_page_that_cannot_be_is_refused(venue: Venue, query: str) -> None:
    assert fields(venue.call("GET", f"/messages?{query}")) == {query.partition("=")[0]}
