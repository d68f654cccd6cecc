"""Everybody can use every page, in whatever state it is: axe-core finds nothing that breaks WCAG 2.2 AA."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.e2e import judge
from tests.e2e.rooms import Room, make_room
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


def talk(room: Room) -> None:
    """A lively room: links, questions, other scripts, and one message that was removed."""
    edsger, grace = room.join("Edsger"), room.join("Grace 🌍")
    edsger.say("Is the flood why they had a calendar so early?")
    grace.say("see https://example.org/nile for more")
    gone = edsger.say("never mind")
    grace.say("שלום، مرحبا, 你好")
    room.call("DELETE", f"/messages/{gone}")


def test_the_pages_around_a_room(ada: Visitor, room: Room, house: House, judged: Findings) -> None:
    judged.of(ada.visit("/"), "home")
    ada.page.get_by_label("Name of the room").fill("admin")
    ada.page.get_by_role("button", name="Make the room").click()
    expect(ada.page.get_by_role("alert").first).to_be_visible()
    judged.of(ada, "home with an error")
    judged.of(ada.visit("/a-free-name"), "free")
    judged.of(ada.visit(f"{room.path}/nothing"), "error")
    talk(room)
    judged.of(ada.visit(f"{room.path}/transcript"), "transcript")
    judged.of(ada.visit(f"{room.path}/transcript?only=questions&nicknames=no"), "questions to keep")
    judged.of(ada.visit(f"{room.path}/poster"), "poster")
    over = make_room(house.base)
    over.call("DELETE")
    ada.visit(over.path)
    expect(ada.page.get_by_text("over and forgotten")).to_be_visible()
    judged.of(ada, "gone")


def test_the_room_in_every_state(ada: Visitor, house: House, judged: Findings) -> None:
    room = make_room(house.base, title="The Nile", rules="Be kind.")
    judged.of(ada.arrives(room.path), "room, empty, not joined")
    talk(room)
    ada.joins("Ada")
    judged.of(ada, "room, lively")
    ada.says("mine")
    ada.sees_delivered(*ada.texts.all_inner_texts()[:-1], "mine")
    ada.page.get_by_role("button", name="Share").click()
    expect(ada.page.get_by_role("dialog")).to_be_visible()
    judged.of(ada, "share dialog")
    ada.page.keyboard.press("Escape")
    ada.page.get_by_role("button", name="How it went").last.click()
    expect(ada.page.get_by_role("dialog").get_by_text("Delivered")).to_be_visible()
    judged.of(ada, "trail dialog")
    ada.page.keyboard.press("Escape")
    ada.page.locator("summary").filter(has_text="Menu").click()
    judged.of(ada, "menu")
    ada.page.get_by_role("button", name="Change nickname").first.click()
    expect(ada.page.get_by_role("dialog", name="Change nickname")).to_be_visible()
    judged.of(ada, "rename dialog")
    ada.page.keyboard.press("Escape")
    room.call("PATCH", body={"moderation": "before"})
    ada.says("may I?")
    expect(ada.page.locator('[data-message-id][data-state="held"]')).to_be_visible()
    judged.of(ada, "room, held")
    room.call("PATCH", body={"state": "paused"})
    expect(ada.page.get_by_text("The host has paused this room.")).to_be_visible()
    judged.of(ada, "room, paused")
    room.call("DELETE")
    expect(ada.page.locator('[data-room][data-state="closed"]')).to_be_attached()
    judged.of(ada, "room, closed")


def test_the_room_without_a_line(somebody: Callable[..., Visitor], room: Room, cable: Cable, judged: Findings) -> None:
    visitor = somebody(cable=cable).arrives(room.path).joins("Ada")
    cable.cut()
    expect(visitor.page.locator("[data-banner]")).to_be_visible()
    visitor.says("later")
    judged.of(visitor, "room, offline")
    cable.mend()


def test_the_host_s_desk_and_room(ada: Visitor, house: House, judged: Findings) -> None:
    room = make_room(house.base, title="The Nile", moderation="before")
    judged.of(ada.visit(room.desk), "desk, nothing held")
    room.join("Edsger").say("may I?")
    expect(ada.page.locator("[data-held-count]")).to_have_text("1")
    judged.of(ada, "desk, one held")
    ada.page.get_by_role("button", name="Close room").click()
    expect(ada.page.get_by_role("alertdialog")).to_be_visible()
    judged.of(ada, "desk, to be confirmed")
    judged.of(ada.arrives(room.path), "room of its host")


def test_the_projector(ada: Visitor, room: Room, judged: Findings) -> None:
    judged.of(ada.arrives(f"{room.path}/projector"), "projector, empty", WALL)
    talk(room)
    expect(ada.texts.last).to_have_text("שלום، مرحبا, 你好")
    judged.of(ada, "projector", WALL, LAPTOP)
    ada.page.keyboard.press("Space")
    judged.of(ada, "projector, frozen", WALL)
    ada.page.keyboard.press("Space")
    asker = room.join("Zoë")
    question = asker.say("Is this for the exam?")
    room.call("POST", f"/messages/{question}/vote", token=asker.token)
    expect(ada.page.get_by_role("region", name="Above all")).to_contain_text("1 vote")
    ada.page.keyboard.press("n")
    judged.of(ada, "projector, top question and delay", WALL)
    for key, state in (("b", "slide"), ("?", "keys")):
        ada.page.keyboard.press(key)
        expect(ada.page.get_by_role("dialog")).to_be_visible()
        judged.of(ada, f"projector, {state}", WALL)
        ada.page.keyboard.press(key)


def test_the_room_in_a_frame(ada: Visitor, room: Room, judged: Findings) -> None:
    ada.visit(room.desk).arrives(room.path).page.get_by_role("button", name="Share").click()
    ada.page.get_by_role("radio", name="Yes, for reading and writing").check()
    ada.page.get_by_label("Only on these sites").fill("http://blog.example")
    ada.page.get_by_role("button", name="Save").click()
    expect(ada.page.get_by_role("alert").get_by_text("not encrypted")).to_be_visible()
    judged.of(ada, "share sheet of the host, with an error")
    ada.watch.answers.add(403)
    judged.of(ada.visit(f"{room.path}/embed"), "embed, not allowed", FRAME)
    room.call("PATCH", body={"embed": {"mode": "read"}})
    judged.of(ada.arrives(f"{room.path}/embed"), "embed, empty", FRAME)
    talk(room)
    expect(ada.texts.last).to_have_text("שלום، مرحبا, 你好")
    judged.of(ada, "embed, reading", FRAME)
    judged.of(ada.visit(f"{room.path}/embed?show=transcript"), "embed, transcript", FRAME)
    room.call("PATCH", body={"embed": {"mode": "post"}})
    judged.of(ada.arrives(f"{room.path}/embed"), "embed, to join", FRAME)
    ada.joins("Ada").says("hello")
    expect(ada.log.locator("[data-own][data-seq]")).to_be_visible()
    judged.of(ada, "embed, writing", FRAME)
    room.call("PATCH", body={"state": "paused"})
    expect(ada.page.get_by_text("The host has paused this room.")).to_be_visible()
    judged.of(ada, "embed, paused", FRAME)


def test_the_judge_sees_what_is_planted(ada: Visitor) -> None:
    ada.visit("/")
    ada.page.evaluate("() => { document.querySelector('main').append(document.createElement('img')) }")
    assert any("image-alt" in fault for fault in judge.faults(ada.page))
