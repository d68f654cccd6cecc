"""A reader is answered in a language of theirs: the one that was chosen here, else the browser's, else English."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.support.client import Venue, new_id
from tests.support.house import House


def browser(house: House, accept: str = "", chosen: str = "") -> httpx.Client:
    headers = {"Accept-Language": accept} if accept else {}
    return httpx.Client(base_url=house.base, headers=headers, cookies={"lang": chosen} if chosen else {}, timeout=30)


@pytest.mark.parametrize(
    ("accept", "chosen", "spoken"),
    [
        ("", "", "en"),
        ("de-AT,de;q=0.9,en;q=0.5", "", "de"),
        ("ja,es-MX;q=0.7", "", "es"),
        ("ja", "", "en"),
        ("*", "", "en"),
        ("de", "fr", "fr"),
        ("de", "klingon", "de"),
        ("x" * 5000, "", "en"),
    ],
)
def test_the_language_is_the_chosen_one_else_the_browsers(house: House, accept: str, chosen: str, spoken: str) -> None:
    page = browser(house, accept, chosen).get("/")
    assert re.findall(r'<html lang="([\w-]+)" dir="(\w+)"', page.text) == [(spoken, "ltr")]
    varies = {each.strip() for each in page.headers["Vary"].split(",")}
    assert {"Accept-Language", "Cookie"} <= varies


def test_a_choice_is_kept_and_leads_back_to_where_it_was_made(venue: Venue, house: House) -> None:
    visitor = browser(house, "de")
    page = visitor.get(f"/{venue.name}/transcript?questions=1").text
    back = re.findall(r'name="back" value="([^"]*)"', page)
    answer = visitor.post("/language", data={"language": "es", "back": back[0]})
    assert (answer.status_code, answer.headers["Location"]) == (303, f"/{venue.name}/transcript?questions=1")
    kept = answer.headers["Set-Cookie"].lower()
    assert all(word in kept for word in ("samesite=lax", "httponly", "max-age=31536000"))
    assert '<html lang="es"' in visitor.get(f"/{venue.name}").text


@pytest.mark.parametrize(
    "back",
    ["//evil.example", "/\\evil.example", "https://evil.example/", "javascript:1", "/\n/evil", "http://[", "evil", ""],
)
def test_nobody_is_led_to_another_house(house: House, back: str) -> None:
    answer = browser(house).post("/language", data={"language": "de", "back": back})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/")


def test_only_our_own_pages_choose_and_only_what_is_offered(house: House) -> None:
    visitor = browser(house)
    assert visitor.post("/language", data={"language": "tlh"}).status_code == 400
    foreign = visitor.post("/language", data={"language": "de"}, headers={"Origin": "https://evil.example"})
    assert foreign.status_code == 400
    assert "Set-Cookie" not in foreign.headers or "lang=" not in foreign.headers["Set-Cookie"]


def test_scripts_come_in_the_readers_language_and_caches_keep_them(house: House) -> None:
    visitor = browser(house, "fr")
    page = visitor.get("/").text
    (address,) = re.findall(r'<script type="module" src="(/static/\w+/fr/js/home\.js)" nonce="[\w-]+">', page)
    assert page.count("/fr/js/") > 5
    script = visitor.get(address)
    assert script.headers["Content-Type"].startswith("text/javascript")
    assert "immutable" in script.headers["Cache-Control"]
    making = visitor.get(address.replace("home.js", "making.js")).text
    assert '"Ce nom est libre."' in making
    assert "is free" not in making
    assert "/fr/js/" not in browser(house, "en").get("/").text
    unknown = (("/fr/", "/en/"), ("/fr/", "/tlh/"), ("home.js", "nothing.js"), ("/fr/js/home.js", "/fr"))
    unknown += (("js/home.js", "css/home.css"),)
    assert {visitor.get(address.replace(*other)).status_code for other in unknown} == {404}


def test_programs_that_ask_for_no_language_are_refused_in_english(venue: Venue) -> None:
    problem = venue.call("POST", "/messages", json={"id": new_id(), "text": "x"}).json()
    assert (problem["title"], problem["detail"]) == ("You may not do that", "Join the room with a nickname first.")
