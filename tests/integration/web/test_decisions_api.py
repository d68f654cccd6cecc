"""Deciding about messages: with a reason, by one at a time, and once more where the author asks for it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.support.client import Guest, Json, Venue, fields, new_id, problem
from tests.support.house import eventually


def hold(guest: Guest, text: str = "This is shit") -> str:
    """Says something that is held."""
    message_id = new_id()
    assert guest.post(text, message_id, wait=20).json()["state"] == "held"
    return message_id


def waiting(venue: Venue) -> list[Json]:
    return list(venue.host("GET", "/held").raise_for_status().json()["messages"])


def last_line(venue: Venue) -> Json:
    return dict((venue.host("GET", "/ledger?limit=1").json()["actions"] or [{}])[0])


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("rude", "It is rude, or it hurts somebody."),
        (" Not before\u202e the break, please. ", "Not before the break, please."),
        ("", "The host did not let this message through."),
    ],
)
def test_an_author_is_told_why_his_message_is_turned_away(venue: Venue, reason: str, told: str) -> None:
    ada = venue.join()
    message_id = hold(ada)
    with ada.screen() as screen:
        answer = venue.host("POST", f"/messages/{message_id}/reject", json={"reason": reason})
        assert (answer.status_code, answer.json()) == (202, {"id": message_id})
        word = screen.until_type("rejected")
        assert (word["id"], word["reason"]) == (message_id, told)
    eventually(lambda: last_line(venue).get("action") == "reject")
    line = last_line(venue)
    assert (line["by"], line["about"]) == ("host", message_id)
    assert line.get("reason", "") == (told if reason.strip() and reason != "rude" else reason)
    stages = ada.call("GET", f"/messages/{message_id}/trail").json()["stages"]
    assert (stages[-1]["outcome"], stages[-1]["reason"]) == ("rejected", told)


def test_a_reason_is_a_few_words(venue: Venue) -> None:
    message_id = hold(venue.join())
    assert fields(venue.host("POST", f"/messages/{message_id}/reject", json={"reason": "a" * 201})) == {"reason"}
    assert fields(venue.host("POST", f"/messages/{message_id}/reject", json={"reason": 5})) == {"reason"}
    assert fields(venue.host("POST", f"/messages/{message_id}/reject", json={"why": "so"})) == {"why"}
    assert len(waiting(venue)) == 1


def test_a_message_that_is_being_decided_about_is_shown_as_such(venue: Venue) -> None:
    message_id = hold(venue.join())
    with venue.screen(venue.host_token) as desk, venue.screen() as reader:
        answer = venue.host("POST", f"/messages/{message_id}/lease")
        assert answer.status_code == 200
        lease = {key: answer.json()[key] for key in ("by", "until")}
        assert lease["by"] == "host"
        assert 0 < (datetime.fromisoformat(lease["until"]) - datetime.now(UTC)).total_seconds() <= 30
        assert desk.until_type("lease") == {"type": "lease", "id": message_id, **lease}
        assert waiting(venue)[0]["lease"] == lease
        longer = venue.host("POST", f"/messages/{message_id}/lease").json()["until"]
        assert longer >= lease["until"]
        assert venue.host("DELETE", f"/messages/{message_id}/lease").status_code == 202
        assert desk.until(lambda frame: frame["type"] == "lease" and frame["by"] is None)["id"] == message_id
        assert "lease" not in waiting(venue)[0]
        venue.host("POST", f"/messages/{message_id}/lease")
        venue.host("POST", f"/messages/{message_id}/release")
        reader.until_text("This is shit")
        assert "lease" not in reader.types()
    problem(venue.host("POST", f"/messages/{message_id}/lease"), 409)
    problem(venue.host("POST", f"/messages/{new_id()}/lease"), 404)


def test_an_author_asks_once_that_his_message_is_looked_at_again(venue: Venue) -> None:
    ada, eve = venue.join("Ada"), venue.join("Eve")
    message_id = hold(ada)
    path = f"/messages/{message_id}/appeal"
    assert fields(ada.call("POST", path, json={"text": "a" * 201})) == {"text"}
    problem(eve.call("POST", path), 404)
    with venue.screen(venue.host_token) as desk:
        assert ada.call("POST", path, json={"text": "I meant the bird."}).status_code == 202
        assert desk.until_type("desk")["id"] == message_id
    assert waiting(venue)[0]["appeal"]["text"] == "I meant the bird."
    assert problem(ada.call("POST", path), 409)["code"] == "already_appealed"
    venue.host("POST", f"/messages/{message_id}/release")
    eventually(lambda: waiting(venue) == [])
    assert problem(ada.call("POST", f"/messages/{ada.say('Shown')['id']}/appeal"), 409)["code"] == "nothing_to_appeal"


def test_an_appeal_against_a_rejection_carries_the_authors_words_alone(venue: Venue) -> None:
    ada = venue.join()
    message_id = hold(ada)
    venue.host("POST", f"/messages/{message_id}/reject")
    eventually(lambda: waiting(venue) == [])
    assert ada.call("POST", f"/messages/{message_id}/appeal").status_code == 202
    (told,) = waiting(venue)
    assert (told["state"], told["text"], told["appeal"]["text"]) == ("rejected", "", "")
    with ada.screen() as screen:
        venue.host("POST", f"/messages/{message_id}/reject")
        assert screen.until_type("rejected")["reason"] == "It was looked at again and stays as it is."
    eventually(lambda: waiting(venue) == [])
    assert last_line(venue)["action"] == "uphold"
