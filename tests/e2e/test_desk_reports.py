"""The desk: what people have reported, and what was done by whom."""

from __future__ import annotations

import re
from collections.abc import Callable

from tests.e2e.rooms import Room
from tests.e2e.visitor import PHONE, Visitor, expect
from tests.support.house import eventually

A_PAGE = 50


def at_the_desk(somebody: Callable[..., Visitor], room: Room, tab: str) -> Visitor:
    host = somebody(viewport=PHONE, has_touch=True, is_mobile=True).visit(room.desk)
    host.page.get_by_role("tab", name=tab).click()
    return host


def test_a_report_is_seen_at_once_and_the_message_goes_or_stays(
    somebody: Callable[..., Visitor], grace: Visitor, room: Room
) -> None:
    host = at_the_desk(somebody, room, "Reports")
    expect(host.page.get_by_text("Nothing was reported.")).to_be_visible()
    grace.arrives(room.path)
    eve, ada = room.join("Eve"), room.join("Ada")
    rude, odd = eve.say("Ben's number is 555 0123"), eve.say("an odd remark")
    room.call("POST", f"/messages/{odd}/report", {"reason": "I do not get it"}, ada.token)
    room.call("POST", f"/messages/{rude}/report", {"reason": "private"}, ada.token)
    room.call("POST", f"/messages/{rude}/report", {"reason": "private"}, room.join("Zoë").token)

    tab = host.page.get_by_role("tab", name=re.compile("Reports"))
    expect(tab).to_contain_text("2")
    first = host.page.locator(f"[data-reports] [data-message-id='{rude}']")
    second = host.page.locator(f"[data-reports] [data-message-id='{odd}']")
    expect(first).to_contain_text("Reported by 2 people.")
    expect(first).to_contain_text("It tells something private about somebody. × 2")
    expect(first).to_contain_text("A sealed copy is kept")
    expect(first.locator("[data-nickname]")).to_have_text("Eve")
    expect(second).to_contain_text("I do not get it")

    first.get_by_role("button", name="Remove the message").click()
    host.page.get_by_role("alertdialog").get_by_role("button", name="Remove").click()
    expect(first).to_have_count(0)
    grace.sees_delivered("an odd remark")

    second.get_by_role("button", name="Let it stay").click()
    expect(host.page.get_by_text("Nothing was reported.")).to_be_visible()
    host.page.get_by_role("button", name="Undo").click()
    expect(second).to_be_visible()
    assert len(room.call("GET", "/reports")["reports"]) == 1
    second.get_by_role("button", name="Let it stay").click()
    eventually(lambda: room.call("GET", "/reports")["reports"] == [])
    grace.sees_delivered("an odd remark")
    expect(tab.locator("[data-count]")).to_be_hidden()

    room.call("POST", f"/messages/{odd}/report", {}, room.join("Rosa").token)
    second.get_by_role("button", name="Everything from this person").click()
    expect(host.page.get_by_role("tab", name=re.compile("People"))).to_have_attribute("aria-selected", "true")

    # What somebody else removes is no report any more.
    tab.click()
    expect(second).to_be_visible()
    room.call("DELETE", f"/messages/{odd}")
    expect(host.page.get_by_text("Nothing was reported.")).to_be_visible()


def test_what_was_done_stands_there_with_who_did_it_and_without_what_was_said(
    somebody: Callable[..., Visitor], room: Room
) -> None:
    host = at_the_desk(somebody, room, "What was done")
    expect(host.page.get_by_text("Nothing was done yet.")).to_be_visible()
    eve = room.call("POST", "/participants", {"nickname": "Eve"}, "")
    said = room.join("Ada").say("something nobody needs to read again")
    helper = room.call("POST", "/helpers", {"label": "Mr Okoye"})["token"]
    lines = host.page.locator("[data-ledger] article")
    for _ in range(A_PAGE // 2):
        room.call("PATCH", body={"state": "paused"})
        room.call("PATCH", body={"state": "open"})
    room.call("POST", f"/participants/{eve['participant']['id']}/mute", {"minutes": 5}, helper)
    room.call("PATCH", body={"slow_mode": 5, "title": "The Amazon"})
    room.call("DELETE", f"/messages/{said}", token=helper)

    expect(lines.nth(0)).to_contain_text("A message was removed.")
    expect(lines.nth(0)).to_contain_text("Mr Okoye")
    expect(lines.nth(1)).to_contain_text("Settings were changed.")
    expect(lines.nth(1)).to_contain_text("Slow mode and Title")
    expect(lines.nth(2)).to_contain_text("Somebody was muted.")
    expect(lines.nth(2)).to_contain_text("Mr Okoye")
    host.page.reload()
    expect(lines).to_have_count(A_PAGE)
    expect(host.page.locator("[data-ledger] .log__mark")).to_have_text(["Today"])
    host.page.get_by_role("button", name="More").click()
    expect(lines).to_have_count(A_PAGE + 4)
    expect(lines.last).to_contain_text("A helper’s link was made.")
    expect(host.page.get_by_role("button", name="More")).to_be_hidden()
    expect(host.page.locator("[data-ledger]")).not_to_contain_text("nobody needs to read")
    room.call("POST", "/raid", {})
    room.call("DELETE", "/raid")
    expect(lines.nth(0)).to_contain_text("The doors were opened again.")
    expect(lines.nth(1)).to_contain_text("The doors were half shut.")
    lines.nth(4).get_by_role("button", name="Eve").click()
    expect(host.page.get_by_role("tab", name=re.compile("People"))).to_have_attribute("aria-selected", "true")
