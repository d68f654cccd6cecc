"""The projector on the wall, and the transcript to take home."""

from __future__ import annotations

import csv
import json
import re
from base64 import b64encode
from collections.abc import Callable
from io import StringIO

import pytest
from playwright.sync_api import Route

from tests.e2e.rooms import Room, Speaker
from tests.e2e.visitor import PHONE, Visitor, expect
from tests.integration.web.filled import fill
from tests.support.house import House


def test_the_projector_shows_what_is_said_as_it_is_said_and_asks_for_no_nickname(ada: Visitor, room: Room) -> None:
    edsger = room.join("Edsger")
    edsger.say("before the lesson")
    ada.arrives(f"{room.path}/projector")
    ada.sees_delivered("before the lesson")
    edsger.say("and now")
    ada.sees_delivered("before the lesson", "and now")
    expect(ada.page.get_by_role("textbox")).to_have_count(0)
    expect(ada.page.locator(".projector__code")).to_contain_text(room.code)
    expect(ada.page.locator(".projector__code")).to_be_visible()


def test_the_projector_shows_how_to_get_in(ada: Visitor, room: Room) -> None:
    ada.arrives(f"{room.path}/projector")
    qr = ada.page.get_by_alt_text("QR code of the room’s address")
    expect(qr).to_be_visible()
    assert qr.evaluate("e => e.complete && e.naturalWidth > 0")
    expect(ada.page.locator(".projector__address")).to_have_text(f"{ada.watch.host}/{room.name}")


def test_two_phones_and_a_wall(somebody: Callable[..., Visitor], room: Room) -> None:
    wall, edsger, grace = somebody(), somebody(viewport=PHONE), somebody(viewport=PHONE)
    wall.arrives(f"{room.path}/projector")
    for phone, nickname in ((edsger, "Edsger"), (grace, "Grace")):
        phone.arrives(room.path).joins(nickname)
    edsger.says("first")
    for screen in (wall, grace):
        screen.sees_delivered("first")

    wall.page.keyboard.press("Space")
    expect(wall.page.get_by_role("button", name="Freeze")).to_have_attribute("aria-pressed", "true")
    grace.says("second")
    expect(wall.page.get_by_text("Frozen · 1 new")).to_be_visible()
    wall.sees_delivered("first")

    wall.page.keyboard.press("b")
    slide = wall.page.get_by_role("dialog", name="The Nile")
    for what in (slide.get_by_alt_text("QR code"), slide.get_by_text(room.code), slide.get_by_text(room.name)):
        expect(what).to_be_visible()
    wall.page.keyboard.press("Space")  # nobody lets go of what nobody sees
    edsger.says("third")
    wall.page.keyboard.press("Escape")
    expect(slide).to_be_hidden()
    expect(wall.page.get_by_text("Frozen · 2 new")).to_be_visible()

    wall.page.keyboard.press("Space")
    for screen in (wall, edsger, grace):
        screen.sees_delivered("first", "second", "third")
    expect(wall.page.get_by_text("Frozen")).to_be_hidden()
    wall.page.get_by_role("button", name="Blank").click()
    expect(slide).to_be_visible()
    wall.page.keyboard.press("b")
    expect(slide).to_be_hidden()

    wall.page.keyboard.press("?")
    keys = wall.page.get_by_role("dialog", name="Keys")
    expect(keys).to_contain_text(f"{room.path}/projector?transparent=1")
    for button in ("Freeze", "Blank", "Delay", "Smaller", "Larger", "Full screen"):
        expect(keys).to_contain_text(re.compile(button.replace(" ", ".| "), re.IGNORECASE))
    wall.page.keyboard.press("?")
    expect(keys).to_be_hidden()


# Every text that ever stood on the wall, however short it was.
NOTE_TEXTS = """
() => {
  const wall = document.querySelector("main");
  window.seen = [];
  const texts = () => [...wall.querySelectorAll("[data-text], [data-spotlight-text]")].map((e) => e.textContent);
  const note = () => (window.seen = [...new Set([...window.seen, ...texts()])]);
  new MutationObserver(note).observe(wall, { childList: true, subtree: true });
  note();
}
"""


def test_what_is_removed_within_the_delay_never_stands_on_the_wall(ada: Visitor, room: Room) -> None:
    edsger = room.join("Edsger")
    ada.arrives(f"{room.path}/projector")
    flag = ada.page.locator("[data-delay-words]")
    for words in ("Delay 5 s", "Delay 10 s", "Delay 30 s"):
        ada.page.keyboard.press("n")
        expect(flag).to_have_text(words)
    ada.page.evaluate(NOTE_TEXTS)
    bad = edsger.say("better not?")
    with ada.page.expect_response("**/questions"):  # the wall hears of the vote, and a top question waits as all others
        room.call("POST", f"/messages/{bad}/vote", token=edsger.token)
    edsger.say("all of you: look")
    expect(flag).to_have_text("Delay 30 s · 2 to come")
    room.call("DELETE", f"/messages/{bad}")
    expect(flag).to_have_text("Delay 30 s · 1 to come")
    ada.page.keyboard.press("n")
    expect(flag).to_be_hidden()
    ada.sees_delivered("all of you: look")
    assert ada.page.evaluate("() => window.seen") == ["", "all of you: look"]

    for _ in range(3):
        ada.page.get_by_role("button", name="Delay").click()
    edsger.say("just before the page is loaded again")
    ada.page.reload()
    expect(flag).to_have_text("Delay 30 s · 2 to come")  # it knows its delay, and nothing younger than that is on it
    ada.sees()
    ada.page.keyboard.press("n")
    ada.sees_delivered("all of you: look", "just before the page is loaded again")
    ada.page.keyboard.press("n")
    edsger.say("in its time")
    expect(flag).to_have_text("Delay 5 s · 1 to come")
    ada.sees_delivered("all of you: look", "just before the page is loaded again", "in its time")
    expect(flag).to_have_text("Delay 5 s")


def test_above_all_stands_what_is_pinned_or_else_the_question_with_most_votes(ada: Visitor, room: Room) -> None:
    edsger, grace = room.join("Edsger"), room.join("Grace")
    first, second = edsger.say("Why the flood?"), edsger.say("How high did it rise?")
    statement = edsger.say("It rose by eight metres.")
    ada.arrives(f"{room.path}/projector")
    above = ada.page.get_by_role("region", name="Above all")
    expect(above).to_be_hidden()  # nobody has voted: these are messages among others
    for speaker, question in ((edsger, first), (edsger, second), (grace, second)):
        room.call("POST", f"/messages/{question}/vote", token=speaker.token)
    expect(above).to_contain_text("Top question 2 votes")
    expect(above).to_contain_text("How high did it rise?")
    room.call("POST", f"/messages/{second}/answer")
    expect(above).to_contain_text("Why the flood?")
    expect(above).to_contain_text("1 vote")

    room.call("POST", f"/messages/{statement}/pin")
    expect(above).to_contain_text("It rose by eight metres.")
    expect(above.get_by_text("Pinned")).to_be_visible()
    ada.page.reload()
    expect(above).to_contain_text("It rose by eight metres.")
    ada.is_connected()
    ada.page.keyboard.press("Space")
    room.call("DELETE", f"/messages/{statement}")  # what is removed is gone from a frozen wall, too
    expect(above).not_to_contain_text("It rose by eight metres.")
    expect(above).to_contain_text("Why the flood?")


def test_a_vote_that_comes_while_the_wall_is_being_told_the_order_is_not_forgotten(ada: Visitor, room: Room) -> None:
    speakers = [room.join(name) for name in ("Edsger", "Grace", "Barbara")]
    first, second = (speakers[0].say(text) for text in ("Why the flood?", "How high did it rise?"))

    def vote(question: str, *who: Speaker) -> None:
        for each in who:
            room.call("POST", f"/messages/{question}/vote", token=each.token)

    vote(first, speakers[0])
    above = ada.page.get_by_role("region", name="Above all")
    with ada.page.expect_websocket() as socket:
        ada.arrives(f"{room.path}/projector")
    expect(above).to_contain_text("Top question 1 vote")

    def is_slow(route: Route) -> None:
        before = route.fetch()
        with socket.value.expect_event("framereceived", lambda frame: bool(re.search('"votes": ?3', str(frame)))):
            vote(second, *speakers)
        route.fulfill(response=before)

    ada.page.route("**/questions", is_slow, times=1)
    vote(first, speakers[1])
    expect(above).to_contain_text("Top question 3 votes")
    expect(above).to_contain_text("How high did it rise?")


ALPHAS = """
async (picture) => {
  const image = new Image();
  image.src = `data:image/png;base64,${picture}`;
  await image.decode();
  const canvas = Object.assign(document.createElement("canvas"), { width: image.width, height: image.height });
  const pen = canvas.getContext("2d");
  pen.drawImage(image, 0, 0);
  const alphas = pen.getImageData(0, 0, image.width, image.height).data.filter((_, place) => place % 4 === 3);
  return [alphas.filter((alpha) => alpha === 0).length / alphas.length, alphas.some((alpha) => alpha === 255)];
}
"""


def test_over_a_video_there_are_only_the_words(somebody: Callable[..., Visitor], room: Room) -> None:
    room.join("Edsger").say("live")
    obs = somebody(color_scheme="light").arrives(f"{room.path}/projector?transparent=1")
    obs.sees_delivered("live")
    expect(obs.page.get_by_text(room.code).first).to_be_visible()
    expect(obs.page.get_by_role("heading", name="The Nile")).to_be_hidden()
    picture = b64encode(obs.page.screenshot(omit_background=True, animations="disabled")).decode()
    clear, solid = obs.page.evaluate(ALPHAS, picture)
    assert clear > 0.85
    assert solid
    colour, shadow = obs.texts.first.evaluate("e => [getComputedStyle(e).color, getComputedStyle(e).textShadow]")
    assert colour == "rgb(255, 255, 255)"
    assert shadow.count("rgb(0, 0, 0)") >= 8, "no outline"


def test_plus_and_minus_change_the_size_and_the_device_remembers_it(ada: Visitor, room: Room) -> None:
    room.join("Edsger").say("how large am I?")
    ada.arrives(f"{room.path}/projector")

    def size() -> float:
        return float(ada.texts.first.evaluate("e => parseFloat(getComputedStyle(e).fontSize)"))

    usual = size()
    ada.page.keyboard.press("+")
    ada.page.keyboard.press("+")
    larger = size()
    assert larger > usual * 1.1
    ada.page.reload()
    ada.is_connected()
    assert size() == larger
    for _ in range(4):
        ada.page.keyboard.press("-")
    assert size() < usual


def test_the_transcript_holds_what_was_said(ada: Visitor, room: Room) -> None:
    edsger = room.join("Edsger")
    edsger.say("on the record, see https://example.org/nile")
    room.join("Barbara").say("two\nlines")
    ada.visit(f"{room.path}/transcript")
    entries = ada.page.locator(".entry")
    expect(entries).to_have_count(2)
    expect(entries.first).to_contain_text("Edsger")
    expect(entries.first.get_by_role("link")).to_have_attribute("href", "https://example.org/nile")
    expect(entries.last.locator("[data-text]")).to_have_text("two\nlines", use_inner_text=True)

    text = kept(ada, "Text", f"{room.name}.txt")
    assert text.startswith("The Nile\n")
    assert re.search(r"UTC  Edsger\n    on the record, see https://example.org/nile\n", text)
    assert re.search(r"UTC  Barbara\n    two\n    lines\n", text)


def kept(visitor: Visitor, form: str, name: str) -> str:
    """Downloads the transcript in a form and reads it."""
    with visitor.page.expect_download() as download:
        visitor.page.get_by_role("link", name=form).click()
    assert download.value.suggested_filename == name
    with download.value.path().open(encoding="utf-8-sig", newline="") as file:
        return file.read()


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_the_transcript_is_filtered_and_kept_in_every_form(
    somebody: Callable[..., Visitor], room: Room, scripts: bool
) -> None:
    room.join("Edsger").say_many(["Is this on the record?", "=1+1", "Ναι;"])
    grace = somebody(viewport=PHONE, java_script_enabled=scripts).visit(f"{room.path}/transcript")
    texts = grace.page.locator(".entry [data-text]")
    expect(texts).to_have_text(["Is this on the record?", "=1+1", "Ναι;"])
    rows = csv.DictReader(StringIO(kept(grace, "CSV", f"{room.name}.csv"), newline=""))
    assert [(row["nickname"], row["text"]) for row in rows][1:] == [("Edsger", "'=1+1"), ("Edsger", "Ναι;")]

    grace.page.get_by_role("link", name="Questions only").click()
    expect(texts).to_have_text(["Is this on the record?", "Ναι;"])
    grace.page.get_by_role("link", name="Without").click()
    expect(grace.page.get_by_text("Questions, without nicknames")).to_be_visible()
    expect(texts).to_have_text(["Is this on the record?", "Ναι;"])
    expect(grace.page.get_by_text("Edsger")).to_have_count(0)
    assert grace.page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    document = json.loads(kept(grace, "JSON", f"{room.name}-questions-without-nicknames.json"))
    assert document["room"]["title"] == "The Nile"
    assert [message.keys() for message in document["messages"]] == [{"seq", "at", "text", "source", "question"}] * 2
    grace.page.get_by_role("link", name="All messages").click()
    expect(texts).to_have_count(3)
    expect(grace.page.get_by_role("link", name="All messages")).to_have_attribute("aria-current", "true")


def test_a_long_transcript_fits_a_phone_and_is_read_to_its_end(grace: Visitor, house: House, room: Room) -> None:
    fill(house, room.name, 1_003)
    grace.visit(f"{room.path}/transcript")
    expect(grace.page.locator(".transcript__list[data-ready]")).to_be_attached()
    grace.does_not_scroll_sideways()
    last = grace.page.locator(".entry").last
    last.scroll_into_view_if_needed()
    expect(last).to_be_in_viewport()
    expect(last).to_contain_text("1002.")
    grace.does_not_scroll_sideways()


def test_the_transcript_is_printed_black_on_white_without_tools(somebody: Callable[..., Visitor], room: Room) -> None:
    room.join("Edsger").say("on paper")
    ada = somebody(color_scheme="dark").visit(f"{room.path}/transcript")
    ada.page.emulate_media(media="print")
    for words in ("Text", "Print", "Questions only", "Back to the room"):
        expect(ada.page.get_by_text(words, exact=True)).to_be_hidden()
    expect(ada.page.get_by_role("heading", name="The Nile")).to_be_visible()
    entry = ada.page.locator(".entry")
    look = entry.evaluate("e => [getComputedStyle(e).color, getComputedStyle(document.body).backgroundColor]")
    assert look == ["rgb(0, 0, 0)", "rgb(255, 255, 255)"]
    assert ada.page.pdf().startswith(b"%PDF-")
