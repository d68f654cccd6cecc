"""Two people with two browsers: they meet, talk, lose sight of each other and find each other again."""

import threading
from collections.abc import Callable

from tests.e2e.rooms import Room
from tests.e2e.visitor import PHONE, Visitor, expect
from tests.support.cable import Cable


def test_ada_makes_a_room_and_grace_joins_it_with_her_phone(ada: Visitor, grace: Visitor) -> None:
    ada.visit("/")
    ada.page.get_by_label("Name of the room").fill("Ägypten 7b")
    expect(ada.page.get_by_text("This name is free.")).to_be_visible()
    ada.page.get_by_label("Title").fill("The Nile")
    ada.page.get_by_role("button", name="Make the room").click()

    expect(ada.page).to_have_url(f"{ada.base}/agypten-7b")
    expect(ada.page.get_by_role("heading", name="The Nile")).to_be_visible()
    expect(ada.page.get_by_text("You are the host", exact=True)).to_be_visible()
    ada.joins("Ada")

    grace.arrives("/agypten-7b")
    expect(grace.page.get_by_text("You are the host", exact=True)).to_have_count(0)
    grace.joins("Grace")
    expect(ada.page.locator("[data-presence]").first).to_have_text("2 here")

    ada.notes_states()
    ada.says("Why does the Nile flood in summer?")
    expect(grace.message("Why does the Nile flood in summer?")).to_be_visible()
    grace.notes_states()
    grace.says("The rain falls in Ethiopia 🌧️")
    expect(ada.message("The rain falls in Ethiopia 🌧️")).to_be_visible()
    ada.says("So it travels for weeks")

    for person in (ada, grace):
        person.sees_delivered(
            "Why does the Nile flood in summer?", "The rain falls in Ethiopia 🌧️", "So it travels for weeks"
        )
    assert ada.lines() == grace.lines()
    assert [seq for seq, _, _ in ada.lines()] == [1, 2, 3]
    expect(ada.message("The rain falls in Ethiopia 🌧️").locator("[data-nickname]")).to_have_text("Grace")

    for person, text in ((ada, "Why does the Nile flood in summer?"), (grace, "The rain falls in Ethiopia 🌧️")):
        passed = person.states_of(text)
        assert passed in (["sending", "accepted", "delivered"], ["sending", "delivered"]), passed
        expect(person.message(text)).to_have_attribute("data-own", "")


def test_one_who_loses_the_network_catches_up_and_what_she_wrote_meanwhile_comes_once(
    somebody: Callable[..., Visitor], ada: Visitor, cable: Cable, room: Room
) -> None:
    grace = somebody(viewport=PHONE, cable=cable).arrives(room.path).joins("Grace")
    ada.arrives(room.path).joins("Ada")
    ada.says("Can you hear me?")
    grace.sees_delivered("Can you hear me?")

    cable.cut()
    banner = grace.page.locator("[data-banner]")
    expect(banner).to_be_visible()
    expect(banner).to_contain_text("Connection lost")
    ada.says("Grace?")
    ada.says("Where did she go?")
    grace.says("I am in a tunnel")
    grace.says("still here")
    expect(grace.message("still here")).to_have_attribute("data-state", "sending")
    expect(grace.message("Grace?")).to_have_count(0)
    ada.sees_delivered("Can you hear me?", "Grace?", "Where did she go?")

    cable.mend()
    everything = ["Can you hear me?", "Grace?", "Where did she go?", "I am in a tunnel", "still here"]
    for person in (grace, ada):
        person.sees_delivered(*everything)
    assert grace.lines() == ada.lines()
    assert [seq for seq, _, _ in ada.lines()] == [1, 2, 3, 4, 5]
    expect(banner).to_be_hidden()
    ada.says("There you are")
    grace.sees_delivered(*everything, "There you are")


def test_a_browser_that_knows_it_is_offline_says_so_and_comes_back_by_itself(ada: Visitor, room: Room) -> None:
    ada.watch.network_may_fail = True
    ada.arrives(room.path).joins("Ada")
    ada.context.set_offline(True)
    banner = ada.page.locator("[data-banner]")
    expect(banner).to_contain_text("You are offline")
    room.join("Edsger").say("said while you were away")
    ada.says("written offline")
    ada.context.set_offline(False)
    expect(banner).to_be_hidden()
    ada.sees_delivered("said while you were away", "written offline")


def test_a_draft_survives_a_reload_and_is_gone_once_sent(ada: Visitor, room: Room) -> None:
    ada.arrives(room.path).joins("Ada")
    ada.field.press_sequentially("half a thou")
    ada.page.reload()
    ada.is_connected()
    expect(ada.field).to_have_value("half a thou")
    ada.field.press("End")
    ada.field.press_sequentially("ght")
    ada.field.press("Enter")
    expect(ada.field).to_have_value("")
    ada.sees_delivered("half a thought")
    ada.page.reload()
    ada.is_connected()
    expect(ada.field).to_have_value("")
    ada.sees_delivered("half a thought")


def test_what_was_written_without_a_line_survives_a_reload_and_comes_once(
    ada: Visitor, grace: Visitor, room: Room
) -> None:
    down = threading.Event()  # while it is set, pages come but nothing else
    grace.context.route("**/api/**", lambda route: route.abort() if down.is_set() else route.continue_())
    grace.context.route_web_socket("**/ws/**", lambda line: line.close() if down.is_set() else line.connect_to_server())
    grace.watch.network_may_fail = True
    grace.arrives(room.path).joins("Grace")
    ada.arrives(room.path)
    down.set()
    grace.page.reload()
    grace.says("written in the cellar")
    expect(grace.message("written in the cellar")).to_have_attribute("data-state", "sending")
    grace.page.reload()
    expect(grace.page.locator("[data-banner]")).to_be_visible()
    expect(grace.message("written in the cellar")).to_have_attribute("data-state", "sending")
    down.clear()
    for person in (grace, ada):
        person.sees_delivered("written in the cellar")
    assert grace.lines() == ada.lines()


def test_a_message_that_failed_can_be_tried_again_or_let_go(ada: Visitor, room: Room) -> None:
    ada.arrives(room.path).joins("Ada")
    room.call("PATCH", body={"state": "paused"})
    expect(ada.page.get_by_text("The host has paused this room")).to_be_visible()
    # The page hides the field at once; whoever had pressed Enter in that moment gets a refusal.
    ada.page.locator("[data-composer]").evaluate(
        "form => { form.elements.text.value = 'too late'; form.requestSubmit(); }"
    )
    ada.page.locator("[data-composer]").evaluate(
        "form => { form.elements.text.value = 'never mind'; form.requestSubmit(); }"
    )
    for text in ("too late", "never mind"):
        expect(ada.message(text)).to_have_attribute("data-state", "failed")
    room.call("PATCH", body={"state": "open"})
    expect(ada.field).to_be_visible()
    ada.message("never mind").get_by_role("button", name="Discard").click()
    ada.message("too late").get_by_role("button", name="Retry").click()
    ada.sees_delivered("too late")
    ada.page.reload()
    ada.is_connected()
    ada.sees_delivered("too late")


def test_a_new_nickname_is_seen_by_everyone_also_above_what_was_said_before(
    ada: Visitor, grace: Visitor, room: Room
) -> None:
    ada.arrives(room.path).joins("Ada")
    grace.arrives(room.path).joins("Grace")
    ada.says("I am Ada")
    grace.sees_delivered("I am Ada")
    sign = grace.message("I am Ada").locator("[data-glyph]").inner_text()

    ada.page.get_by_role("button", name="Change nickname").last.click()
    ada.page.get_by_label("New nickname").fill("Countess")
    ada.page.get_by_role("button", name="Change", exact=True).click()
    for person in (ada, grace):
        expect(person.message("I am Ada").locator("[data-nickname]")).to_have_text("Countess")
    expect(ada.page.get_by_label("Write as Countess")).to_be_visible()
    expect(grace.message("I am Ada").locator("[data-glyph]")).to_have_text(sign)


def test_who_reads_above_is_not_torn_away_and_is_told_what_is_new(ada: Visitor, room: Room) -> None:
    edsger = room.join("Edsger")
    edsger.say_many([f"line {number}" for number in range(1, 131)])
    ada.arrives(room.path)
    expect(ada.message("line 130")).to_be_in_viewport()
    expect(ada.texts).to_have_count(100)

    earlier = ada.page.get_by_role("button", name="Earlier messages")
    earlier.focus()
    ada.page.keyboard.press("Enter")
    expect(ada.texts).to_have_count(130)
    expect(earlier).to_be_hidden()
    assert [seq for seq, _, _ in ada.lines()] == list(range(1, 131))
    ada.message("line 20").scroll_into_view_if_needed()

    edsger.say("news")
    pill = ada.page.locator("[data-pill]")
    expect(pill).to_have_text("1 new message")
    edsger.say("more news")
    expect(pill).to_have_text("2 new messages")
    expect(ada.message("line 20")).to_be_in_viewport()
    expect(ada.message("news")).not_to_be_in_viewport()

    pill.click()
    expect(ada.message("more news")).to_be_in_viewport()
    expect(pill).to_be_hidden()
    mark = ada.page.locator("[data-unread]")
    expect(mark).to_be_visible()
    assert mark.evaluate("e => e.nextElementSibling.querySelector('[data-text]').textContent") == "news"
