"""The room on other people's pages: who may show it, what a frame is told, and what a site gets that asks by itself."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.support.client import API, Venue, browser, fields, open_screen, problem
from tests.support.house import House, eventually

MakeRoom = Callable[..., Venue]
BLOG, OTHER = "https://blog.example", "https://other.example"
POSTS = {"mode": "post", "sites": [BLOG]}
READS = {"mode": "read", "sites": [BLOG]}


def embed(venue: Venue, query: str = "", **more: Any) -> httpx.Response:
    return venue.http.get(f"/{venue.name}/embed{query}", **more)


def framed_by(answer: httpx.Response) -> str:
    (directive,) = re.findall(r"frame-ancestors ([^;]*)", answer.headers["Content-Security-Policy"])
    return str(directive)


def said_in(page: str) -> list[str]:
    return [html.unescape(text) for text in re.findall(r"data-text(?: dir=\"auto\")?>([^<]+)<", page)]


# -- the setting


def test_a_room_is_not_embedded_unless_its_host_says_so(a_room: MakeRoom) -> None:
    assert a_room().now()["embed"] == {"mode": "off", "sites": []}
    made = a_room(embed={"mode": "read", "sites": ["https://Bücher.example/", BLOG]})
    assert (
        made.room["embed"] == made.now()["embed"] == {"mode": "read", "sites": ["https://xn--bcher-kva.example", BLOG]}
    )


def test_a_change_of_it_is_announced_and_what_is_not_named_stays(venue: Venue) -> None:
    with venue.screen() as screen:
        assert venue.host("PATCH", json={"embed": POSTS}).json()["room"]["embed"] == POSTS
        assert screen.until_type("event")["room"]["embed"] == POSTS
    assert venue.host("PATCH", json={"embed": {"mode": "off"}}).json()["room"]["embed"] == {**POSTS, "mode": "off"}
    venue.host("PATCH", json={"title": "Another"})
    assert venue.now()["embed"] == {**POSTS, "mode": "off"}
    assert venue.host("PATCH", json={"embed": {"sites": []}}).json()["room"]["embed"] == {"mode": "off", "sites": []}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"mode": "write"}, "embed.mode"), ({"sites": "https://blog.example"}, "embed.sites"), ("read", "embed"),
        ({"sites": ["http://blog.example"]}, "embed.sites"), ({"sites": [f"{BLOG}/a"]}, "embed.sites"),
        ({"sites": [BLOG] * 21}, "embed.sites"), ({"sites": [1]}, "embed.sites.0"), ({"site": BLOG}, "embed.site"),
    ],
)  # fmt: skip
def test_what_is_no_such_setting_is_refused_field_by_field(venue: Venue, wrong: object, field: str) -> None:
    assert fields(venue.host("PATCH", json={"title": "Not to be seen", "embed": wrong})) == {field}
    assert fields(venue.http.post(f"{API}/rooms", json={"embed": wrong})) == {field}
    assert venue.now()["embed"] == {"mode": "off", "sites": []}


# -- who may show the page


@pytest.mark.parametrize(
    ("setting", "who"),
    [
        ({"mode": "read"}, "*"),
        ({"mode": "post", "sites": [BLOG, "http://localhost:8080"]}, f"{BLOG} http://localhost:8080"),
    ],
)
def test_the_embed_may_be_framed_where_the_host_says(a_room: MakeRoom, setting: dict[str, Any], who: str) -> None:
    venue = a_room(embed=setting)
    answer = embed(venue)
    assert (answer.status_code, framed_by(answer)) == (200, who)
    assert "X-Frame-Options" not in answer.headers
    assert "script-src 'nonce-" in answer.headers["Content-Security-Policy"]
    for path in ("", "/projector", "/transcript", "/host", "/poster"):
        page = venue.http.get(f"/{venue.name}{path}")
        assert (framed_by(page), page.headers["X-Frame-Options"]) == ("'none'", "DENY"), path


def test_where_the_host_has_not_allowed_it_the_page_says_so_and_is_in_no_frame(venue: Venue) -> None:
    venue.join().say("Not for frames")
    answer = embed(venue)
    assert (answer.status_code, framed_by(answer), answer.headers["X-Frame-Options"]) == (403, "'none'", "DENY")
    assert "not shown on other pages" in answer.text
    assert f'href="{venue.base}/{venue.name}"' in answer.text
    assert "Not for frames" not in answer.text


def test_what_is_over_or_never_was_says_so_in_the_frame(a_room: MakeRoom) -> None:
    venue = a_room(embed=READS)
    venue.host("DELETE")
    eventually(lambda: embed(venue).status_code == 410)
    over, never = embed(venue), venue.http.get("/nobody-made-this/embed")
    assert never.status_code == 404
    assert "The room is over" in over.text
    assert "No such room" in never.text
    assert framed_by(over) == framed_by(never) == "*"
    assert "X-Frame-Options" not in over.headers


# -- what the page is


def test_no_cookie_is_set_or_makes_a_difference(a_room: MakeRoom, house: House) -> None:
    venue = a_room(embed=POSTS)
    venue.join().say("Hello")
    for query in ("", "?show=transcript"):
        with browser(house.base) as stranger, browser(house.base) as host:
            host.get(venue.host_url)
            assert f"host_{venue.name}" in host.cookies
            pages = [client.get(f"/{venue.name}/embed{query}") for client in (stranger, host)]
        for page in pages:
            assert "Set-Cookie" not in page.headers
            assert "Cookie" not in page.headers.get("Vary", "")
            assert venue.host_token not in page.text
            assert "csrf" not in page.text
        theirs, the_hosts = (
            re.sub(r'(?:data-now|nonce)="[^"]*"|datetime="[^"]*"|title="[^"]*"', "", page.text) for page in pages
        )
        assert theirs == the_hosts


def test_the_modes_of_the_frame(a_room: MakeRoom) -> None:
    reading, writing = a_room(embed=READS), a_room(embed=POSTS)
    for venue in (reading, writing):
        venue.join().say("Hello <b>frame</b>")
    assert said_in(embed(reading).text) == said_in(embed(writing).text) == ["Hello <b>frame</b>"]
    assert "<textarea" in embed(writing).text
    assert "<textarea" not in embed(reading).text
    still = embed(writing, "?show=transcript").text
    assert said_in(still) == ["Hello <b>frame</b>"]
    assert "<textarea" not in still
    assert 'id="boot"' not in still


@pytest.mark.parametrize(
    ("query", "theme"), [("", None), ("?theme=auto", None), ("?theme=dark", "dark"), ("?theme=x", None)]
)
def test_the_page_around_may_choose_the_look(a_room: MakeRoom, query: str, theme: str | None) -> None:
    look = re.search(r'<html[^>]* data-theme="(\w+)"', embed(a_room(embed=READS), query).text)
    assert (look and look[1]) == theme


def test_a_password_is_asked_for_in_the_frame_only_where_one_can_write(a_room: MakeRoom) -> None:
    reading, writing = (a_room(embed=how, password="open sesame") for how in (READS, POSTS))
    for venue in (reading, writing):
        venue.join(password="open sesame").say("Behind the door")
    pages = [embed(reading), embed(writing), embed(writing, "?show=transcript")]
    assert [page.status_code for page in pages] == [200, 200, 200]
    assert not any("Behind the door" in page.text for page in pages)
    assert ['type="password"' in page.text for page in pages] == [False, True, False]
    assert all("password" in page.text for page in pages)


# -- what the frame asks for


def test_a_frame_is_known_by_its_token_and_never_by_a_cookie(a_room: MakeRoom, house: House) -> None:
    venue = a_room(embed=POSTS)
    ada = venue.join()
    cookie = {"Cookie": f"me_{venue.name}={ada.token}; host_{venue.name}={venue.host_token}", "Origin": house.base}
    with venue.screen(headers=cookie) as screen:
        assert screen.hello["you"]["nickname"] == "Ada"
    with venue.screen(headers=cookie, query="embed=1") as screen:
        assert screen.hello["you"] is None
    with venue.screen(headers=cookie, query=f"embed=1&token={ada.token}") as screen:
        screen.say("From the frame")
        screen.until_text("From the frame")
    cookie.pop("Origin")
    assert venue.host("PATCH", json={"password": "open sesame"}).status_code == 200
    assert venue.call("GET", "/messages", headers=cookie).status_code == 200
    problem(venue.call("GET", "/messages?embed=1", headers=cookie), 401)
    problem(venue.call("PATCH", "?embed=1", headers=cookie, json={"title": "x"}), 401)


def test_an_event_stream_takes_the_token_where_no_header_can_be_set(a_room: MakeRoom) -> None:
    venue = a_room(embed=POSTS)
    ada = venue.join()
    with venue.http.stream("GET", f"{venue.api}/events/stream?embed=1&token={ada.token}") as stream:
        hello = next(line for line in stream.iter_lines() if line.startswith("data:"))
    assert json.loads(hello[5:])["you"]["nickname"] == "Ada"
    problem(venue.call("GET", "/events/stream?embed=1&token=guessed"), 401)


def test_joining_from_a_frame_sets_no_cookie(a_room: MakeRoom) -> None:
    answer = a_room(embed=POSTS).call("POST", "/participants", json={"nickname": "Ada"})
    assert answer.status_code == 201
    assert "Set-Cookie" not in answer.headers


# -- pages of other sites that ask by themselves


def test_a_page_of_an_allowed_site_reads_and_cannot_speak_whatever_it_shows(a_room: MakeRoom) -> None:
    venue = a_room(embed=POSTS)
    ada = venue.join()
    ada.say("Before")
    abroad = {"Origin": BLOG, "Cookie": f"me_{venue.name}={ada.token}"}
    for token in (None, ada.token, venue.host_token, "guessed"):
        with venue.screen(token, headers=abroad, query=f"token={ada.token}") as screen:
            assert screen.hello["you"] is None
            screen.until_text("Before")
            screen.say("From abroad")
            assert screen.until_type("error")["code"] == "unauthorized"
            screen.send({"type": "rename", "nickname": "Eve"})
            assert screen.until_type("error")["code"] == "unauthorized"
    assert venue.texts() == ["Before"]


@pytest.mark.parametrize("origin", [OTHER, "null", "http://blog.example", f"{BLOG}:8443", f"{BLOG}.evil.example", ""])
def test_a_page_of_another_site_is_told_nothing(a_room: MakeRoom, origin: str) -> None:
    venue = a_room(embed=READS)
    with open_screen(venue.base, venue.name, headers={"Origin": origin}) as screen:
        assert screen.closing() == 1008
        assert [frame["type"] for frame in screen.frames] in ([], ["error"])


def test_any_site_is_any_but_one_that_hides_and_a_password_keeps_all_of_them_out(a_room: MakeRoom) -> None:
    venue = a_room(embed={"mode": "read"})
    with venue.screen(headers={"Origin": OTHER}) as screen:
        assert screen.hello["you"] is None
    with open_screen(venue.base, venue.name, headers={"Origin": "null"}) as screen:
        assert screen.closing() == 1008
    venue.host("PATCH", json={"password": "open sesame"})
    ada = venue.join(password="open sesame")
    with open_screen(venue.base, venue.name, ada.token, headers={"Origin": OTHER}) as screen:
        assert screen.closing() == 1008


def test_whoever_reads_abroad_is_sent_away_when_the_host_takes_the_leave_back(a_room: MakeRoom) -> None:
    venue = a_room()
    ada = venue.join()
    venue.host("PATCH", json={"embed": READS})
    with venue.screen(headers={"Origin": BLOG}) as abroad, venue.screen() as at_home:
        venue.host("PATCH", json={"title": "Still allowed"})
        ada.say("Seen by both")
        for screen in (abroad, at_home):
            screen.until_text("Seen by both")
        venue.host("PATCH", json={"embed": {"sites": [OTHER]}})
        assert abroad.closing() == 1008
        ada.say("Seen at home")
        at_home.until_text("Seen at home")
    assert "Seen at home" not in str(abroad.frames)


@pytest.mark.parametrize("path", ["", "/messages", "/events", "/events/stream"])
def test_an_allowed_site_may_read_by_http_too_and_no_other(a_room: MakeRoom, path: str) -> None:
    venue = a_room(embed=READS)

    def allowed(origin: str) -> str | None:
        with venue.http.stream("GET", venue.api + path, headers={"Origin": origin}) as answer:
            assert "Access-Control-Allow-Credentials" not in answer.headers
            return answer.headers.get("Access-Control-Allow-Origin")

    assert [allowed(origin) for origin in (BLOG, OTHER, "null", venue.base)] == [BLOG, None, None, None]
    venue.host("PATCH", json={"embed": {"mode": "off"}})
    assert allowed(BLOG) is None


def test_nothing_but_reading_is_open_to_another_site(a_room: MakeRoom) -> None:
    venue = a_room(embed=POSTS)
    for method, path in (("POST", "/participants"), ("POST", "/messages"), ("PATCH", ""), ("OPTIONS", "/messages")):
        answer = venue.call(method, path, headers={"Origin": BLOG, "Access-Control-Request-Method": "POST"}, json={})
        assert "Access-Control-Allow-Headers" not in answer.headers
        assert "Access-Control-Allow-Methods" not in answer.headers
        assert method == "OPTIONS" or "Access-Control-Allow-Origin" not in answer.headers


def test_a_stream_abroad_ends_when_the_host_takes_the_leave_back(a_room: MakeRoom) -> None:
    venue = a_room(embed=READS)
    with venue.http.stream("GET", f"{venue.api}/events/stream", headers={"Origin": BLOG}) as stream:
        lines = stream.iter_lines()
        next(lines)
        with browser(venue.base) as other:
            Venue(venue.base, other, venue.room, venue.host_token, "").host("PATCH", json={"embed": {"mode": "off"}})
        told = [json.loads(line[5:]) for line in lines if line.startswith("data:")]
    assert told[-1]["room"]["embed"]["mode"] == "off"
