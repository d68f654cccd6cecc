"""Reports: seen by whoever moderates at once, once for each reader, and told to nobody else."""

from __future__ import annotations

from tests.support.client import Guest, Json, Venue, fields, new_id, problem
from tests.support.house import eventually


def report(guest: Guest, message: Json, **body: object) -> int:
    return guest.call("POST", f"/messages/{message['id']}/report", json=body).status_code


def waiting(venue: Venue) -> list[Json]:
    return list(venue.host("GET", "/reports").raise_for_status().json()["reports"])


def test_the_host_sees_a_report_at_once_and_lets_the_message_be(venue: Venue) -> None:
    ada, eve, grace = venue.join("Ada"), venue.join("Eve"), venue.join("Grace")
    message = eve.say("You are all stupid")
    with venue.screen(venue.host_token, after=1) as desk, eve.screen(after=1) as theirs:
        assert report(ada, message, reason="rude") == 202
        assert desk.until_type("report") == {"type": "report", "id": message["id"], "reports": 1, "reason": "rude"}
        assert report(ada, message) == 202
        assert report(grace, message, reason=" This\u202e hurts. ") == 202
        assert desk.until(lambda frame: frame.get("reports") == 2)["reason"] == "This hurts."
        ada.say("Come on")
        theirs.until_text("Come on")
        assert "report" not in theirs.types()
    (told,) = waiting(venue)
    assert (told["id"], told["message"]["text"], told["reports"]) == (message["id"], "You are all stupid", 2)
    assert sorted((each["reason"], each["times"]) for each in told["reasons"]) == [("This hurts.", 1), ("rude", 1)]
    assert told["sealed"] is True
    assert ada.id not in str(told)
    assert venue.host("DELETE", f"/reports/{message['id']}").status_code == 202
    assert waiting(venue) == []
    assert venue.host("GET", "/ledger").json()["actions"][0]["action"] == "dismiss"
    problem(venue.host("DELETE", f"/reports/{new_id()}"), 404)


def test_a_message_that_is_removed_is_dealt_with(venue: Venue) -> None:
    ada, message = venue.join("Ada"), venue.join("Eve").say("You are all stupid")
    report(ada, message)
    venue.host("DELETE", f"/messages/{message['id']}")
    eventually(lambda: waiting(venue) == [])
    assert report(ada, message) == 404


def test_what_is_not_shown_and_what_is_too_long_is_refused(venue: Venue) -> None:
    ada, message = venue.join("Ada"), venue.join("Eve").say("Hello")
    assert report(ada, {"id": new_id()}) == 404
    assert fields(ada.call("POST", f"/messages/{message['id']}/report", json={"reason": "a" * 201})) == {"reason"}
    assert fields(ada.call("POST", "/messages/nonsense/report")) == {"id"}


def test_a_flood_of_reports_is_told_when_to_come_back(venue: Venue) -> None:
    ada, message = venue.join("Ada"), venue.join("Eve").say("Hello")
    answers = [ada.call("POST", f"/messages/{message['id']}/report") for _ in range(25)]  # two minutes may meet
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(refused) >= 5
    assert 0 < int(refused[0].headers["Retry-After"]) <= 60
    assert [each["reports"] for each in waiting(venue)] == [1]


def test_the_receipt_says_that_something_is_kept_sealed_and_until_when(venue: Venue) -> None:
    report(venue.join("Ada"), venue.join("Eve").say("You are all stupid"))
    venue.host("DELETE")
    eventually(lambda: venue.call("GET", "/receipt").status_code == 200)
    told = venue.call("GET", "/receipt").json()["receipt"]
    assert told["capsules"]["kept"] == 1
    assert told["capsules"]["until"] > told["forgotten_at"]
    assert "One reported message is kept on, sealed" in venue.http.get(f"/{venue.name}").text
