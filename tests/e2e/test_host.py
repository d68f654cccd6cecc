"""What the host can do, and what everyone else sees of it."""

import re
from collections.abc import Callable

from tests.e2e.rooms import Room
from tests.e2e.visitor import Visitor, expect


def test_a_held_message_is_seen_by_its_author_alone_until_the_host_lets_it_through(
    somebody: Callable[..., Visitor], ada: Visitor, grace: Visitor, room: Room
) -> None:
    host = somebody().visit(room.desk)
    expect(host.page).to_have_url(f"{host.base}/{room.name}/host")
    expect(host.page.get_by_text("Nothing waits.")).to_be_visible()
    host.page.get_by_role("tab", name="Settings").click()
    host.page.get_by_label("Approve first").check()
    host.page.get_by_role("button", name="Save").click()
    expect(host.page.get_by_text("Saved.")).to_be_visible()
    host.page.get_by_role("tab", name="Waiting").click()

    grace.arrives(room.path).joins("Grace")
    ada.arrives(room.path).joins("Ada")
    grace.says("is this on the test?")
    grace.says("what is for lunch?")
    for text in ("is this on the test?", "what is for lunch?"):
        expect(grace.message(text)).to_have_attribute("data-state", "held")
        expect(grace.message(text)).to_contain_text("Only you see this until the host lets it through.")

    waiting = host.page.locator("[data-held] [data-message-id]")
    expect(waiting).to_have_count(2)
    first = waiting.filter(has_text="is this on the test?")
    expect(first.locator("[data-nickname]")).to_have_text("Grace")
    first.get_by_role("button", name="Release").click()
    waiting.filter(has_text="what is for lunch?").get_by_role("button", name="Reject", exact=True).click()
    expect(host.page.get_by_text("Nothing waits.")).to_be_visible()

    ada.sees_delivered("is this on the test?")
    expect(grace.message("is this on the test?")).to_have_attribute("data-state", "delivered")
    expect(grace.message("what is for lunch?")).to_have_attribute("data-state", "rejected")


def test_a_removed_message_leaves_every_screen_and_the_transcript(
    somebody: Callable[..., Visitor], ada: Visitor, grace: Visitor, room: Room
) -> None:
    ada.visit(room.desk)
    ada.arrives(room.path).joins("Ada")
    grace.arrives(room.path).joins("Grace")
    wall = somebody().arrives(f"{room.path}/projector")
    grace.says("my telephone number is 555")
    grace.says("sorry")
    for person in (ada, wall):
        person.sees_delivered("my telephone number is 555", "sorry")

    rude = ada.message("my telephone number is 555")
    rude.hover()
    rude.locator("summary").click()
    rude.get_by_role("button", name="Remove this message").click()
    ada.page.get_by_role("alertdialog").get_by_role("button", name="Remove").click()
    for person in (ada, grace):
        person.sees_delivered("sorry")
        expect(person.page.get_by_text("The host removed a message.")).to_be_visible()
    wall.sees_delivered("sorry")
    grace.page.reload()
    grace.sees_delivered("sorry")
    grace.visit(f"{room.path}/transcript")
    assert "telephone" not in grace.page.content()


def test_a_pause_stops_writing_for_everyone_and_ends_again(ada: Visitor, grace: Visitor, room: Room) -> None:
    ada.visit(room.desk)
    ada.arrives(room.path).joins("Ada")
    grace.arrives(room.path).joins("Grace")
    ada.page.get_by_role("button", name="Pause").click()
    for person in (ada, grace):
        expect(person.page.get_by_text("The host has paused this room.")).to_be_visible()
        expect(person.field).to_be_hidden()
    ada.page.get_by_role("button", name="Resume").click()
    for person in (ada, grace):
        expect(person.page.get_by_text("The host has paused this room.")).to_be_hidden()
        expect(person.field).to_be_visible()
    grace.says("on we go")
    ada.sees_delivered("on we go")


def test_a_room_that_is_closed_is_over_for_everyone_at_once_and_then_gone(
    somebody: Callable[..., Visitor], ada: Visitor, grace: Visitor, room: Room
) -> None:
    ada.visit(room.desk)
    ada.arrives(room.path).joins("Ada")
    grace.arrives(room.path).joins("Grace")
    wall = somebody().arrives(f"{room.path}/projector")
    ada.says("the last word")
    grace.sees_delivered("the last word")

    ada.page.get_by_role("button", name="Close room").click()
    ada.page.get_by_role("alertdialog").get_by_role("button", name="Close and forget").click()
    for person in (ada, grace):
        expect(person.page.get_by_text(re.compile("This room is (closed|over)"))).to_be_visible()
        expect(person.field).to_be_hidden()
        expect(person.page.get_by_text("Forgotten", exact=True)).to_be_visible()
        expect(person.page.get_by_role("link", name="Make a new room")).to_be_visible()
        person.sees()
    expect(wall.page.get_by_text("This room is over.")).to_be_visible()

    grace.page.reload()
    expect(grace.page.get_by_role("heading", name=re.compile("over and forgotten"))).to_be_visible()
    expect(grace.page.get_by_role("heading", name="Receipt")).to_be_visible()
    expect(grace.page.get_by_text("Messages deleted", exact=True)).to_be_visible()
    assert "the last word" not in grace.page.content()
    grace.page.get_by_role("button", name=f"Make {room.name} anew").click()
    expect(grace.page.get_by_role("region", name="Host")).to_be_visible()
    grace.sees()


def test_a_host_link_that_is_not_the_rooms_opens_no_desk(ada: Visitor, room: Room) -> None:
    ada.watch.answers.add(401)
    answer = ada.page.goto(f"{ada.base}{room.path}/host?token=wrong")
    assert answer is not None
    assert answer.status == 401
    expect(ada.page.get_by_role("heading")).to_be_visible()


def test_new_rules_and_title_are_seen_at_once(somebody: Callable[..., Visitor], ada: Visitor, room: Room) -> None:
    host = somebody().visit(room.desk)
    ada.arrives(room.path)
    host.page.get_by_role("tab", name="Settings").click()
    host.page.get_by_label("Title").fill("The Amazon")
    host.page.get_by_label("Rules that everyone sees").fill("Be kind.")
    host.page.get_by_role("button", name="Save").click()
    expect(ada.page.get_by_role("heading", name="The Amazon")).to_be_visible()
    expect(ada.page.get_by_text("Be kind.")).to_be_visible()


def test_what_is_typed_at_the_desk_stays_while_somebody_else_changes_the_room(
    somebody: Callable[..., Visitor], room: Room
) -> None:
    host = somebody().visit(room.desk)
    host.page.get_by_role("tab", name="Settings").click()
    host.page.get_by_label("Title").fill("The Amazon")
    host.page.get_by_role("tab", name="Settings").focus()
    room.call("PATCH", body={"slow_mode": 5, "title": "The Rhine"})
    expect(host.page.get_by_role("heading", name="The Rhine")).to_be_visible()
    expect(host.page.get_by_label("Slow mode")).to_have_value("5")
    expect(host.page.get_by_label("Title")).to_have_value("The Amazon")
    host.page.get_by_role("button", name="Save").click()
    expect(host.page.get_by_role("heading", name="The Amazon")).to_be_visible()
    now = room.call("GET")["room"]
    assert (now["title"], now["slow_mode"]) == ("The Amazon", 5)
