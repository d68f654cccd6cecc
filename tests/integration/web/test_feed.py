"""The feed, held against what RFC 4287 demands of every Atom feed, and against what Parley promises of a room."""

from __future__ import annotations

import html
import uuid
import xml.etree.ElementTree as ET
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime

import httpx

from app.chat import Glyph, Message, new_id
from app.web.feeds import NEWEST, SETTLED, Feed, _add, last_modified
from tests.support.client import Venue, bearer
from tests.support.house import eventually

MakeRoom = Callable[..., Venue]
ATOM = "{http://www.w3.org/2005/Atom}"
# RFC 4287, 4.1.1 and 4.1.2: exactly one of these, and at most one of those.
ONE_EACH = ("id", "title", "updated")
AT_MOST_ONE = {
    "feed": ("generator", "icon", "logo", "rights", "subtitle"),
    "entry": ("content", "published", "rights", "source", "summary"),
}
KNOWN = {
    "feed": {*ONE_EACH, *AT_MOST_ONE["feed"], "author", "category", "contributor", "link", "entry"},
    "entry": {*ONE_EACH, *AT_MOST_ONE["entry"], "author", "category", "contributor", "link"},
}
NASTY = (
    "<script>alert(1)</script> & ]]> <![CDATA[",
    "zero\x00 bell\x07 escape\x1b[31m form\x0cfeed next\x85line",
    "noncharacter \ufffe\uffff bom \ufeff",
    "turned \u202eround\u202c and \u2066isolated\u2069",
    "two\nlines\r\nand a third",
    "&lt;b&gt; &amp;amp; &#0; &nbsp; \"quoted\" 'too'",
    "👩‍👩‍👧‍👦 🏴󠁧󠁢󠁷󠁬󠁳󠁿 नमस्ते مرحبا",
)


def feed_of(answer: httpx.Response) -> ET.Element:
    """The feed of an answer, once it is seen to be one."""
    assert answer.status_code == 200, answer.text[:500]
    assert answer.headers["Content-Type"].replace(" ", "") == "application/atom+xml;charset=utf-8"
    feed = ET.fromstring(answer.content)
    check(feed, "feed")
    for entry in feed.iter(ATOM + "entry"):
        check(entry, "entry")
        assert entry.findall(ATOM + "author"), "4.1.2: an author, as the feed has none"
    ids = [each.text for each in feed.iter(ATOM + "id")]
    assert len(ids) == len(set(ids)), "4.2.6: ids are of one thing only"
    return feed


def check(element: ET.Element, kind: str) -> None:
    """Holds a feed or an entry against the rules."""
    assert element.tag == ATOM + kind
    names = [child.tag.removeprefix(ATOM) for child in element]
    assert set(names) <= KNOWN[kind]
    assert [names.count(name) for name in ONE_EACH] == [1, 1, 1]
    assert all(names.count(name) <= 1 for name in AT_MOST_ONE[kind])
    assert (text(element, "id") or "").startswith("urn:uuid:")
    assert uuid.UUID(text(element, "id"))
    for name in ("updated", "published"):
        for moment in element.findall(ATOM + name):
            assert datetime.fromisoformat(moment.text or "").tzinfo, "3.3: RFC 3339, with its zone"
    for person in element.findall(ATOM + "author"):
        assert [child.tag for child in person] == [ATOM + "name"], "3.2: exactly one name"
        assert text(person, "name")
    for link in element.findall(ATOM + "link"):
        assert link.get("href", "").startswith("http"), "4.2.7: an address"
        assert len(link) == 0
    for words in (*element.findall(ATOM + "title"), *element.findall(ATOM + "content")):
        assert words.get("type", "text") in ("text", "html"), "3.1.1: a type that holds text only"
        assert len(words) == 0, "3.1.1: no elements within"
    alternates = [(link.get("type"), link.get("hreflang")) for link in links(element, "alternate")]
    assert len(alternates) == len(set(alternates)) == 1, "4.1.1: not two of a kind"


def text(element: ET.Element, name: str) -> str:
    return element.findtext(ATOM + name) or ""


def links(element: ET.Element, rel: str) -> list[ET.Element]:
    return [link for link in element.findall(ATOM + "link") if link.get("rel") == rel]


def entries(answer: httpx.Response) -> list[ET.Element]:
    return feed_of(answer).findall(ATOM + "entry")


def contents(answer: httpx.Response) -> list[str]:
    """What a feed reader shows of each entry."""
    return [html.unescape(text(entry, "content").replace("<br>\n", "\n")) for entry in entries(answer)]


def look(venue: Venue, **headers: str) -> httpx.Response:
    return venue.http.get(
        f"/{venue.name}/feed.atom", headers={name.replace("_", "-"): headers[name] for name in headers}
    )


def test_a_room_in_which_nothing_was_said_has_a_feed_that_stays_the_same(a_room: MakeRoom) -> None:
    venue = a_room(title="Übung <1> & 🎓")
    answer = look(venue)
    feed = feed_of(answer)
    assert text(feed, "title") == "Übung <1> & 🎓"
    assert [link.get("href") for link in links(feed, "self")] == [f"{venue.base}/{venue.name}/feed.atom"]
    assert [link.get("href") for link in links(feed, "alternate")] == [f"{venue.base}/{venue.name}"]
    assert datetime.fromisoformat(text(feed, "updated")) == datetime.fromisoformat(venue.room["created_at"]).replace(
        microsecond=datetime.fromisoformat(text(feed, "updated")).microsecond
    )
    assert look(venue).headers["ETag"] == answer.headers["ETag"]


def test_messages_are_entries_newest_first_under_ids_that_stay(venue: Venue) -> None:
    ada, grace = venue.join("Ada & <Co>"), venue.join("Grace")
    first, second = ada.say("first"), grace.say("second")
    newest, oldest = entries(look(venue))
    assert [text(newest, "content"), text(oldest, "content")] == ["second", "first"]
    assert oldest.findtext(f"{ATOM}author/{ATOM}name") == "Ada & <Co>"
    shown = {event["message"]["id"]: event["at"] for event in venue.events()}
    for entry, message in ((newest, second), (oldest, first)):
        assert datetime.fromisoformat(text(entry, "updated")) - datetime.fromisoformat(
            shown[message["id"]]
        ) < timedelta(milliseconds=1)
        assert datetime.fromisoformat(text(entry, "published")) <= datetime.fromisoformat(text(entry, "updated"))
    assert text(entries(look(venue))[1], "id") == text(oldest, "id")


def test_nobody_can_take_another_rooms_entry_for_his_own(a_room: MakeRoom) -> None:
    here, there, chosen = a_room(), a_room(), new_id()
    for room in (here, there):
        assert room.join().post("the same id", chosen, wait=25).status_code == 201
    (one,), (other,) = entries(look(here)), entries(look(there))
    assert text(one, "id") != text(other, "id")


def test_nasty_texts_are_read_as_they_were_shown(a_room: MakeRoom) -> None:
    venue = a_room(max_length=500)
    ada = venue.join("</name> & co")
    said = [ada.say(each)["text"] for each in NASTY]
    answer = look(venue)
    assert contents(answer) == said[::-1]
    assert not any("<" in text(entry, "content").replace("<br>", "") for entry in entries(answer)), (
        "no markup of theirs"
    )
    assert [text(entry, "title") for entry in entries(answer)] == [" ".join(each.split()) for each in said[::-1]]


def test_a_control_character_that_came_into_the_store_some_other_way_does_not_break_the_feed() -> None:
    feed, moment = Feed("Room", "https://parley.example/room", None, changed=datetime.now(UTC)), datetime.now(UTC)
    message = Message(
        id=new_id(),
        room_id=new_id(),
        text="\x00\x08ding\x1b\ufffe\ud800",
        participant_id=new_id(),
        nickname="A\x00da\uffff",
        glyph=Glyph("teal", "★"),
        at=moment,
    )
    _add(feed, "https://parley.example/room", moment, message)
    entry = ET.fromstring(feed.writeString("utf-8").encode()).find(ATOM + "entry")
    assert entry is not None
    assert (text(entry, "title"), entry.findtext(f"{ATOM}author/{ATOM}name")) == ("ding", "Ada")


def test_a_removed_message_leaves_the_feed_and_the_readers_copy_is_not_valid_any_more(venue: Venue) -> None:
    ada = venue.join()
    ada.say("stays")
    gone = ada.say("leaves")
    before = look(venue)
    assert contents(before) == ["leaves", "stays"]
    venue.host("DELETE", f"/messages/{gone['id']}")
    eventually(lambda: look(venue, If_None_Match=before.headers["ETag"]).status_code != 304)
    answer = look(venue, If_None_Match=before.headers["ETag"])
    assert contents(answer) == ["stays"]
    assert "leaves" not in answer.text


def test_held_messages_are_not_in_the_feed(a_room: MakeRoom) -> None:
    venue = a_room(moderation="before")
    assert venue.join().post("for the host only", wait=25).json()["state"] == "held"
    assert contents(look(venue)) == []


def test_only_the_newest_are_in_the_feed(venue: Venue) -> None:
    with venue.join().screen() as screen:
        for number in range(NEWEST + 2):
            screen.say(f"number {number}")
        screen.until(lambda frame: frame.get("seq") == NEWEST + 2)
    assert contents(look(venue)) == [f"number {number}" for number in range(NEWEST + 1, 1, -1)]


def test_a_reader_who_has_it_already_is_told_so(venue: Venue) -> None:
    ada = venue.join()
    ada.say("hello")
    answer = look(venue)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    again = look(venue, If_None_Match=answer.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")
    assert (again.headers["ETag"], again.headers["Cache-Control"]) == (answer.headers["ETag"], "private, no-cache")
    ada.say("and more")
    assert contents(look(venue, If_None_Match=answer.headers["ETag"])) == ["and more", "hello"]


def test_a_reader_who_knows_only_the_time_is_told_so_once_the_second_is_over(venue: Venue) -> None:
    venue.join().say("hello")
    eventually(lambda: "Last-Modified" in look(venue).headers)
    answer = look(venue)
    modified = parsedate_to_datetime(answer.headers["Last-Modified"])
    assert modified == datetime.fromisoformat(text(feed_of(answer), "updated")).replace(microsecond=0)
    assert parsedate_to_datetime(answer.headers["Date"]) - modified >= SETTLED, "not before it is sure"
    assert look(venue, If_Modified_Since=answer.headers["Last-Modified"]).status_code == 304
    earlier = format_datetime(modified - timedelta(seconds=1), usegmt=True)
    assert contents(look(venue, If_Modified_Since=earlier)) == ["hello"]


def test_what_may_come_in_the_same_second_is_not_hidden_by_the_time_of_what_came_before() -> None:
    second = datetime(2026, 11, 25, 12, 0, 0, tzinfo=UTC)
    changed = second.replace(microsecond=900_000)
    assert last_modified(changed, changed) is None
    assert last_modified(changed, second + SETTLED - timedelta(microseconds=1)) is None
    assert last_modified(changed, second + SETTLED) == changed


def test_a_room_with_a_password_shows_its_feed_to_who_has_joined(a_room: MakeRoom) -> None:
    staff = a_room(password="open sesame")
    ada = staff.join(password="open sesame")
    ada.say("behind the door")
    outside = look(staff)
    assert outside.status_code == 401
    assert "behind the door" not in outside.text
    assert contents(look(staff, **bearer(ada.token))) == ["behind the door"]


def test_a_room_that_is_over_has_no_feed(venue: Venue) -> None:
    venue.join().say("Soon forgotten")
    venue.host("DELETE")
    answer = look(venue)
    assert answer.status_code == 410
    assert "Soon forgotten" not in answer.text
