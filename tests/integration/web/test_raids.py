"""A crowd breaks in: the doors are half shut, whoever was there talks on, and only those who moderate hear of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.client import Guest, Json, Venue, make_room
from tests.support.house import FOR_A_ROOM, House, open_house

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


def joins(venue: Venue, nickname: str, device: str | None = None, **headers: str) -> httpx.Response:
    asked = {"nickname": nickname} | ({"device": device} if device else {})
    return venue.call("POST", "/participants", json=asked, headers=headers)


def test_during_a_raid_whoever_is_banned_is_not_back_at_once_on_another_device(venue: Venue) -> None:
    known = joins(venue, "Ada").json()["device"]
    venue.host("POST", "/raid", json={})
    eve, barbara = venue.join("Eve"), venue.join("Barbara")
    assert venue.host("POST", f"/participants/{eve.id}/ban", json={}).status_code == 202
    refused = joins(venue, "Not Eve at all")
    assert (refused.status_code, refused.json()["code"]) == (429, "too_fast")
    assert 0 < int(refused.headers["Retry-After"]) <= 60
    assert "put out of this room just now" in refused.json()["detail"]
    assert "raid" not in refused.text
    # It is for those who are new: whoever was here comes again, and so does the host.
    assert joins(venue, "Ada", known).status_code == 201
    assert joins(venue, "Mr Okoye", Authorization=f"Bearer {venue.host_token}").status_code == 201
    assert barbara.post("here still", wait=25).json()["state"] == "held"
    # A ban that was a mistake, and the end of the raid, let everybody in.
    venue.host("POST", f"/participants/{eve.id}/unban")
    assert joins(venue, "Grace").status_code == 201
    venue.host("POST", f"/participants/{barbara.id}/ban", json={})
    assert joins(venue, "Edsger").status_code == 429
    venue.host("DELETE", "/raid")
    assert joins(venue, "Edsger").status_code == 201


def test_without_a_raid_nobody_waits_for_what_a_neighbour_did(venue: Venue) -> None:
    eve = venue.join("Eve")
    venue.host("POST", f"/participants/{eve.id}/ban", json={})
    assert joins(venue, "Grace").status_code == 201


@pytest.fixture
def house_behind_a_proxy(tmp_path: Path) -> Iterator[House]:
    with open_house(tmp_path / "house", only=FOR_A_ROOM, TRUSTED_PROXIES="1") as house:
        yield house


def test_another_network_joins_while_one_waits(house_behind_a_proxy: House) -> None:
    with httpx.Client(base_url=house_behind_a_proxy.base, timeout=30) as http:
        venue = make_room(house_behind_a_proxy.base, http)
        venue.host("POST", "/raid", json={})
        eve = joins(venue, "Eve", **{"X-Forwarded-For": "198.51.100.7"}).json()["participant"]
        venue.host("POST", f"/participants/{eve['id']}/ban", json={})
        assert joins(venue, "Eve's neighbour", **{"X-Forwarded-For": "198.51.100.8"}).status_code == 429
        assert joins(venue, "Grace", **{"X-Forwarded-For": "203.0.113.1"}).status_code == 201
