"""People at the desk: found, muted, banned, let in and turned away; helpers, and a room that is handed over."""

from __future__ import annotations

import re
from collections.abc import Callable

from playwright.sync_api import Route

from tests.e2e.codes import shown_in
from tests.e2e.rooms import Room, make_room
from tests.e2e.visitor import LAPTOP, PHONE, Visitor, expect
from tests.support.house import House

KNOCKING = 200
# Each of them is let in by a call of his own, and the machine may be busy with others.
ALL_IN_MS = 180_000


def at_desk(visitor: Visitor, room: Room, tab: str = "People") -> Visitor:
    visitor.visit(room.desk)
    visitor.page.get_by_role("tab", name=tab).click()
    return visitor


def press(visitor: Visitor, name: str) -> None:
    visitor.page.get_by_role("button", name=name, exact=True).click()


def looks_at(visitor: Visitor, nickname: str) -> None:
    visitor.page.locator("[data-people-list] [data-person]").filter(has_text=nickname).click()
    expect(visitor.page.get_by_role("heading", name=nickname)).to_be_focused()


def undo(visitor: Visitor) -> None:
    visitor.page.locator("[data-undo-button]").click()


def cannot_write(visitor: Visitor) -> None:
    expect(visitor.page.locator("#say")).to_be_hidden()


def test_a_host_finds_somebody_mutes_him_takes_it_back_and_removes_what_he_said(
    somebody: Callable[..., Visitor], ada: Visitor, room: Room
) -> None:
    ada.arrives(room.path).joins("Ada")
    ada.says("first words")
    ada.sees_delivered("first words")
    room.join("Edsger")
    host = at_desk(somebody(viewport=PHONE, has_touch=True, is_mobile=True), room)
    people = host.page.locator("[data-people-list] [data-person]")
    expect(people).to_have_count(2)
    host.page.get_by_label("Find a nickname").fill("аda")  # the first letter is Cyrillic
    expect(people).to_have_count(1)
    expect(people).to_contain_text("Here")
    looks_at(host, "Ada")
    expect(host.page.locator("[data-said]")).to_contain_text("first words")

    press(host, "5 minutes")
    expect(host.page.locator("[data-one-state]")).to_contain_text("Muted until")
    cannot_write(ada)
    ada.page.reload()
    cannot_write(ada)
    undo(host)
    expect(host.page.locator("[data-one-state]")).to_be_hidden()
    expect(ada.field).to_be_visible()
    press(host, "Until I unmute")
    cannot_write(ada)
    press(host, "Unmute")
    expect(ada.field).to_be_visible()
    ada.is_connected()
    ada.says("second words")
    said = host.page.locator("[data-said] [data-message-id]")
    expect(said).to_have_count(2)

    said.filter(has_text="first words").get_by_role("button", name="Remove").click()
    undo(host)
    expect(said).to_have_count(2)
    said.filter(has_text="first words").get_by_role("button", name="Remove").click()
    press(host, "All people")  # what comes next makes it final
    looks_at(host, "Ada")
    press(host, "15 minutes")
    ada.sees("second words")
    expect(said.filter(has_text="Removed")).to_have_count(1)
    press(host, "All people")
    host.page.get_by_label("Find a nickname").fill("")
    expect(people).to_have_count(2)
    press(host, "Muted and banned")
    expect(people).to_have_count(1)
    expect(people).to_contain_text("Muted until")


def test_what_one_said_is_pinned_and_answered_and_what_was_decided_about_him_stands_below(
    somebody: Callable[..., Visitor], ada: Visitor, room: Room
) -> None:
    ada.arrives(room.path)
    edsger = room.join("Edsger")
    for text in ("Is the Nile long?", "It is."):
        edsger.say(text)
        room.wait_for(text)
    (him,) = room.call("GET", "/participants")["participants"]
    room.call("POST", f"/participants/{him['id']}/mute", {"minutes": 5})
    host = at_desk(somebody(), room)
    looks_at(host, "Edsger")
    decided = host.page.locator("[data-decided] article")
    expect(decided).to_have_count(1)
    expect(decided).to_contain_text("Somebody was muted.")
    press(host, "Unmute")
    expect(decided).to_have_count(2)

    said = host.page.locator("[data-said] [data-message-id]")
    question, statement = said.filter(has_text="Is the Nile"), said.filter(has_text="It is.")
    above = ada.page.locator("[data-pinned]")
    statement.get_by_role("button", name="Pin", exact=True).click()
    expect(above).to_contain_text("It is.")
    question.get_by_role("button", name="Pin", exact=True).click()
    expect(above).to_contain_text("Is the Nile long?")
    expect(statement.get_by_role("button", name="Pin", exact=True)).to_be_visible()
    undo(host)
    expect(above).to_contain_text("It is.")
    statement.get_by_role("button", name="Unpin").click()
    expect(above).to_be_hidden()
    undo(host)
    expect(above).to_contain_text("It is.")

    expect(statement.get_by_role("button", name="Answered")).to_be_hidden()
    question.get_by_role("button", name="Answered").click()
    expect(ada.message("Is the Nile long?")).to_have_attribute("data-answered", "")
    expect(question.get_by_role("button", name="Open again")).to_be_visible()
    undo(host)
    expect(ada.message("Is the Nile long?")).not_to_have_attribute("data-answered", "")
    expect(question.get_by_role("button", name="Answered")).to_be_visible()


def test_a_ban_sticks_to_the_device_under_another_nickname_until_it_is_lifted(
    somebody: Callable[..., Visitor], ada: Visitor, grace: Visitor, room: Room
) -> None:
    grace.watch.answers |= {401, 403}
    ada.arrives(room.path).joins("Ada")
    grace.arrives(room.path).joins("Grace")
    for text in ("something mean", "something worse"):
        grace.says(text)
    ada.sees_delivered("something mean", "something worse")
    host = somebody().visit(room.desk)
    host.arrives(room.path)
    mean = host.message("something mean")
    mean.hover()
    mean.locator("summary").click()
    mean.get_by_role("link", name="Everything from this person").click()
    expect(host.page.get_by_role("heading", name="Grace")).to_be_focused()
    expect(host.page).to_have_url(re.compile(f"{room.name}/host#people/"))

    press(host, "Ban and remove everything")
    host.page.get_by_role("alertdialog").get_by_role("button", name="Ban and remove").click()
    cannot_write(grace)
    ada.sees()
    expect(host.page.locator("[data-fate]", has_text="Removed")).to_have_count(2)
    expect(host.page.locator("[data-undo]")).to_contain_text("stays removed")
    grace.context.request.post(
        f"{grace.base}/api/v1/rooms/{room.name}/participants", data={"nickname": "Somebody else"}
    )
    grace.context.clear_cookies(name=f"me_{room.name}")
    grace.visit(room.path)
    if grace.page.get_by_label("Choose a nickname").is_visible():
        grace.page.get_by_label("Choose a nickname").fill("Somebody else")
        press(grace, "Join")
    cannot_write(grace)
    expect(host.page.locator("[data-one-state]")).to_have_text("Banned")
    assert [each["nickname"] for each in room.call("GET", "/participants?only=limited")["participants"]] == ["Grace"]

    undo(host)
    expect(host.page.locator("[data-one-state]")).to_be_hidden()
    press(host, "Ban")
    expect(host.page.locator("[data-one-state]")).to_have_text("Banned")
    press(host, "Lift the ban")
    expect(host.page.locator("[data-one-state]")).to_be_hidden()
    grace.arrives(room.path).joins("Grace again")
    grace.says("sorry")
    ada.sees_delivered("sorry")
    expect(host.page.get_by_role("heading", name="Grace again")).to_be_visible()


def test_those_who_knock_are_let_in_or_turned_away_one_by_one_or_all_together(
    somebody: Callable[..., Visitor], ada: Visitor, grace: Visitor, house: House
) -> None:
    room = make_room(house.base, title="The Nile", door="knock")
    host = somebody().visit(room.desk)
    knocks = host.page.locator("[data-knocks]")
    for visitor, nickname in ((ada, "Ada"), (grace, "Grace")):
        visitor.watch.answers |= {401, 403}
        visitor.visit(room.path)
        visitor.page.get_by_label("Choose a nickname").fill(nickname)
        press(visitor, "Join")
        expect(knocks).to_contain_text(nickname)
    expect(knocks.get_by_role("heading")).to_have_text("2 people knock: Ada, Grace")
    expect(host.page.locator('[data-count="people"]')).to_have_text("2")
    host.page.get_by_role("button", name="Let in: Ada").click()
    expect(ada.field).to_be_visible()
    expect(host.page.get_by_role("button", name="Let in: Grace")).to_be_focused()
    undo(host)
    expect(host.page.get_by_role("button", name="Let in: Ada")).to_be_visible()
    cannot_write(ada)
    host.page.get_by_role("button", name="Let in: Ada").click()
    expect(ada.field).to_be_visible()
    host.page.get_by_role("button", name="Turn away: Grace").click()
    expect(knocks).to_be_hidden()
    undo(host)
    expect(knocks).to_contain_text("Grace")
    host.page.get_by_role("button", name="Turn away: Grace").click()
    press(host, "Pause")  # what comes next makes it final
    expect(grace.page.get_by_label("Choose a nickname")).to_be_visible()
    press(host, "Resume")

    for number in range(KNOCKING):
        room.join(f"Pupil {number}")
    expect(host.page.locator('[data-count="people"]')).to_have_text(str(KNOCKING), timeout=ALL_IN_MS)
    expect(knocks.get_by_role("listitem")).to_have_count(3)
    press(host, "Show all")
    expect(knocks.get_by_role("listitem")).to_have_count(KNOCKING)
    press(host, "Let all in")
    expect(knocks).to_be_hidden(timeout=ALL_IN_MS)
    assert room.call("GET", "/participants?only=waiting")["participants"] == []
    host.page.get_by_role("tab", name="People").click()
    people = host.page.locator("[data-people-list] [data-person]")
    expect(people).to_have_count(50)
    press(host, "More")
    expect(people).to_have_count(100)


def test_who_knocks_while_the_desk_is_being_told_who_knocks_is_not_forgotten(
    somebody: Callable[..., Visitor], house: House
) -> None:
    room = make_room(house.base, title="The Nile", door="knock")
    host = somebody()

    def is_slow(route: Route) -> None:
        before = route.fetch()
        room.join("Ada")
        expect(host.page.locator("[data-knocks]")).to_contain_text("1 person knocks: Ada")
        route.fulfill(response=before)

    host.page.route("**/participants?only=waiting*", is_slow, times=1)
    with host.page.expect_response("**/participants?only=waiting*"):
        host.visit(room.desk)
    room.join("Grace")
    expect(host.page.locator("[data-knocks]")).to_contain_text("2 people knock: Ada, Grace")


def test_a_helper_keeps_the_peace_with_a_link_of_his_own_until_it_is_taken_back(
    somebody: Callable[..., Visitor], ada: Visitor, grace: Visitor, room: Room
) -> None:
    host = at_desk(somebody(), room)
    host.page.get_by_label("Whom it is for").fill("Mr Okoye")
    press(host, "Make a helper link")
    made = host.page.locator('[data-made="helper"]')
    expect(made).to_be_focused()
    link = made.locator("[data-made-url]").inner_text()
    assert shown_in(made.get_by_alt_text("QR code of this link")) == link
    ada.arrives(room.path).joins("Ada")

    grace.watch.answers.add(401)
    grace.visit(link.removeprefix(room.base))
    expect(grace.page.get_by_role("tab")).to_have_text(
        ["Waiting", "People", "Reports", "What was done"], use_inner_text=True
    )
    grace.page.get_by_role("tab", name="People").click()
    looks_at(grace, "Ada")
    press(grace, "1 hour" if grace.page.get_by_role("button", name="1 hour").count() else "60 minutes")
    cannot_write(ada)
    expect(grace.page.locator("[data-one-state]")).to_contain_text("Muted until")
    grace.page.get_by_role("tab", name="What was done").click()
    expect(grace.page.locator("[data-ledger] article").first).to_contain_text(
        re.compile("Somebody was muted.*Helper.*Ada", re.DOTALL)
    )
    odd = room.join("Eve").say("an odd remark")
    ada.sees("an odd remark")
    room.call("POST", f"/messages/{odd}/report", {"reason": "private"}, room.join("Zoë").token)
    grace.page.get_by_role("tab", name="Reports 1").click()
    press(grace, "Remove the message")
    grace.page.get_by_role("alertdialog").get_by_role("button", name="Remove").click()
    ada.sees()

    host.page.reload()  # the list knows who may help, and not how
    line = host.page.locator("[data-helpers-list] li")
    expect(line).to_contain_text("Mr Okoye")
    assert link not in host.page.content()
    line.get_by_role("button", name="Take back").click()
    host.page.get_by_role("alertdialog").get_by_role("button", name="Take back").click()
    expect(line).to_have_count(0)
    expect(grace.page.get_by_role("tab")).to_have_count(0)
    answer = grace.page.goto(link)
    assert answer is not None
    assert answer.status == 401


def test_a_new_host_link_makes_the_old_one_worthless_and_this_browser_stays_the_hosts(
    somebody: Callable[..., Visitor], ada: Visitor, grace: Visitor, room: Room
) -> None:
    for visitor in (ada, grace):
        visitor.watch.answers.add(401)
    ada.visit(room.desk)
    expect(ada.page.get_by_role("tab", name="Settings")).to_be_visible()
    host = at_desk(somebody(viewport=LAPTOP), room)
    press(host, "New host link")
    host.page.get_by_role("alertdialog").get_by_role("button", name="Make it").click()
    made = host.page.locator('[data-made="host"]')
    expect(made).to_be_focused()
    link = made.locator("[data-made-url]").inner_text()
    assert shown_in(made.get_by_alt_text("QR code of this link")) == link
    expect(ada.page.get_by_role("tab")).to_have_count(0)  # his desk is shut at once
    old = grace.page.goto(room.host_url)
    assert old is not None
    assert old.status == 401
    grace.visit(link.removeprefix(room.base))
    grace.page.get_by_role("tab", name="Settings").click()
    grace.page.get_by_text("As a QR code, for your phone").click()
    code = grace.page.get_by_alt_text("QR code of the host link")
    expect(code).to_be_visible()
    assert shown_in(code) == link

    # This browser's line has the new key: it goes on hearing what only the host does.
    expect(host.page.get_by_role("tab", name="Settings")).to_be_visible()
    grace.page.get_by_role("tab", name="People").click()
    press(host, "Pause")
    expect(grace.page.locator("[data-state-badge]")).to_have_text("Paused")
    host.page.reload()
    expect(host.page.get_by_role("tab", name="Settings")).to_be_visible()
