"""Everybody can use every page, in whatever state it is: axe-core finds nothing that breaks WCAG 2.2 AA."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.e2e import judge, states
from tests.e2e.rooms import Room
from tests.e2e.visitor import LAPTOP, PHONE, Visitor, expect
from tests.support.cable import Cable
from tests.support.house import House

WALL = {"width": 1920, "height": 1080}
FRAME = {"width": 320, "height": 480}


@pytest.fixture(autouse=True, scope="module")
def _axe() -> None:
    if why := judge.missing():
        (pytest.fail if judge.required() else pytest.skip)(why)


class Findings:
    """What is wrong, page by page; all of it is told at once."""

    def __init__(self) -> None:
        self.found: list[str] = []

    def of(self, visitor: Visitor, state: str, *sizes: dict[str, int]) -> None:
        """Judges a page as it now is: on a phone and at a laptop, light and dark."""
        for size in sizes or (LAPTOP, PHONE):
            visitor.page.set_viewport_size(size)
            self.found += [f"{state}, {size['width']}, {fault}" for fault in judge.faults(visitor.page)]


@pytest.fixture
def judged() -> Iterator[Findings]:
    findings = Findings()
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


def test_the_judge_sees_what_is_planted(ada: Visitor) -> None:
    ada.visit("/")
    ada.page.evaluate("() => { document.querySelector('main').append(document.createElement('img')) }")
    assert any("image-alt" in fault for fault in judge.faults(ada.page))
