"""Whoever asks or guesses too much waits: a device by itself, a network as a whole, and nobody while Redis is away.

Two web processes count together, and what was decided about people outlives a Redis that is emptied.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest
from flask import Flask
from redis import Redis

from app.web.rates import NOT_COUNTED
from tests.support import parts
from tests.support.client import API, Json, Venue, browser, make_room, new_id, problem
from tests.support.house import FOR_A_ROOM, House, open_house

DEVICE_READS, DEVICE_WRITES, NETWORK_READS = 20, 10, 60
GUESSES = 8
CONNECTIONS = 8
ELSEWHERE = {"X-Forwarded-For": "203.0.113.9"}


@pytest.fixture(scope="module")
def redis() -> Iterator[parts.Valkey]:
    with parts.a_valkey() as server:
        yield server


@pytest.fixture(scope="module")
def strict(redis: parts.Valkey, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A house behind a proxy that takes little."""
    settings = {
        "REDIS_URL": redis.url,
        "TRUSTED_PROXIES": "1",
        "WEB_CONCURRENCY": "2",
        "PASSWORD_GUESSES_NETWORK": str(GUESSES),
        "READS_A_MINUTE_DEVICE": str(DEVICE_READS),
        "WRITES_A_MINUTE_DEVICE": str(DEVICE_WRITES),
        "READS_A_MINUTE_NETWORK": str(NETWORK_READS),
    }
    with open_house(tmp_path_factory.mktemp("strict"), only=FOR_A_ROOM, **settings) as house:
        yield house


@pytest.fixture
def http(strict: House, redis: parts.Valkey) -> Iterator[httpx.Client]:
    with browser(strict.base) as client:
        yield client


@pytest.fixture
def venue(strict: House, http: httpx.Client) -> Venue:
    return make_room(strict.base, http)


def until_refused(ask: httpx.Client, method: str, path: str, most: int, **more: object) -> httpx.Response:
    """Asks until it is too much; two minutes of the clock may be touched."""
    for _ in range(2 * most + 2):
        answer = ask.request(method, path, **more)  # type: ignore[arg-type]
        if answer.status_code == 429:
            return answer
    raise AssertionError("never refused")


def test_a_device_that_asks_for_too_much_waits_and_others_of_its_network_do_not(venue: Venue) -> None:
    ada, grace = venue.join("Ada"), venue.join("Grace")
    mine = {"Authorization": f"Bearer {ada.token}"}
    refused = until_refused(venue.http, "PATCH", f"{venue.api}/participants/me", DEVICE_WRITES, headers=mine, json={})
    assert problem(refused, 429)["code"] == "too_fast"
    assert 1 <= int(refused.headers["Retry-After"]) <= 60
    assert grace.call("PATCH", "/participants/me", json={"nickname": "Hopper"}).status_code == 200
    ada.say("What is said is counted elsewhere")


def test_what_is_said_is_never_counted(venue: Venue) -> None:
    ada = venue.join()
    assert {ada.post(f"{number}").status_code for number in range(4 * DEVICE_WRITES)} == {202}


def test_a_network_has_its_own_measure_and_is_told_by_the_proxy(venue: Venue) -> None:
    refused = until_refused(venue.http, "GET", f"{venue.api}/peace", NETWORK_READS, headers=ELSEWHERE)
    assert problem(refused, 429)["code"] == "too_fast"
    assert venue.call("GET", "/peace", headers={"X-Forwarded-For": "198.51.100.7"}).status_code == 200
    assert venue.http.get("/healthz", headers=ELSEWHERE).status_code == 200


def test_a_network_guesses_no_more_by_being_many_devices(strict: House, http: httpx.Client) -> None:
    venue = make_room(strict.base, http, password="open sesame")
    elsewhere, wrong = {"X-Forwarded-For": "198.51.100.200"}, {"nickname": "Eve", "password": "guess"}
    # Each guess is a device of its own.
    tries = [venue.call("POST", "/participants", json=wrong, headers=ELSEWHERE).status_code for _ in range(GUESSES + 1)]
    assert tries == [403] * GUESSES + [429]
    right = {"nickname": "Ada", "password": "open sesame"}
    assert venue.call("POST", "/participants", json=right, headers=ELSEWHERE).status_code == 429
    assert venue.call("POST", "/participants", json=right, headers=elsewhere).status_code == 201


def test_a_ban_holds_in_every_process_and_outlives_an_emptied_redis(venue: Venue, redis: parts.Valkey) -> None:
    joined = venue.call("POST", "/participants", json={"nickname": "Eve"}).json()
    venue.host("POST", f"/participants/{joined['participant']['id']}/ban")
    with Redis.from_url(redis.url) as client:
        for empty in (False, True):
            if empty:
                client.flushall()
            # Each connection is another one, so both processes are asked.
            answers = [answer for _ in range(CONNECTIONS) for answer in again(venue, joined)]
            assert {(answer.status_code, problem(answer, 403)["code"]) for answer in answers} == {(403, "banned")}


def again(venue: Venue, joined: Json) -> list[httpx.Response]:
    """A banned device comes back, and speaks with the token that it had."""
    with browser(venue.base) as http:
        back = http.post(f"{venue.api}/participants", json={"nickname": "Eva", "device": joined["device"]})
        said = {"id": new_id(), "text": "Not to be heard"}
        headers = {"Authorization": f"Bearer {joined['token']}"}
        return [back, http.post(f"{venue.api}/messages", json=said, headers=headers)]


def test_while_redis_is_away_nobody_is_refused(venue: Venue, redis: parts.Valkey) -> None:
    with redis.dead():
        answers = {venue.http.get("/", headers=ELSEWHERE).status_code for _ in range(2 * NETWORK_READS)}
        with suppress(httpx.TimeoutException):
            answers.add(venue.http.get(f"{API}/codes/abcdefg", headers=ELSEWHERE).status_code)
    assert not answers & {429, 500}


def test_what_is_not_counted_is_there(app: Flask) -> None:
    assert set(app.view_functions) >= NOT_COUNTED
