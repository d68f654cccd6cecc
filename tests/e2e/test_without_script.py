"""A room without JavaScript, from making it to reading what became of one's words."""

from __future__ import annotations

from collections.abc import Callable

from tests.e2e.rooms import Room
from tests.e2e.visitor import PHONE, Visitor, expect


def made_by(ada: Visitor) -> Room:
    """The room that somebody has just made, with what his browser keeps of it."""
    name = ada.page.url.rpartition("/")[2].partition("#")[0]
    kept = {cookie.get("name"): cookie.get("value", "") for cookie in ada.context.cookies()}
    code = ada.page.locator(".side-card__code strong").inner_text()
    return Room(ada.base, name, code, kept[f"host_{name}"], "")


def test_a_room_is_made_and_talked_in_and_what_is_not_shown_says_why(somebody: Callable[..., Visitor]) -> None:
    ada = somebody(java_script_enabled=False)
    grace = somebody(java_script_enabled=False, viewport=PHONE)
    ada.visit("/")
    ada.page.get_by_label("Title").fill("By hand")
    ada.page.get_by_role("button", name="Make the room").click()
    expect(ada.page.get_by_role("heading", name="By hand")).to_be_visible()
    room = made_by(ada)
    for person, nickname in ((ada, "Ada"), (grace.visit(room.path), "Grace")):
        person.page.get_by_label("Choose a nickname").fill(nickname)
        person.page.get_by_role("button", name="Join").click()

    def says(text: str) -> None:
        grace.field.fill(text)
        grace.page.get_by_role("button", name="Send").click()

    says("Hello! Who are you?")
    grace.sees_delivered("Hello! Who are you?")
    ada.page.get_by_role("link", name="Look for new messages").click()
    ada.page.get_by_role("button", name="Vote for this question 0").click()
    voted = ada.page.get_by_role("button", name="Vote for this question 1", pressed=True)
    expect(voted).to_be_visible()
    voted.click()
    ada.page.get_by_role("button", name="Vote for this question 0", pressed=False).click()
    expect(voted).to_be_visible()
    room.call("PATCH", body={"moderation": "before"})
    says("May I?")
    waiting = grace.page.get_by_role("region", name="Your messages that are not shown")
    expect(waiting).to_contain_text("May I?")
    expect(waiting).to_contain_text("Only you see this until the host lets it through.")
    expect(waiting).not_to_contain_text("waits for the host")
    grace.page.get_by_role("link", name="Look again").click()
    expect(waiting).to_contain_text("May I?")
    grace.does_not_scroll_sideways()
    ada.page.get_by_role("link", name="Look for new messages").click()
    ada.sees_delivered("Hello! Who are you?")
    expect(ada.page.get_by_text("May I?")).to_have_count(0)

    (held,) = room.call("GET", "/held")["messages"]
    room.call("POST", f"/messages/{held['id']}/release")
    room.wait_for("May I?")
    grace.page.get_by_role("link", name="Look again").click()
    ada.page.get_by_role("link", name="Look for new messages").click()
    for person in (grace, ada):
        person.sees_delivered("Hello! Who are you?", "May I?")
        expect(waiting).to_have_count(0)
