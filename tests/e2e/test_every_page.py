"""Everybody can use every page, in whatever state it is, and however he looks at it.

One walk past all of them serves three judges: axe-core finds nothing that breaks WCAG 2.2 AA; whoever makes the page
two or four times as large can read and use all of it, and scrolls one way only; and where the system gives the colours
nothing is told by a background alone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.e2e import forced, judge, states, zoomed
from tests.e2e.rooms import Room
from tests.e2e.visitor import LAPTOP, PHONE, Visitor, expect
from tests.support.cable import Cable
from tests.support.house import House

WALL = {"width": 1920, "height": 1080}
FRAME = {"width": 320, "height": 480}
# How large the window is for the page, and how large its letters are: a laptop at 200 % and at 400 %, and a laptop and
# a phone whose owners have set letters of twice the size.
USUAL = 16
ZOOMS = {
    "200 %": ({"width": 640, "height": 400}, USUAL),
    "400 %": ({"width": 320, "height": 256}, USUAL),
    "large letters": (LAPTOP, 2 * USUAL),
    "large letters on a phone": (PHONE, 2 * USUAL),
}
LEAST_TO_READ = 0.2


@pytest.fixture(scope="module")
def axe() -> bool:
    """Whether axe-core is here; without it the other two judge alone, where it may be missing."""
    if (why := judge.missing()) and judge.required():
        pytest.fail(why)
    return why is None


class Findings:
    """What is wrong, page by page; all of it is told at once."""

    def __init__(self, axe: bool) -> None:
        self.found: list[str] = []
        self.axe = axe

    def of(self, visitor: Visitor, state: str, *sizes: dict[str, int]) -> None:
        """Judges a page as it now is; what it shows is scrolled then, and its window a laptop's."""
        for size in sizes or (LAPTOP, PHONE):
            visitor.page.set_viewport_size(size)  # type: ignore[arg-type]
            if self.axe:
                self._add(f"{state}, {size['width']}", judge.faults(visitor.page))
        self._add(f"{state}, forced colours", forced.faults(visitor.page))
        self._zoomed(visitor, state)

    def _zoomed(self, visitor: Visitor, state: str) -> None:
        browser = visitor.context.new_cdp_session(visitor.page)
        for zoom, (size, letters) in {**ZOOMS, "": (LAPTOP, USUAL)}.items():
            visitor.page.set_viewport_size(size)  # type: ignore[arg-type]
            browser.send("Page.setFontSizes", {"fontSizes": {"standard": letters}})
            if zoom:
                part = zoomed.room_to_read(visitor.page)
                few = [] if part is None or part >= LEAST_TO_READ else [f"the messages have {part:.2f} of the window"]
                self._add(f"{state}, {zoom}", zoomed.faults(visitor.page) + few)
        browser.detach()

    def _add(self, where: str, faults: list[str]) -> None:
        self.found += [f"{where}: {fault}" for fault in faults]


@pytest.fixture
def judged(axe: bool) -> Iterator[Findings]:
    findings = Findings(axe)
    yield findings
    assert not findings.found, "\n".join(findings.found)


def test_the_pages_around_a_room(somebody: Callable[..., Visitor], room: Room, house: House, judged: Findings) -> None:
    visitor = somebody(script=states.CAMERA)
    for state in states.around_a_room(visitor, room, house):
        judged.of(visitor, state)


def test_the_room_in_every_state(ada: Visitor, house: House, judged: Findings) -> None:
    for state in states.in_a_room(ada, house):
        judged.of(ada, state)


def test_the_room_without_a_line(somebody: Callable[..., Visitor], room: Room, cable: Cable, judged: Findings) -> None:
    visitor = somebody(cable=cable).arrives(room.path).joins("Ada")
    cable.cut()
    expect(visitor.page.locator("[data-banner]")).to_be_visible()
    visitor.says("later")
    judged.of(visitor, "room, offline")
    cable.mend()


def test_what_the_host_sees(ada: Visitor, house: House, judged: Findings) -> None:
    for state in states.as_its_host(ada, house):
        judged.of(ada, state)


def test_the_projector(ada: Visitor, room: Room, judged: Findings) -> None:
    for state in states.on_the_wall(ada, room):
        judged.of(ada, state, WALL, *([LAPTOP] if state == "projector" else []))


def test_the_room_in_a_frame(ada: Visitor, room: Room, judged: Findings) -> None:
    for state in states.in_a_frame(ada, room):
        judged.of(ada, state, FRAME)


# -- each judge sees what is planted


def test_axe_sees_what_is_planted(ada: Visitor, axe: bool) -> None:
    if not axe:
        pytest.skip(judge.missing() or "")
    ada.visit("/")
    ada.page.evaluate("() => { document.querySelector('main').append(document.createElement('img')) }")
    assert any("image-alt" in fault for fault in judge.faults(ada.page))


def test_what_is_cut_off_and_what_cannot_be_pressed_is_seen(ada: Visitor) -> None:
    ada.visit("/")
    ada.page.evaluate(
        """() => {
          const title = document.querySelector("h1");
          Object.assign(title.style, { width: "70rem", height: "1rem", overflow: "hidden" });
          Object.assign(document.querySelector(".foot").style, { position: "fixed", inset: 0 });
        }"""
    )
    found = " ".join(zoomed.faults(ada.page))
    for fault in ("is cut off: H1", "cannot be pressed: BUTTON"):
        assert fault in found


def test_a_button_without_a_line_is_seen_where_the_system_gives_the_colours(ada: Visitor) -> None:
    ada.visit("/")
    assert forced.faults(ada.page) == []
    ada.page.locator("button:visible").first.evaluate("(e) => { e.className = 'button'; e.style.border = 0 }")
    assert forced.faults(ada.page) == ["BUTTON.button"]
