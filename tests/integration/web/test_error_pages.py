"""Where somebody went astray a page says so in plain words, and shows a way on."""

from __future__ import annotations

from collections.abc import Callable

import httpx
import pytest

from tests.integration.web.test_pages_without_script import submit, words_of
from tests.support.client import Venue


@pytest.mark.parametrize(
    ("asked", "status", "words"),
    [
        ("GET /no/such/page", 404, "There is nothing here"),
        ("GET /$$$", 404, "Use only the letters a to z"),
        ("GET /{name}/messages", 405, "Go back to the page that you came from."),
        ("POST /join", 403, "load it again"),
        ("POST /", 413, "larger than Parley takes"),
    ],
)
def test_a_page_says_in_plain_words_what_is_wrong(
    http: httpx.Client, venue: Venue, asked: str, status: int, words: str
) -> None:
    method, path = asked.split()
    form = {"rules": "x" * 2_000_000} if status == 413 else None
    page = http.request(method, path.format(name=venue.name), data=form)
    assert page.status_code == status
    assert words in words_of(page)
    for of_http in ("URL", "CSRF", "server", "method"):
        assert of_http not in words_of(page)


def test_whoever_went_astray_finds_a_room_from_there(http: httpx.Client, venue: Venue) -> None:
    lost = http.get("/no/such/page")
    assert "Join a room" in words_of(lost)
    assert submit(http, lost, "/join", where=venue.room["code"]).url.path == f"/{venue.name}"


def test_a_room_that_is_over_offers_a_new_one_wherever_one_comes_from(
    http: httpx.Client, a_room: Callable[..., Venue]
) -> None:
    venue = a_room()
    ended = http.delete(f"/api/v1/rooms/{venue.name}", headers={"Authorization": f"Bearer {venue.host_token}"})
    assert ended.status_code == 202
    page = http.get(f"/{venue.name}/transcript")
    assert page.status_code == 410
    assert "Make a new room" in words_of(page)


def test_the_host_of_an_empty_room_is_told_what_comes_first_and_nobody_else_is(http: httpx.Client) -> None:
    made = submit(http, http.get("/"), "/", title="", ttl="1h", name="")
    assert "Your room is ready." in words_of(made)
    assert "Copy the host link" in words_of(made)
    assert "Your room is ready." not in words_of(httpx.get(made.url))
