"""How the peace is kept: the ledger of those who moderate, and what everyone is told."""

from __future__ import annotations

from tests.support.client import Guest, Json, Venue, new_id
from tests.support.house import eventually


def ledger(venue: Venue, query: str = "") -> list[Json]:
    return list(venue.host("GET", f"/ledger{query}").raise_for_status().json()["actions"])


def deeds(venue: Venue) -> list[tuple[str, str | None]]:
    return [(each["action"], each.get("about")) for each in reversed(ledger(venue))]


def hold(guest: Guest, text: str = "This is shit") -> str:
    """Says something that is held."""
    message_id = new_id()
    assert guest.post(text, message_id, wait=20).json()["state"] == "held"
    return message_id


def test_the_ledger_says_who_did_what_and_holds_no_word_that_was_said(venue: Venue) -> None:
    ada = venue.join()
    released, removed = hold(ada), ada.say("Is this a secret?")["id"]
    venue.host("POST", f"/messages/{released}/release")
    venue.host("POST", f"/messages/{removed}/pin")
    eventually(lambda: ("pin", removed) in deeds(venue))
    venue.host("DELETE", f"/messages/{removed}")
    venue.host("PATCH", json={"state": "paused"})
    venue.host("PATCH", json={"title": "A secret title", "ttl": "2h"})
    eventually(lambda: len(ledger(venue)) == 6)
    assert {("release", released), ("pin", removed), ("remove", removed), ("pause", None)} <= set(deeds(venue))
    assert deeds(venue)[-2:] == [("life", None), ("settings", None)]
    line = ledger(venue, "?limit=1")[0]
    assert (line["number"], line["by"], line["reason"]) == (6, "host", "title")
    assert line["at"].endswith("Z")
    assert [each["number"] for each in ledger(venue, "?before=4")] == [3, 2, 1]
    assert "secret" not in str(ledger(venue))


def test_everyone_is_told_how_many_were_held_and_how_long_they_waited(venue: Venue) -> None:
    assert venue.call("GET", "/peace").json() == {
        "held": 0,
        "waiting": 0,
        "released": 0,
        "rejected": 0,
        "removed": 0,
        "median_wait_seconds": None,
    }
    ada = venue.join()
    for _ in range(2):
        venue.host("POST", f"/messages/{hold(ada)}/release")
    hold(ada)
    eventually(lambda: venue.call("GET", "/peace").json()["released"] == 2)
    told = venue.call("GET", "/peace").json()
    assert (told["held"], told["waiting"], told["rejected"]) == (3, 1, 0)
    assert 0 <= told["median_wait_seconds"] < 60
    page = venue.http.get(f"/{venue.name}/peace")
    assert page.status_code == 200
    assert "How the peace is kept" in page.text
    assert "<dd>3</dd>" in page.text
    assert "kept for 7 days beyond the room" in page.text
