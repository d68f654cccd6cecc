"""Rooms over HTTP: made, looked at, changed, ended."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
import pytest

from tests.support.client import API, Venue, fields, problem
from tests.support.house import House, eventually

MakeRoom = Callable[..., Venue]
ROOM_FIELDS = {
    "name", "title", "rules", "state", "created_at", "expires_at", "max_length", "moderation", "slow_mode", "code",
    "present", "last_seq", "sources", "embed", "safety", "door", "guests",
}  # fmt: skip


def life(room: dict[str, str]) -> float:
    return (moment(room["expires_at"]) - moment(room["created_at"])).total_seconds()


def moment(text: str) -> datetime:
    assert text.endswith("Z"), text
    return datetime.fromisoformat(text)


def test_a_room_without_a_name_is_given_a_short_one(http: httpx.Client, house: House) -> None:
    answer = http.post(f"{API}/rooms", json={})
    assert answer.status_code == 201
    made = answer.json()
    assert set(made) == {"room", "host_token", "host_url", "url"}
    assert set(made["room"]) == ROOM_FIELDS
    name = made["room"]["name"]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert len(name) <= 20
    assert made["url"] == f"{house.base}/{name}"
    assert made["host_url"].startswith(f"{house.base}/{name}")
    assert made["host_token"] in made["host_url"]


def test_what_nobody_asked_for_is_as_the_contract_says(venue: Venue) -> None:
    room = venue.now()
    assert (room["state"], room["max_length"], room["moderation"], room["slow_mode"]) == ("open", 140, "after", 0)
    assert (room["present"], room["last_seq"], room["sources"]) == (0, 0, [])


def test_a_body_is_not_even_needed(http: httpx.Client) -> None:
    assert http.post(f"{API}/rooms").status_code == 201


def test_everything_that_can_be_asked_for_is_given(a_room: MakeRoom) -> None:
    asked = {
        "title": "Übung 7: „Schleifen“ 🎓",
        "rules": "Be kind.\nAsk anything.",
        "max_length": 280,
        "moderation": "before",
        "slow_mode": 5,
        "password": "open sesame",
        "sources": [{"kind": "mastodon", "query": "#lovelace"}, {"kind": "x", "query": "lovelace"}],
    }
    made = a_room(**asked)
    for room in (made.room, made.now()):
        assert {name: room[name] for name in asked if name not in ("password", "sources")} == {
            name: value for name, value in asked.items() if name not in ("password", "sources")
        }
        assert [{"kind": each["kind"], "query": each["query"]} for each in room["sources"]] == asked["sources"]
    assert "sesame" not in str(made.now())


@pytest.mark.parametrize(
    ("ttl", "seconds"),
    [
        ("1h", 3600), ("2h", 7200), ("8h", 28800), ("1d", 86400), ("1w", 604800), ("1m", 30 * 86400),
        ("1y", 31_622_400), (60, 60), (31_622_400, 31_622_400),
    ],
)  # fmt: skip
def test_a_room_lives_as_long_as_was_asked_for(a_room: MakeRoom, ttl: str | int, seconds: int) -> None:
    assert life(a_room(ttl=ttl).room) == seconds


@pytest.mark.parametrize("ttl", [59, 31_622_401, 0, -1, "3h", "", "60", 60.5, True, [60], {"hours": 1}])
def test_no_other_life_can_be_had(http: httpx.Client, ttl: object) -> None:
    assert fields(http.post(f"{API}/rooms", json={"ttl": ttl})) == {"ttl"}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("max_length", 59), ("max_length", 501), ("max_length", "140"), ("max_length", True), ("max_length", 100.5),
        ("moderation", "never"), ("moderation", 1),
        ("slow_mode", -1), ("slow_mode", "5"), ("slow_mode", 10**9),
        ("password", ""), ("password", 1234),
        ("title", 7), ("title", "x" * 101), ("title", ["a"]),
        ("rules", {}), ("rules", "x" * 1001),
        ("name", 5), ("name", "a"), ("name", "x" * 41), ("name", "no/slash"), ("name", "api"), ("name", "ws"),
        ("name", "healthz"), ("name", "static"), ("name", "..%2f"), ("name", "<b>"), ("name", "日本"),
        ("colour", "blue"),
        ("sources", "x"), ("sources", {"kind": "x", "query": "a"}),
        ("sources", [{"kind": "x", "query": "a"}] * 11),
    ],
)  # fmt: skip
def test_what_is_wrong_is_named(http: httpx.Client, field: str, value: object) -> None:
    assert fields(http.post(f"{API}/rooms", json={field: value})) == {field}


@pytest.mark.parametrize(
    "source",
    [{"kind": "myspace", "query": "a"}, {"kind": "x"}, {"query": "a"}, {"kind": "x", "query": ""},
     {"kind": "x", "query": 5}, {"kind": "x", "query": "a", "more": 1}, "x", None],
)  # fmt: skip
def test_a_source_is_a_kind_and_a_query(http: httpx.Client, source: object) -> None:
    wrong = fields(http.post(f"{API}/rooms", json={"sources": [source]}))
    assert wrong
    assert all(field.startswith("sources.0") for field in wrong)


def test_each_wrong_field_is_named_at_once(http: httpx.Client) -> None:
    answer = http.post(f"{API}/rooms", json={"max_length": 1, "slow_mode": -1, "colour": "blue"})
    assert fields(answer) == {"max_length", "slow_mode", "colour"}


@pytest.mark.parametrize("limit", [60, 500])
def test_the_longest_message_may_be_as_short_or_long_as_the_contract_says(a_room: MakeRoom, limit: int) -> None:
    assert a_room(max_length=limit).now()["max_length"] == limit


@pytest.mark.parametrize("raw", ["{", "nonsense", "[]", '"text"', "5", "null", "\xff\xfe", '{"title": "\\ud800"}'])
def test_a_body_that_is_no_json_object_is_refused(http: httpx.Client, raw: str) -> None:
    answer = http.post(f"{API}/rooms", content=raw.encode("latin-1"), headers={"Content-Type": "application/json"})
    problem(answer, 422)


def test_a_body_that_is_nested_very_deeply_is_refused(http: httpx.Client) -> None:
    problem(http.post(f"{API}/rooms", content='{"title":' + "[" * 20_000 + "]" * 20_000 + "}"), 422)


def test_a_body_that_is_too_large_is_refused(http: httpx.Client) -> None:
    problem(http.post(f"{API}/rooms", json={"title": "x" * 70_000}), 413)


def test_a_body_that_is_too_large_and_does_not_say_so_is_refused(http: httpx.Client) -> None:
    pieces = (b"x" * 10_000 for _ in range(10))
    # What is read of it ends at the limit, so it is either seen to be too large or is no whole JSON any more.
    assert http.post(f"{API}/rooms", content=pieces).status_code in (413, 422)


def test_a_title_is_clean_text_on_one_line(a_room: MakeRoom) -> None:
    assert a_room(title=" The\u202e\x00  Nile\r\nand more ").now()["title"] == "The Nile and more"


def test_a_title_is_counted_as_a_reader_counts(a_room: MakeRoom) -> None:
    families = "👩\u200d👩\u200d👧\u200d👦" * 100
    assert a_room(title=families).now()["title"] == families


def test_a_name_is_made_fit_for_an_address(a_room: MakeRoom) -> None:
    made = a_room(name=f"Übung {id(a_room):x} A")
    assert made.name == f"ubung-{id(a_room):x}-a"


def test_a_name_that_is_in_use_is_refused(a_room: MakeRoom, http: httpx.Client) -> None:
    first = a_room()
    assert fields(http.post(f"{API}/rooms", json={"name": first.name}), 409) == {"name"}
    assert fields(http.post(f"{API}/rooms", json={"name": first.name.upper()}), 409) == {"name"}


def test_a_room_is_found_however_its_name_is_written(venue: Venue, http: httpx.Client) -> None:
    assert http.get(f"{API}/rooms/{venue.name.upper()}").json()["room"]["name"] == venue.name


@pytest.mark.parametrize("name", ["nobody-made-this", "%00", "a%2fb", "x" * 3000])
def test_a_room_that_nobody_made_is_not_found(http: httpx.Client, name: str) -> None:
    problem(http.get(f"{API}/rooms/{name}"), 404)


def test_no_secret_of_a_room_is_told(a_room: MakeRoom) -> None:
    room = a_room(password="open sesame")
    told = room.call("GET").text
    assert room.host_token not in told
    assert "hash" not in told
    assert "$argon2" not in told


# -- codes


def test_a_code_leads_to_its_room_however_it_is_typed(venue: Venue, http: httpx.Client, house: House) -> None:
    code = venue.room["code"]
    assert re.fullmatch(r"[1-9ACDEFGHJKMNPQRTUVWXY]{7}", code)
    for typed in (code, code.lower(), f"{code[:3]}-{code[3:]}", f"{code[:3]} {code[3:]}"):
        answer = http.get(f"{API}/codes/{typed}")
        assert answer.json() == {"name": venue.name, "url": f"{house.base}/{venue.name}"}


@pytest.mark.parametrize("code", ["AAAAAAA", "short", "x" * 500, "%F0%9F%8E%93", "1111111"])
def test_a_code_that_is_nobodys_leads_nowhere(http: httpx.Client, code: str) -> None:
    problem(http.get(f"{API}/codes/{code}"), 404)


# -- changes


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "The Nile"), ("rules", "Be kind."), ("state", "paused"), ("state", "closed"),
        ("moderation", "before"), ("slow_mode", 30), ("max_length", 500),
    ],
)  # fmt: skip
def test_the_host_changes_a_room_and_the_room_hears_of_it(venue: Venue, field: str, value: object) -> None:
    with venue.screen() as screen:
        answer = venue.host("PATCH", json={field: value})
        assert answer.status_code == 200
        assert answer.json()["room"][field] == value
        event = screen.until_type("event")
        assert (event["kind"], event["seq"], event["room"][field]) == ("room", 1, value)
        assert set(event["room"]) == ROOM_FIELDS
    assert venue.now()[field] == value


def test_lengthening_the_life_is_announced(venue: Venue) -> None:
    before = moment(venue.room["expires_at"])
    with venue.screen() as screen:
        assert venue.host("PATCH", json={"ttl": "1w"}).status_code == 200
        event = screen.until_type("event")
    later = moment(event["room"]["expires_at"])
    assert later - before > timedelta(days=6)
    assert moment(venue.now()["expires_at"]) == later


def test_several_changes_are_one_event(venue: Venue) -> None:
    assert venue.host("PATCH", json={"title": "A", "rules": "B", "slow_mode": 1}).status_code == 200
    eventually(lambda: len(venue.events()) == 1)
    assert venue.events()[0]["room"]["rules"] == "B"


def test_a_change_to_what_is_so_already_is_no_event(venue: Venue) -> None:
    assert venue.host("PATCH", json={"title": "A"}).status_code == 200
    assert venue.host("PATCH", json={"title": "A"}).status_code == 200
    assert venue.host("PATCH", json={"title": "B"}).status_code == 200
    eventually(lambda: len(venue.events()) == 2)
    assert [event["room"]["title"] for event in venue.events()] == ["A", "B"]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("state", "gone"), ("ttl", 59), ("ttl", "3h"), ("max_length", 59), ("slow_mode", -1), ("title", "x" * 101),
        ("moderation", "never"), ("name", "other"), ("code", "AAAAAAA"), ("sources", []), ("last_seq", 5),
    ],
)  # fmt: skip
def test_a_change_that_is_not_allowed_changes_nothing(venue: Venue, field: str, value: object) -> None:
    before = venue.now()
    assert fields(venue.host("PATCH", json={"rules": "Not to be seen", field: value})) == {field}
    assert venue.now() == before


def test_a_password_may_be_set_later_and_taken_away(venue: Venue) -> None:
    assert venue.host("PATCH", json={"password": "open sesame"}).status_code == 200
    problem(venue.call("POST", "/participants", json={"nickname": "Ada"}), 403)
    assert venue.host("PATCH", json={"password": None}).status_code == 200
    assert venue.join().participant["nickname"] == "Ada"


# -- the end


def test_a_room_that_is_ended_is_gone_at_once_for_everybody(venue: Venue) -> None:
    ada = venue.join()
    answer = venue.host("DELETE")
    assert answer.status_code == 202
    problem(venue.call("GET"), 410)
    problem(ada.post("Too late"), 410)
    problem(venue.call("POST", "/participants", json={"nickname": "Eve"}), 410)
    problem(venue.call("GET", "/events"), 410)
    problem(venue.call("GET", "/messages"), 410)
    problem(venue.host("PATCH", json={"ttl": "1w"}), 410)


def test_a_receipt_tells_what_was_deleted(venue: Venue) -> None:
    ada = venue.join()
    ada.say("One")
    ada.say("Two")
    problem(venue.call("GET", "/receipt"), 404)
    venue.host("DELETE")
    eventually(lambda: venue.call("GET", "/receipt").status_code == 200, 30)
    eventually(lambda: "redis_keys" in venue.call("GET", "/receipt").json()["receipt"]["counts"])
    receipt = venue.call("GET", "/receipt").json()["receipt"]
    counts = receipt["counts"]
    assert {name: counts[name] for name in ("rooms", "messages", "participants")} == {
        "rooms": 1,
        "messages": 2,
        "participants": 1,
    }
    assert counts["events"] >= 3  # two messages and the closing
    assert counts["redis_keys"] >= 5
    times = [moment(receipt[name]) for name in ("created_at", "closed_at", "forgotten_at")]
    assert times == sorted(times)
    assert "One" not in str(receipt)


def test_a_room_that_never_was_has_no_receipt(http: httpx.Client) -> None:
    problem(http.get(f"{API}/rooms/nobody-made-this/receipt"), 404)


# -- around it


def test_what_is_not_there_and_what_cannot_be_done_is_told_in_the_same_shape(http: httpx.Client, venue: Venue) -> None:
    problem(http.get(f"{API}/nonsense"), 404)
    assert "GET" in problem_headers(http.put(f"{venue.api}"))["Allow"]


def problem_headers(answer: httpx.Response) -> httpx.Headers:
    problem(answer, 405)
    return answer.headers


def test_the_house_says_that_it_is_up(http: httpx.Client) -> None:
    assert http.get("/healthz").status_code == 200
    ready = http.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["parts"]["redis"] == "ok"
    metrics = http.get("/metrics")
    assert metrics.headers["Content-Type"].startswith("text/plain")
    assert "parley_screens" in metrics.text
