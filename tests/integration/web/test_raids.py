"""A crowd breaks in: the doors are half shut, whoever was there talks on, and only those who moderate hear of it."""

from __future__ import annotations

from collections.abc import Callable

from tests.support.client import Guest, Json, Venue

MakeRoom = Callable[..., Venue]
SAFETY = {"links": "hold", "words": "hold", "flood": "hold", "repeats": "hold", "raid": "auto"}
CROWD = 14


def raid_of(venue: Venue) -> Json | None:
    return venue.host("GET").json()["room"].get("raid")  # type: ignore[no-any-return]


def wait_held(guest: Guest, text: str) -> bool:
    return guest.post(text, wait=25).json().get("state") == "held"


def a_lesson_is_on(venue: Venue) -> None:
    talkers = [venue.join(f"Pupil {number}") for number in range(7)]
    for number, talker in enumerate(talkers * 3):
        talker.say(f"Something about the lesson, number {number}")


def test_the_doors_are_half_shut_at_a_tap_and_open_again(venue: Venue) -> None:
    assert raid_of(venue) is None
    begun = venue.host("POST", "/raid", json={"minutes": 5})
    assert begun.status_code == 200
    assert raid_of(venue) == begun.json()["raid"]
    eve = venue.join("Eve")
    assert wait_held(eve, "I have just come"), "whoever comes with a raid waits for the host"
    assert "raid" not in venue.call("GET", "", eve.token).json()["room"], "the raiders are not told"
    assert [event["kind"] for event in venue.events()] == []
    assert venue.host("DELETE", "/raid").json() == {"raid": None}
    done = venue.host("GET", "/ledger").json()["actions"]
    assert [(line["by"], line["action"]) for line in done] == [("host", "unguard"), ("host", "guard")]
    assert venue.join("Grace").say("Now it is calm")["text"] == "Now it is calm"


def test_a_raid_lasts_a_minute_at_least_and_a_day_at_most(venue: Venue) -> None:
    for minutes in (0, -1, 1441, "5", 1.5):
        assert venue.host("POST", "/raid", json={"minutes": minutes}).status_code == 422
    assert raid_of(venue) is None


def test_a_crowd_that_breaks_in_is_noticed_and_is_held(a_room: MakeRoom) -> None:
    venue = a_room(safety=SAFETY)
    a_lesson_is_on(venue)
    with venue.screen(venue.host_token) as desk:
        for number in range(CROWD):
            venue.join(f"Raider {number}")
        told = desk.until_type("raid")
        assert told["raid"] is not None
    assert raid_of(venue) == told["raid"]
    (line,) = venue.host("GET", "/ledger").json()["actions"]
    assert (line["by"], line["action"]) == ("house", "guard")
    assert wait_held(venue.join("Late raider"), "RAID"), "whoever comes now waits for the host"


def test_where_the_host_wants_to_decide_he_is_told_and_nothing_is_shut(a_room: MakeRoom) -> None:
    venue = a_room(safety={**SAFETY, "raid": "tell"})
    a_lesson_is_on(venue)
    with venue.screen(venue.host_token) as desk:
        for number in range(CROWD):
            venue.join(f"Raider {number}")
        told = desk.until_type("raid")
        assert (told["raid"], told["suspected"]) == (None, True)
    assert raid_of(venue) is None
