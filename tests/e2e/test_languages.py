"""Everybody reads all of Parley in a language of theirs, as the browser asks or as they choose; mirrored, too."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from app.web import catalogues
from app.web.languages import SPOKEN
from tests.e2e import states, wording
from tests.e2e.rooms import Room, make_room
from tests.e2e.visitor import PHONE, Visitor, expect
from tests.support.house import House

MADE_UP = catalogues.MADE_UP


class Findings:
    """What is wrong, page by page; all of it is told at once."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def of(self, visitor: Visitor, state: str) -> None:
        """Looks at a page as it is now: nothing unmarked, nothing sticks out, nothing lies on what can be pressed."""
        self.found += [f"{state} says {text!r}" for text in wording.unmarked(visitor.page)]
        self.found += [f"{state}: {fault}" for fault in wording.covered(visitor.page)]
        visitor.does_not_scroll_sideways()


@pytest.fixture
def findings() -> Iterator[Findings]:
    findings = Findings()
    yield findings
    assert not findings.found, "\n".join(findings.found)


@pytest.fixture
def mirrored(somebody: Callable[..., Visitor]) -> Visitor:
    """Somebody with a phone who reads the made-up language, from right to left."""
    return somebody(viewport=PHONE, has_touch=True, is_mobile=True, locale=MADE_UP, script=states.CAMERA)


def test_every_page_is_marked_and_lies_open_from_right_to_left(
    mirrored: Visitor, room: Room, house: House, findings: Findings
) -> None:
    for state in states.around_a_room(mirrored, room, house):
        findings.of(mirrored, state)
        assert mirrored.page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == [
            MADE_UP,
            "rtl",
        ]
    for walk in (states.on_the_wall, states.in_a_frame):
        for state in walk(mirrored, make_room(house.base, title="The Nile")):
            findings.of(mirrored, state)


def test_the_room_in_every_state_is_marked_and_lies_open_from_right_to_left(
    mirrored: Visitor, house: House, findings: Findings
) -> None:
    for state in states.in_a_room(mirrored, house):
        findings.of(mirrored, state)
        if state == "menu":
            menu = mirrored.page.locator(".menu__list").bounding_box()
            assert menu
            assert (menu["x"] >= 0, menu["x"] + menu["width"] <= PHONE["width"]) == (True, True)


def test_the_hosts_pages_are_marked_and_lie_open_from_right_to_left(
    mirrored: Visitor, house: House, findings: Findings
) -> None:
    for state in states.as_its_host(mirrored, house):
        findings.of(mirrored, state)


def test_in_each_language_one_makes_a_room_talks_and_reads_nothing_english(somebody: Callable[..., Visitor]) -> None:
    for language in SPOKEN:
        reader = somebody(viewport=PHONE, has_touch=True, is_mobile=True, locale=f"{language.code}-XX").visit("/")
        words = catalogues.translations(language.code).gettext if language.code != "en" else str
        name = f"{language.code}-talk"
        pages = wording.said(reader.page)
        reader.page.get_by_label(words("Name of the room")).fill(name)
        reader.page.get_by_role("button", name=words("Make the room")).click()
        expect(reader.page).to_have_url(f"{reader.base}/{name}")
        reader.is_connected()
        reader.page.get_by_label(words("Choose a nickname")).fill("Ada")
        reader.page.get_by_role("button", name=words("Join"), exact=True).click()
        reader.says("hello?")
        expect(reader.page.locator("[data-seq] [data-text]")).to_have_text(["hello?"])
        assert reader.page.evaluate("document.documentElement.lang") == language.code
        pages += wording.said(reader.page)
        if language.code != "en":
            assert english_in(pages, language.code) == set()
        reader.does_not_scroll_sideways()


def english_in(pages: list[str], code: str) -> set[str]:
    """What is said in English although the language has words of its own for it."""
    other = {m.id for m in catalogues.catalogue(code) if isinstance(m.id, str) and m.id not in ("", m.string)}
    return other & set(pages)


def test_a_language_is_chosen_in_the_room_by_keyboard_and_one_is_still_in_the_room(ada: Visitor, room: Room) -> None:
    ada.arrives(room.path).joins("Ada").says("before")
    ada.sees_delivered("before")
    ada.page.locator(".menu > summary").press("Enter")
    ada.page.get_by_role("button", name="Deutsch").press("Enter")
    expect(ada.page.locator("html")).to_have_attribute("lang", "de")
    expect(ada.page).to_have_url(ada.base + room.path)
    ada.is_connected()
    expect(ada.page.get_by_label("Schreib als Ada")).to_be_visible()
    ada.says("danach")
    expect(ada.page.locator("[data-seq] [data-text]")).to_have_text(["before", "danach"])
    ada.visit("/")
    ada.page.get_by_role("contentinfo").get_by_role("button", name="English").click()
    expect(ada.page.get_by_role("button", name="Make the room")).to_be_visible()
