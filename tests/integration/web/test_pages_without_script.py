"""The pages in a browser without JavaScript: forms, links, and what is on them."""

from __future__ import annotations

import html
import re
from collections.abc import Callable

import httpx
import pytest

from tests.support.client import Venue, new_id
from tests.support.client import browser as client_of
from tests.support.house import House, eventually
from tests.support.members import frozen

MakeRoom = Callable[..., Venue]
LISTED = "what a load of shit"


def token_of(page: httpx.Response) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found, page.text[:500]
    return found[1]


def words_of(page: httpx.Response) -> str:
    """What is to be read on a page: no tags, no scripts."""
    text = re.sub(r"<(script|style).*?</\1>", " ", page.text, flags=re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())


def log_of(page: httpx.Response) -> str:
    """What stands in the log of a room's page."""
    return page.text.partition('role="log"')[2].partition('id="end"')[0].partition('class="underway"')[0]


def underway_of(page: httpx.Response) -> str:
    """The list of one's own messages that are not shown; nothing where there is none."""
    return page.text.partition('class="underway"')[2].partition("</section>")[0]


def submit(http: httpx.Client, page: httpx.Response, path: str, **form: str) -> httpx.Response:
    """Sends a form of a page and follows to where it leads."""
    return http.post(path, data={"csrf_token": token_of(page)} | form, follow_redirects=True)


def join(http: httpx.Client, venue: Venue, nickname: str = "Ada", **more: str) -> httpx.Response:
    return submit(http, http.get(f"/{venue.name}"), f"/{venue.name}/join", nickname=nickname, **more)


def say(http: httpx.Client, venue: Venue, page: httpx.Response, text: str) -> httpx.Response:
    found = re.search(r'name="id" value="([^"]+)"', page.text)
    assert found, "the form has no id for the message"
    return submit(http, page, f"/{venue.name}/messages", id=found[1], text=text)


def test_a_room_is_made_joined_and_talked_in(http: httpx.Client) -> None:
    room = submit(http, http.get("/"), "/", title="The Nile", ttl="1h", name="")
    assert room.status_code == 200
    assert "The Nile" in words_of(room)
    name = room.url.path.strip("/")
    joined = submit(http, room, f"/{name}/join", nickname="Ada")
    assert joined.status_code == 200
    found = re.search(r'name="id" value="([^"]+)"', joined.text)
    assert found
    said = submit(http, joined, f"/{name}/messages", id=found[1], text="Hello, Nile!")
    assert said.status_code == 200
    assert "Hello, Nile!" in log_of(said)
    assert "Ada" in log_of(said)


def test_a_free_name_is_offered(http: httpx.Client) -> None:
    name = f"free-{new_id()[:8]}"
    offer = http.get(f"/{name}")
    assert offer.status_code == 404
    assert "Make it?" in words_of(offer)
    made = submit(http, offer, "/", name=name, title="", ttl="1h")
    assert made.status_code == 200
    assert made.url.path == f"/{name}"


def test_a_name_that_is_not_one_leads_to_one_that_is(http: httpx.Client, venue: Venue) -> None:
    assert http.get("/Übung 7").headers["Location"] == "/ubung-7"
    assert http.get(f"/{venue.name.upper()}").headers["Location"] == f"/{venue.name}"
    assert http.get("/$$$").status_code == 404


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"name": "api"}, "api"),
        ({"name": "a/b"}, "letters"),
        ({"ttl": "3h"}, "how long"),
        ({"title": "x" * 101}, "Shorten"),
    ],
)
def test_a_room_that_cannot_be_made_says_why_and_keeps_what_was_typed(
    http: httpx.Client, form: dict[str, str], words: str
) -> None:
    page = submit(http, http.get("/"), "/", **({"name": "", "title": "Typed", "ttl": "1h"} | form))
    assert page.status_code == 422
    assert words in words_of(page)
    if "title" not in form:
        assert 'value="Typed"' in page.text


def test_a_name_in_use_is_told_on_the_form(http: httpx.Client, venue: Venue) -> None:
    page = submit(http, http.get("/"), "/", name=venue.name, title="", ttl="1h")
    assert page.status_code == 409
    assert "Choose another name" in words_of(page)


@pytest.mark.parametrize("how", ["name", "NAME", "code", "link", "short link"])
def test_a_room_is_joined_by_whatever_one_has(http: httpx.Client, venue: Venue, house: House, how: str) -> None:
    where = {
        "name": venue.name,
        "NAME": venue.name.upper(),
        "code": venue.room["code"].lower(),
        "link": f"{house.base}/{venue.name}",
        "short link": f"{house.base}/j/{venue.room['code']}",
    }[how]
    page = submit(http, http.get("/"), "/join", where=where)
    assert (page.status_code, page.url.path) == (200, f"/{venue.name}")


@pytest.mark.parametrize("where", ["nobody-made-this", "", "???", "https://evil.example/", "x" * 3000])
def test_a_room_that_is_not_there_is_told_on_the_form(http: httpx.Client, where: str) -> None:
    page = submit(http, http.get("/"), "/join", where=where)
    assert page.status_code in (404, 422)
    assert page.url.path == "/join"


def test_a_short_link_leads_to_its_room(http: httpx.Client, venue: Venue) -> None:
    assert http.get(f"/j/{venue.room['code'].lower()}").headers["Location"].endswith(f"/{venue.name}")
    assert http.get("/j/AAAAAAA").status_code == 404


def test_a_nickname_that_cannot_be_had_says_why(http: httpx.Client, venue: Venue) -> None:
    page = join(http, venue, "   ")
    assert page.status_code == 422
    assert "nickname" in words_of(page)


def test_a_message_that_cannot_be_posted_keeps_its_text(http: httpx.Client, venue: Venue) -> None:
    page = say(http, venue, join(http, venue), "x" * 141)
    assert page.status_code == 422
    assert "x" * 141 in page.text
    assert "Shorten it" in words_of(page)
    assert venue.texts() == []


def test_a_message_that_was_sent_twice_is_there_once(http: httpx.Client, venue: Venue) -> None:
    page = join(http, venue)
    for _ in range(2):
        assert log_of(say(http, venue, page, "Only once")).count("Only once") >= 1
    assert venue.texts() == ["Only once"]


def test_a_message_that_is_not_shown_is_told_to_its_author_until_it_is(
    http: httpx.Client, house: House, venue: Venue
) -> None:
    page = say(http, venue, join(http, venue), LISTED)
    with client_of(house.base) as another:
        assert LISTED not in join(another, venue, "Grace").text
    assert LISTED in underway_of(page)
    waits_for_the_host(venue)
    for _ in range(2):  # it is so when the page is loaded again, too
        page = http.get(f"/{venue.name}")
        assert LISTED in underway_of(page)
        assert "until the host lets it through. (has a word from the word list)" in words_of(page)
        assert LISTED not in log_of(page)
    venue.host("POST", f"/messages/{waits_for_the_host(venue)}/release")
    eventually(lambda: LISTED in log_of(http.get(f"/{venue.name}")))
    assert underway_of(http.get(f"/{venue.name}")) == ""

    say(http, venue, page, LISTED + "!")
    venue.host("POST", f"/messages/{waits_for_the_host(venue)}/reject")
    eventually(lambda: "Not shown. The host did not let" in words_of(http.get(f"/{venue.name}")))
    say(http, venue, http.get(f"/{venue.name}"), "Then not.")
    eventually(lambda: "Then not." in log_of(http.get(f"/{venue.name}")))
    assert underway_of(http.get(f"/{venue.name}")) == ""


def waits_for_the_host(venue: Venue) -> str:
    """The id of the one message that is held, as soon as it is; the worker may be busy with others."""
    eventually(lambda: venue.host("GET", "/held").json()["messages"])
    (waiting,) = venue.host("GET", "/held").json()["messages"]
    return str(waiting["id"])


def test_a_message_on_its_way_is_told_to_its_author_and_to_nobody_else(
    http: httpx.Client, house: House, venue: Venue
) -> None:
    page = join(http, venue)
    with client_of(house.base) as another:
        of_another = join(another, venue, "Grace")
        with frozen(house, "worker"):
            page = say(http, venue, page, "Slowly, slowly")
            assert "Slowly, slowly" in underway_of(page)
            assert "Accepted and safe, and on its way to everybody." in words_of(page)
            say(another, venue, of_another, "Me, too")
            assert "Me, too" not in http.get(f"/{venue.name}").text
        eventually(lambda: venue.texts() == ["Slowly, slowly", "Me, too"])
    page = http.get(f"/{venue.name}")
    assert underway_of(page) == ""
    assert "Slowly, slowly" in log_of(page)


def test_what_people_write_is_text_and_never_markup(http: httpx.Client, a_room: MakeRoom) -> None:
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)>&lt;b&gt;\"'"
    venue = a_room(title=evil, rules=evil, max_length=500)
    ada = venue.join("<b>Ada</b>")
    ada.say(evil)
    http.get(venue.host_url)
    for path in ("", "/projector", "/transcript", "/host"):
        page = http.get(f"/{venue.name}{path}")
        assert page.status_code == 200
        assert "<script>alert" not in page.text
        assert "<img src=x" not in page.text
        assert "<b>Ada" not in page.text
        assert "&lt;script&gt;alert(1)" in page.text


def test_a_password_stands_before_what_was_said(http: httpx.Client, a_room: MakeRoom) -> None:
    venue = a_room(password="open sesame")
    venue.join(password="open sesame").say("For those inside")
    page = http.get(f"/{venue.name}")
    assert page.status_code == 200
    assert "has a password" in words_of(page)
    assert "For those inside" not in page.text
    for path in ("/transcript", "/transcript.txt", "/projector"):
        closed = http.get(f"/{venue.name}{path}")
        assert closed.status_code in (401, 403)
        assert "For those inside" not in closed.text
    assert join(http, venue, password="open poppy").status_code == 403
    assert "For those inside" in log_of(join(http, venue, password="open sesame"))
    assert "For those inside" in http.get(f"/{venue.name}/transcript").text


def test_the_host_link_opens_the_desk_and_leaves_the_address(http: httpx.Client, a_room: MakeRoom) -> None:
    venue = a_room(moderation="before")
    venue.join().post("May I?", wait=20)
    answer = http.get(venue.host_url)
    assert answer.status_code == 303
    assert venue.host_token not in answer.headers["Location"]
    desk = http.get(answer.headers["Location"])
    assert desk.status_code == 200
    assert "May I?" in words_of(desk)


@pytest.mark.parametrize("query", ["", "?token=guessed", "?token="])
def test_the_desk_is_the_hosts(http: httpx.Client, venue: Venue, query: str) -> None:
    assert http.get(f"/{venue.name}/host{query}").status_code in (401, 403)


def test_the_projector_shows_what_was_said(http: httpx.Client, venue: Venue) -> None:
    venue.join().say("On the wall")
    page = http.get(f"/{venue.name}/projector")
    assert "On the wall" in words_of(page)
    assert venue.room["code"] in words_of(page)


def test_the_transcript_is_all_that_was_said(http: httpx.Client, venue: Venue) -> None:
    ada = venue.join("Ada")
    ada.say("First\nsecond line")
    gone = ada.say("Never mind")
    ada.say("Last")
    venue.host("DELETE", f"/messages/{gone['id']}")
    eventually(lambda: "Never mind" not in http.get(f"/{venue.name}/transcript").text)
    page = words_of(http.get(f"/{venue.name}/transcript"))
    assert page.index("First") < page.index("Last")
    text = http.get(f"/{venue.name}/transcript.txt")
    assert text.headers["Content-Type"].startswith("text/plain")
    assert text.text.count("Ada") == 2
    assert "    First\n    second line\n" in text.text
    assert "Never mind" not in text.text


def test_a_room_that_is_over_shows_its_receipt(http: httpx.Client, venue: Venue) -> None:
    venue.join().say("Soon forgotten")
    venue.host("DELETE")
    assert http.get(f"/{venue.name}").status_code == 410
    eventually(lambda: "Receipt" in http.get(f"/{venue.name}").text, 30)
    page = http.get(f"/{venue.name}")
    assert page.status_code == 410
    assert "Soon forgotten" not in page.text
    for path in (
        "/projector",
        "/transcript",
        "/transcript.txt",
        "/transcript.csv",
        "/transcript.json",
        "/host",
        "/qr.svg",
        "/qr.png",
        "/poster",
        "/feed.atom",
    ):
        assert http.get(f"/{venue.name}{path}").status_code == 410
    again = submit(http, page, "/", name=venue.name)
    assert again.status_code == 200


def test_static_files_are_kept_for_ever_under_their_version(http: httpx.Client) -> None:
    page = http.get("/").text
    files = re.findall(r'(?:href|src)="(/static/[^"]+)"', page)
    assert files
    for file in files:
        answer = http.get(html.unescape(file))
        assert answer.status_code == 200, file
        assert "immutable" in answer.headers["Cache-Control"]
    assert http.get("/static/nothing.css").status_code == 404
    assert http.get("/static/../app/web/home.py").status_code in (400, 404)
