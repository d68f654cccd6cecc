"""How others find a room: QR codes that other programs read, and a poster that anybody may print."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import httpx
import pytest

from tests.support.client import Venue
from tests.support.pictures import pixels_of, text_in

MakeRoom = Callable[..., Venue]
QUIET = 4
"""Modules of light border that ISO/IEC 18004 asks for."""


def test_the_png_leads_into_the_room(http: httpx.Client, venue: Venue) -> None:
    answer = http.get(f"/{venue.name}/qr.png")
    assert answer.headers["Content-Type"] == "image/png"
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert text_in(*pixels_of(answer.content)) == f"{venue.base}/{venue.name}"


def test_the_svg_is_a_picture_that_may_be_kept_for_a_while(http: httpx.Client, venue: Venue) -> None:
    answer = http.get(f"/{venue.name}/qr.svg")
    assert answer.headers["Content-Type"].startswith("image/svg+xml")
    assert answer.headers["Cache-Control"] == "public, max-age=300"
    assert answer.text.startswith("<svg")


@pytest.mark.parametrize("scale", [1, 32])
def test_the_scale_is_the_pixels_of_a_module(http: httpx.Client, venue: Venue, scale: int) -> None:
    pixels, width = pixels_of(http.get(f"/{venue.name}/qr.png?scale={scale}").content)
    assert len(pixels) == width * width
    assert width % scale == 0
    margin = QUIET * scale
    assert set(pixels[: width * margin]) == {255}
    assert pixels[width * margin + margin] == 0


@pytest.mark.parametrize("scale", ["0", "33", "-1", "1.5", "big", "", "9" * 500])
def test_a_scale_that_is_none_is_refused_with_the_bounds(http: httpx.Client, venue: Venue, scale: str) -> None:
    answer = http.get(f"/{venue.name}/qr.png", params={"scale": scale})
    assert answer.status_code == 422
    assert "scale: a whole number from 1 to 32 is needed" in answer.text


@pytest.mark.parametrize("path", ["qr.png", "qr.svg", "poster", "feed.atom"])
def test_a_room_that_nobody_made_has_none_of_it(http: httpx.Client, path: str) -> None:
    assert http.get(f"/nobody-has-made-it/{path}").status_code == 404


@pytest.mark.parametrize("path", ["qr.png", "qr.svg", "poster"])
def test_what_hangs_on_the_wall_needs_no_password(http: httpx.Client, a_room: MakeRoom, path: str) -> None:
    staff = a_room(title="Staff", password="open sesame")
    assert http.get(f"/{staff.name}/{path}").status_code == 200


def test_the_poster_has_all_that_one_needs_to_come_in(http: httpx.Client, a_room: MakeRoom) -> None:
    venue = a_room(title="<b>Übung</b> & 🎓")
    answer = http.get(f"/{venue.name}/poster")
    page = html.unescape(answer.text)
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "&lt;b&gt;Übung&lt;/b&gt; &amp; 🎓" in answer.text
    assert venue.room["code"] in page
    assert venue.room["expires_at"] in page
    assert f"/{venue.name}/qr.svg" in page
    assert f"{venue.base.removeprefix('http://')}/{venue.name}" in re.sub("</?(wbr|span)[^>]*>", "", page)
    assert "password" not in page


def test_the_poster_of_a_room_with_a_password_says_whom_to_ask_and_nothing_else(
    http: httpx.Client, a_room: MakeRoom
) -> None:
    staff = a_room(password="open sesame")
    staff.join(password="open sesame").say("behind the door")
    page = http.get(f"/{staff.name}/poster").text
    assert "for the password" in page
    assert "open sesame" not in page
    assert "behind the door" not in page


def test_the_hosts_own_poster_does_not_hold_the_host_link(http: httpx.Client, venue: Venue) -> None:
    http.get(venue.host_url)
    assert "You are the host" in http.get(f"/{venue.name}").text
    assert venue.host_token not in http.get(f"/{venue.name}/poster").text


def test_the_room_leads_to_the_poster_and_announces_its_feed(http: httpx.Client, venue: Venue) -> None:
    page = http.get(f"/{venue.name}").text
    assert f'class="menu__item" href="/{venue.name}/poster"' in page, "not to be found without JavaScript"
    feed = f'<link rel="alternate" type="application/atom+xml" href="{venue.base}/{venue.name}/feed.atom"'
    assert feed in page


def test_a_room_with_a_password_announces_no_feed_that_a_reader_could_not_open(
    http: httpx.Client, a_room: MakeRoom
) -> None:
    assert "feed.atom" not in http.get(f"/{a_room(password='open sesame').name}").text
