"""The form that makes a room: what it takes, also folded away and without scripts, and how it says what is wrong."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.integration.web.test_pages_without_script import submit, words_of
from tests.support.house import House

ALL = {
    "name": "",
    "title": "The Nile",
    "ttl": "2h",
    "moderation": "before",
    "slow_mode": "10",
    "max_length": "300",
    "password": "open sesame",
    "rules": "Be kind.\r\nQuestions first.",
}


def is_unfolded(page: httpx.Response) -> bool:
    return re.search(r'<details class="more" open>', page.text) is not None


def test_everything_that_is_folded_away_reaches_the_room(http: httpx.Client, house: House) -> None:
    page = http.get("/")
    assert not is_unfolded(page)
    made = submit(http, page, "/", **ALL)
    assert made.status_code == 200
    room = httpx.get(f"{house.base}/api/v1/rooms{made.url.path}").json()["room"]
    told = {field: room[field] for field in ("title", "moderation", "slow_mode", "max_length", "rules")}
    assert told == {
        "title": "The Nile",
        "moderation": "before",
        "slow_mode": 10,
        "max_length": 300,
        "rules": "Be kind.\nQuestions first.",
    }
    stranger = httpx.get(made.url)
    assert "This room has a password." in words_of(stranger)


def test_a_form_whose_fold_nobody_opened_makes_a_room_as_ever(http: httpx.Client, house: House) -> None:
    untouched = {"slow_mode": "0", "max_length": "140", "password": "", "rules": "", "title": "", "ttl": "1d"}
    made = submit(http, http.get("/"), "/", **untouched)
    room = httpx.get(f"{house.base}/api/v1/rooms{made.url.path}").json()["room"]
    assert (room["max_length"], room["moderation"], room["slow_mode"]) == (140, "after", 0)
    assert (room["safety"]["flood"], room["safety"]["repeats"], room["safety"]["links"]) == ("hold", "hold", "allow")
    assert "has a password" not in words_of(httpx.get(made.url))


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("max_length", "59", "Choose a whole number from 60 to 500."),
        ("max_length", "many", "Choose a whole number from 60 to 500."),
        ("max_length", "9" * 5000, "Choose a whole number from 60 to 500."),
        ("slow_mode", "-1", "Choose how long one waits between two messages."),
        ("slow_mode", "٣", "Choose how long one waits between two messages."),
        ("moderation", "perhaps", "Choose whether you read each message first."),
        ("password", "x" * 201, "Choose a password of at most 200 characters."),
        ("rules", "x" * 1001, "Shorten"),
    ],
)
def test_what_is_wrong_inside_the_fold_opens_it_and_stands_beside_its_field(
    http: httpx.Client, field: str, value: str, sentence: str
) -> None:
    page = submit(http, http.get("/"), "/", **(ALL | {field: value}))
    assert page.status_code == 422
    assert is_unfolded(page)
    beside = re.search(rf'<p class="field__error" id="error-{field}"[^>]*role="alert">([^<]+)</p>', page.text)
    assert beside, f"nothing beside {field}"
    assert sentence in beside[1]
    assert 'value="The Nile"' in page.text
    if field != "rules":
        assert "Questions first." in page.text


def test_what_was_typed_into_the_fold_is_seen_again_when_something_else_is_wrong(http: httpx.Client) -> None:
    page = submit(http, http.get("/"), "/", name="api", rules="Be kind.")
    assert page.status_code == 422
    assert is_unfolded(page)
    assert ">Be kind.</textarea>" in page.text


def test_only_the_start_page_may_use_the_camera_and_only_it_is_kept_for_going_back(http: httpx.Client) -> None:
    start, free = http.get("/"), http.get("/a-name-that-is-free")
    assert "camera=(self)" in start.headers["Permissions-Policy"]
    assert start.headers["Cache-Control"] == "private, no-cache"
    assert "camera=()" in free.headers["Permissions-Policy"]
    assert free.headers["Cache-Control"] == "no-store"
    wrong = submit(http, start, "/join", where="nobody-made-this")
    assert "camera=(self)" in wrong.headers["Permissions-Policy"]
    assert wrong.headers["Cache-Control"] == "no-store"
