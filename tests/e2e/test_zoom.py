"""Whoever makes a page two or four times as large can read and use all of it, and scrolls one way only."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.e2e import states, zoomed
from tests.e2e.rooms import Room, make_room
from tests.e2e.visitor import LAPTOP, PHONE, Visitor
from tests.support.house import House

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


class Findings:
    """What is wrong, page by page; all of it is told at once."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def of(self, visitor: Visitor, state: str) -> None:
        """Looks at a page as it is now, in each zoom; what it shows is scrolled then, and its window a laptop's."""
        browser = visitor.context.new_cdp_session(visitor.page)
        for zoom, (size, letters) in {**ZOOMS, "": (LAPTOP, USUAL)}.items():
            visitor.page.set_viewport_size(size)  # type: ignore[arg-type]
            browser.send("Page.setFontSizes", {"fontSizes": {"standard": letters}})
            if zoom:
                self.found += [f"{state}, {zoom}: {fault}" for fault in self._faults(visitor)]
        browser.detach()

    def _faults(self, visitor: Visitor) -> list[str]:
        part = zoomed.room_to_read(visitor.page)
        few = [] if part is None or part >= LEAST_TO_READ else [f"the messages have {part:.2f} of the window"]
        return zoomed.faults(visitor.page) + few


@pytest.fixture
def findings() -> Iterator[Findings]:
    findings = Findings()
    yield findings
    assert not findings.found, "\n".join(findings.found)


def test_the_pages_around_a_room(
    somebody: Callable[..., Visitor], room: Room, house: House, findings: Findings
) -> None:
    visitor = somebody(script=states.CAMERA)
    for state in states.around_a_room(visitor, room, house):
        findings.of(visitor, state)


def test_the_room_in_every_state(ada: Visitor, house: House, findings: Findings) -> None:
    for state in states.in_a_room(ada, house):
        findings.of(ada, state)


def test_what_the_host_sees(ada: Visitor, house: House, findings: Findings) -> None:
    for state in states.as_its_host(ada, house):
        findings.of(ada, state)


def test_the_projector_and_the_room_in_a_frame(ada: Visitor, house: House, findings: Findings) -> None:
    for walk in (states.on_the_wall, states.in_a_frame):
        for state in walk(ada, make_room(house.base)):
            findings.of(ada, state)


def test_what_is_planted_is_seen(ada: Visitor) -> None:
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
