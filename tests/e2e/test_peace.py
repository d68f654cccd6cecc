"""How the peace is kept, as those who take part see it: each reads in plain words what is so, and when it ends."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.rooms import Room, make_room
from tests.e2e.visitor import PHONE, Visitor, expect
from tests.support.house import House

THANKS = "Thank you, the host has been told."


def id_of(room: Room, nickname: str) -> str:
    """Who is called so."""
    found = room.call("GET", f"/participants?q={nickname}")["participants"]
    return next(each["id"] for each in found if each["nickname"] == nickname)


def decide(room: Room, nickname: str, what: str, body: Any = None) -> None:
    """The host decides about somebody."""
    room.call("POST", f"/participants/{id_of(room, nickname)}/{what}", body=body or {})


def stopped(person: Visitor) -> Any:
    """The sentence that stands where one writes."""
    return person.page.locator("[data-stopped-words]")


def test_a_message_of_somebody_else_is_reported_by_touch_by_keyboard_and_without_scripts(
    somebody: Callable[..., Visitor], ada: Visitor, grace: Visitor, room: Room
) -> None:
    rude = room.join("Edsger").say("You are all stupid")
    grace.arrives(room.path)
    report = grace.message("You are all stupid").get_by_role("button", name="Report this message")
    expect(report).to_be_hidden()  # one takes part first
    grace.joins("Grace").says("Please stop")
    expect(grace.message("Please stop")).to_have_attribute("data-state", "delivered")
    expect(grace.message("Please stop").get_by_role("button", name="Report this message")).to_be_hidden()
    report.tap()
    dialog = grace.page.get_by_role("dialog", name="Report a message")
    expect(dialog).to_contain_text("You are all stupid")
    dialog.get_by_role("radio", name="It is rude, or it hurts somebody.").tap()
    dialog.get_by_role("button", name="Send").tap()
    expect(dialog.get_by_text(THANKS)).to_be_focused()
    dialog.get_by_role("button", name="Close").tap()
    expect(report).to_be_focused()
    grace.page.reload()
    grace.is_connected()
    report.tap()
    expect(dialog.get_by_text(THANKS)).to_be_visible()  # once each

    ada.arrives(room.path).joins("Ada")
    ada.log.focus()
    ada.page.keyboard.press("Tab")
    ada.page.keyboard.press("ArrowUp")
    expect(ada.message("You are all stupid").get_by_role("button", name="Report this message")).to_be_focused()
    ada.page.keyboard.press("Enter")
    ada.page.get_by_label("In your own words").fill("He says it every day")
    ada.page.keyboard.press("Enter")
    expect(ada.page.get_by_text(THANKS)).to_be_focused()
    ada.page.keyboard.press("Escape")
    expect(ada.page.get_by_role("dialog")).to_have_count(0)

    old = somebody(java_script_enabled=False).visit(room.path)
    old.page.get_by_label("Choose a nickname").fill("Old phone")
    old.page.get_by_role("button", name="Join").click()
    old.page.get_by_role("link", name="Report a message").click()
    old.page.get_by_role("radio", name="Edsger You are all stupid").check()
    old.page.get_by_role("radio", name="It is advertising.").check()
    old.page.get_by_role("button", name="Send").click()
    expect(old.page.get_by_text(THANKS)).to_be_visible()
    old.page.get_by_role("link", name="Back to the room").click()
    expect(old.page).to_have_url(old.base + room.path)

    (reported,) = room.call("GET", "/reports")["reports"]
    assert (reported["id"], reported["reports"]) == (rude, 3)
    assert {each["reason"]: each["times"] for each in reported["reasons"]} == {
        "rude": 1,
        "spam": 1,
        "He says it every day": 1,
    }


def test_who_is_held_or_turned_away_reads_why_and_asks_once_for_another_look(
    somebody: Callable[..., Visitor], grace: Visitor, house: House
) -> None:
    room = make_room(house.base, safety={"links": "hold"})
    grace.arrives(room.path).joins("Grace")
    grace.says("see https://example.org")
    mine = grace.message("see https://example.org")
    expect(mine).to_contain_text("Only you see this until the host lets it through. (has a link)")
    mine.get_by_role("button", name="Ask the host to look again").tap()
    dialog = grace.page.get_by_role("dialog", name="Ask the host to look again")
    dialog.get_by_label("In your own words").fill("It is for the homework")
    dialog.get_by_role("button", name="Send").tap()
    expect(dialog.get_by_text("You have asked the host to look again.")).to_be_focused()
    dialog.get_by_role("button", name="Close").tap()
    expect(mine).to_contain_text("You have asked the host to look again.")
    grace.page.reload()
    grace.is_connected()
    expect(mine).to_contain_text("(has a link) You have asked the host to look again.")
    expect(mine.get_by_role("button", name="Ask the host to look again")).to_be_hidden()

    (held,) = room.call("GET", "/held")["messages"]
    assert held["appeal"]["text"] == "It is for the homework"
    room.call("POST", f"/messages/{held['id']}/reject", body={"reason": "off_topic"})
    expect(mine).to_contain_text("Not shown. It is about something else.")
    expect(mine).not_to_contain_text("You have asked")
    expect(mine.get_by_role("button", name="Ask the host to look again")).to_be_hidden()
    expect(mine.get_by_role("button", name="Discard")).to_be_visible()

    old = somebody(java_script_enabled=False).visit(room.path)
    old.page.get_by_label("Choose a nickname").fill("Old phone")
    old.page.get_by_role("button", name="Join").click()
    old.page.get_by_label("Write as Old phone").fill("and https://example.com")
    old.page.get_by_role("button", name="Send").click()
    old.page.get_by_role("link", name="Ask the host to look again").click()
    expect(old.page.get_by_text("and https://example.com")).to_be_visible()
    old.page.get_by_role("button", name="Send").click()
    expect(old.page.get_by_text("You have asked the host to look again.")).to_be_visible()
    old.page.get_by_role("link", name="Back to the room").click()
    expect(old.page.locator(".underway")).to_contain_text("You have asked the host to look again.")


def test_what_waits_for_the_host_is_seen_in_another_tab_too(grace: Visitor, house: House) -> None:
    room = make_room(house.base, safety={"links": "hold"})
    grace.arrives(room.path).joins("Grace")
    for text in ("Look at https://example.com", "and at https://example.org"):
        grace.says(text)
        expect(grace.message(text)).to_have_attribute("data-state", "held")
    grace.page.close()
    later = Visitor(grace.base, grace.context, grace.context.new_page(), grace.watch).arrives(room.path)
    first, second = later.message("Look at https://example.com"), later.message("and at https://example.org")
    for mine in (first, second):
        expect(mine).to_have_attribute("data-state", "held")
        expect(mine).to_contain_text("(has a link)")
    second.get_by_role("button", name="Ask the host to look again").click()
    dialog = later.page.get_by_role("dialog", name="Ask the host to look again")
    dialog.get_by_role("button", name="Send").click()
    dialog.get_by_role("button", name="Close").click()
    later.page.reload()
    later.is_connected()
    expect(second).to_contain_text("You have asked the host to look again.")
    held = room.call("GET", "/held")["messages"]
    assert [each["text"] for each in held] == ["Look at https://example.com", "and at https://example.org"]
    room.call("POST", f"/messages/{held[0]['id']}/release")
    room.call("POST", f"/messages/{held[1]['id']}/reject", body={"reason": "off_topic"})
    expect(second).to_contain_text("Not shown. It is about something else.")
    expect(first).to_have_attribute("data-seq", re.compile(r"\d"))


def test_who_is_muted_reads_until_when_and_writes_on_when_it_ends(ada: Visitor, grace: Visitor, room: Room) -> None:
    grace.page.clock.install()
    grace.arrives(room.path).joins("Grace")
    grace.field.fill("half a thought")
    decide(room, "Grace", "mute", {"minutes": 3})
    expect(stopped(grace)).to_have_text(re.compile(r"^You are muted until \d\d:\d\d\. You can read on\.$"))
    expect(grace.page.locator("[data-stopped-left]")).to_have_text(re.compile(r"\([23] min\)"))
    expect(grace.field).to_be_hidden()
    expect(grace.page.locator("#dock")).to_be_focused()
    room.join("Edsger").say("She reads on")
    grace.sees("She reads on")
    grace.page.clock.fast_forward("03:05")
    expect(grace.field).to_be_focused()
    expect(grace.field).to_have_value("half a thought")

    ada.arrives(room.path).joins("Ada")
    decide(room, "Ada", "mute", {"minutes": 3})
    ada.page.reload()
    ada.is_connected()
    expect(stopped(ada)).to_contain_text("You are muted until")
    decide(room, "Ada", "mute")
    expect(stopped(ada)).to_contain_text("The host has muted you for now.")
    expect(ada.page.locator("[data-stopped-left]")).to_be_empty()
    decide(room, "Ada", "unmute")
    expect(ada.page.locator("[data-announce]")).to_have_text("You can write again.")
    ada.says("thank you")
    ada.sees_delivered("She reads on", "thank you")


def test_who_is_banned_reads_so_and_nothing_else(grace: Visitor, room: Room) -> None:
    grace.watch.answers.add(403)
    grace.arrives(room.path).joins("Grace")
    grace.says("buy my shoes")
    expect(grace.message("buy my shoes")).to_have_attribute("data-state", "delivered")
    decide(room, "Grace", "ban", {"remove_messages": True})
    expect(stopped(grace)).to_contain_text("The host has banned you from this room.")
    grace.sees()
    for way_to_write in (grace.field, grace.page.get_by_label("Choose a nickname")):
        expect(way_to_write).to_be_hidden()
    decide(room, "Grace", "unban")
    grace.page.reload()
    expect(grace.field).to_be_visible()


def test_who_knocks_waits_and_reads_once_let_in_or_is_told_that_not(ada: Visitor, grace: Visitor, house: House) -> None:
    room = make_room(house.base, door="knock", title="The Nile")
    for person in (ada, grace):
        person.watch.answers |= {401, 403}
    host = room.call("POST", "/participants", {"nickname": "Teacher"})
    room.call(
        "POST", "/messages?wait=20", {"id": "0190a5c0-0000-7000-8000-000000000001", "text": "welcome"}, host["token"]
    )
    for person, nickname in ((ada, "Ada"), (grace, "Grace")):
        person.visit(room.path)
        expect(person.page.get_by_text("The host lets people in to this room one by one.")).to_be_visible()
        person.page.get_by_label("Choose a nickname").fill(nickname)
        person.page.get_by_role("button", name="Join").click()
        expect(stopped(person)).to_have_text("The host knows that you are here. Wait until you are let in.")
        person.sees()
    decide(room, "Ada", "admit")
    ada.sees("welcome")
    expect(ada.field).to_be_visible()
    decide(room, "Grace", "turn-away")
    expect(grace.page.get_by_text("You were not let in this time. You may ask again.")).to_be_visible()
    grace.sees()
    expect(grace.page.get_by_label("Choose a nickname")).to_be_visible()


def test_where_guests_only_read_they_are_told_so_and_write_when_they_may(
    ada: Visitor, grace: Visitor, room: Room
) -> None:
    sentence = "In this room only the host and the helpers write. You can read on."
    grace.arrives(room.path).joins("Grace")
    room.call("PATCH", body={"guests": "read"})
    expect(stopped(grace)).to_have_text(sentence)
    expect(grace.field).to_be_hidden()
    ada.arrives(room.path)  # never joined
    expect(stopped(ada)).to_have_text(sentence)
    expect(ada.page.get_by_label("Choose a nickname")).to_be_hidden()
    ada.visit(room.desk)
    ada.arrives(room.path).joins("Teacher").says("only I write")
    grace.sees("only I write")
    room.call("PATCH", body={"guests": "write"})
    grace.says("and I again")
    ada.sees_delivered("only I write", "and I again")


@pytest.mark.parametrize("line", ["socket", "poll"])
def test_another_password_is_asked_for_and_then_one_goes_on_where_one_was(
    somebody: Callable[..., Visitor], house: House, line: str
) -> None:
    grace = somebody(viewport=PHONE, script="delete window.EventSource" if line == "poll" else None)
    if line == "poll":
        grace.context.route_web_socket("**/ws/**", lambda socket: socket.close())
    grace.watch.answers |= {401, 403}
    room = make_room(house.base, password="open sesame")
    grace.watch.network_may_fail = True
    grace.visit(room.path)
    grace.page.get_by_label("Choose a nickname").fill("Grace")
    grace.page.get_by_label("Password of the room").fill("open sesame")
    grace.page.get_by_role("button", name="Join").click()
    grace.is_connected()
    grace.says("before")
    expect(grace.message("before")).to_have_attribute("data-state", "delivered")
    glyph = grace.message("before").locator("[data-glyph]").inner_text()
    grace.field.fill("half a thought")
    room.call("PATCH", body={"password": "another one"})
    expect(grace.page.get_by_text("The room's password was changed")).to_be_visible()
    grace.sees()
    expect(grace.page.get_by_label("Choose a nickname")).to_have_value("Grace")
    grace.page.get_by_label("Password of the room").fill("open sesame")
    grace.page.get_by_role("button", name="Join").click()
    expect(grace.page.get_by_role("alert").filter(visible=True)).to_contain_text("That is not the room's password.")
    grace.page.get_by_label("Password of the room").fill("another one")
    grace.page.get_by_role("button", name="Join").click()
    grace.is_connected()
    expect(grace.field).to_have_value("half a thought")
    grace.sees("before")
    expect(grace.message("before")).to_have_attribute("data-own", "")
    grace.says("after")
    expect(grace.message("after").locator("[data-glyph]")).to_have_text(glyph)


def test_a_helper_does_what_helpers_may_with_a_badge_until_the_link_is_taken_back(
    somebody: Callable[..., Visitor], ada: Visitor, grace: Visitor, room: Room
) -> None:
    helper = room.call("POST", "/helpers", {"label": "Grace"})
    grace.visit(helper["url"].removeprefix(room.base))
    grace.arrives(room.path)
    bar = grace.page.get_by_role("region", name="Helper")
    expect(bar.get_by_text("You are a helper")).to_be_visible()
    expect(bar.get_by_role("link", name="Desk")).to_be_visible()
    for others in ("Pause", "Close room", "Host link"):
        expect(grace.page.get_by_role("button", name=others)).to_have_count(0)
    grace.joins("Grace").says("I help here")
    ada.arrives(room.path).joins("Host ✓").says("I am the host, honestly")
    teacher = somebody()
    teacher.visit(room.desk)
    teacher.arrives(room.path).joins("Teacher").says("Good morning")

    wall = somebody().arrives(f"{room.path}/projector")
    room.call("PATCH", body={"embed": {"mode": "read"}})
    frame = somebody().arrives(f"{room.path}/embed")
    paper = somebody().visit(f"{room.path}/transcript")
    badges = {"I help here": ["Helper"], "I am the host, honestly": [], "Good morning": ["Host"]}
    for person in (ada, wall, frame, paper):
        for text, badge in badges.items():
            said = person.page.locator("[data-message-id]").filter(has_text=text)
            expect(said.locator("[data-role]")).to_have_text(badge)

    asked = ada.message("I am the host, honestly")
    message = grace.message("I am the host, honestly")
    message.locator("summary").tap()
    message.get_by_role("button", name="Pin for everybody").tap()
    pinned = ada.page.locator("[data-pinned]")
    expect(pinned).to_contain_text("I am the host, honestly")
    expect(pinned.locator("[data-role]")).to_have_count(0)
    message.locator("summary").tap()
    message.get_by_role("button", name="Remove this message").tap()
    grace.page.get_by_role("alertdialog").get_by_role("button", name="Remove").tap()
    expect(asked).to_have_count(0)

    room.call("DELETE", f"/helpers/{helper['helper']['id']}")
    expect(grace.page.get_by_text("Your link does not make you host or helper any more.")).to_be_visible()
    expect(bar).to_have_count(0)
    grace.is_connected()
    grace.says("then I talk")
    expect(ada.message("then I talk")).to_be_visible()
    expect(ada.message("then I talk").locator("[data-role]")).to_have_count(0)
