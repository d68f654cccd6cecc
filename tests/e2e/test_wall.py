"""The projector on the wall, and the transcript to take home."""

import re

from tests.e2e.rooms import Room
from tests.e2e.visitor import Visitor, expect


def test_the_projector_shows_what_is_said_as_it_is_said_and_asks_for_no_nickname(ada: Visitor, room: Room) -> None:
    edsger = room.join("Edsger")
    edsger.say("before the lesson")
    ada.arrives(f"{room.path}/projector")
    ada.sees_delivered("before the lesson")
    edsger.say("and now")
    ada.sees_delivered("before the lesson", "and now")
    expect(ada.page.get_by_role("textbox")).to_have_count(0)
    expect(ada.page.get_by_text(room.code)).to_be_visible()


def test_the_projector_shows_how_to_get_in(ada: Visitor, room: Room) -> None:
    ada.arrives(f"{room.path}/projector")
    qr = ada.page.get_by_alt_text("QR code of the room’s address")
    expect(qr).to_be_visible()
    assert qr.evaluate("e => e.complete && e.naturalWidth > 0")
    expect(ada.page.locator(".projector__address")).to_have_text(f"{ada.watch.host}/{room.name}")


def test_space_freezes_the_projector_and_lets_it_go_on(ada: Visitor, room: Room) -> None:
    edsger = room.join("Edsger")
    edsger.say("first")
    ada.arrives(f"{room.path}/projector")
    ada.sees_delivered("first")
    ada.page.keyboard.press("Space")
    expect(ada.page.get_by_role("button", name="Freeze")).to_have_attribute("aria-pressed", "true")
    edsger.say("second")
    expect(ada.page.get_by_text("Frozen · 1 new")).to_be_visible()
    ada.sees_delivered("first")
    ada.page.keyboard.press("Space")
    ada.sees_delivered("first", "second")
    expect(ada.page.get_by_text("Frozen")).to_be_hidden()


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

    with ada.page.expect_download() as download:
        ada.page.get_by_role("link", name="As plain text").click()
    assert download.value.suggested_filename == f"{room.name}.txt"
    text = download.value.path().read_text("utf-8")
    assert text.startswith("The Nile\n")
    assert re.search(r"UTC  Edsger\n    on the record, see https://example.org/nile\n", text)
    assert re.search(r"UTC  Barbara\n    two\n    lines\n", text)
