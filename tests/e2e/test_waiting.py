"""What happens to my message while a part of the house is away, and what the page says of it."""

import json
from typing import Any

from tests.e2e.rooms import Room
from tests.e2e.visitor import Visitor, expect
from tests.support.house import House
from tests.support.members import frozen


def test_while_the_worker_stands_still_the_page_says_what_waits_also_after_a_reload(
    ada: Visitor, grace: Visitor, house: House, room: Room
) -> None:
    grace.arrives(room.path)
    ada.arrives(room.path).joins("Ada")
    banner = ada.page.locator("[data-banner]")
    with frozen(house, "worker"):
        ada.says("is anybody there?")
        ada.says("hello?")
        for text in ("is anybody there?", "hello?"):
            expect(ada.message(text)).to_have_attribute("data-state", "accepted")
        expect(banner).to_contain_text("It waits to be checked. 2 messages of yours wait and are safe.")
        expect(ada.message("hello?")).to_contain_text("Your message is safe: it is shown by itself.")
        ada.message("hello?").get_by_role("button", name="How it went").click()
        stages = ada.page.get_by_role("dialog").locator(".trail__head")
        expect(stages).to_have_text(
            ["Accepted in safe hands", "Checked not yet", "Stored not yet", "Delivered not yet"]
        )
        ada.page.reload()
        ada.is_connected()
        expect(ada.message("hello?")).to_have_attribute("data-state", "accepted")
        ada.sees("is anybody there?", "hello?")
    for person in (ada, grace):
        person.sees_delivered("is anybody there?", "hello?")
    expect(banner).to_be_hidden()


def test_while_redis_stands_still_what_is_refused_is_kept_and_goes_by_itself_in_order(
    ada: Visitor, grace: Visitor, house: House, room: Room
) -> None:
    for person in (ada, grace):
        person.watch.answers.add(503)
    ada.arrives(room.path).joins("Ada")
    ada.says("said before")
    ada.sees_delivered("said before")
    banner = ada.page.locator("[data-banner]")
    with frozen(house, "valkey"):
        ada.says("one")
        ada.says("two")
        expect(ada.message("one")).to_have_attribute("data-state", "waiting")
        expect(ada.message("one")).to_contain_text("Not sent yet. It is tried again")
        expect(banner).to_contain_text("The room takes no messages just now. 2 messages of yours are kept here.")
        expect(banner).to_contain_text("Trying again")
        grace.visit(room.path).sees_delivered("said before")
        expect(grace.page.locator("[data-banner]")).to_contain_text("The room cannot bring messages just now.")
    for person in (ada, grace):
        person.sees_delivered("said before", "one", "two")
    expect(banner).to_be_hidden()


def test_what_the_house_has_lost_is_sent_again_under_the_same_id_in_order_and_nothing_else_is(
    ada: Visitor, room: Room
) -> None:
    said: list[tuple[str, str]] = []
    lost = {"lost one", "lost two"}

    def relay(line: Any) -> None:
        server = line.connect_to_server()

        def passed_on(text: str) -> None:
            frame = json.loads(text)
            said.append((frame["text"], frame["id"]))
            if frame["text"] in lost:
                line.send(json.dumps({"type": "accepted", "id": frame["id"]}))
            else:
                server.send(text)

        line.on_message(passed_on)

    ada.context.route_web_socket("**/ws/**", relay)
    ada.page.clock.install()
    ada.arrives(room.path).joins("Ada")
    for text in ("kept", "lost one", "lost two"):
        ada.says(text)
    ada.sees("kept", "lost one", "lost two")
    expect(ada.message("lost two")).to_have_attribute("data-state", "accepted")
    expect(ada.message("kept")).to_have_attribute("data-state", "delivered")
    lost.clear()
    ada.page.clock.fast_forward(13_000)
    ada.sees_delivered("kept", "lost one", "lost two")
    assert [text for text, _ in said] == ["kept", "lost one", "lost two", "lost one", "lost two"]
    assert said[1:3] == said[3:5]
    ada.page.clock.fast_forward(60_000)
    ada.says("still the same line")
    ada.sees_delivered("kept", "lost one", "lost two", "still the same line")
    assert len(said) == 6


def test_what_was_shown_while_the_line_was_away_is_not_sent_again(ada: Visitor, room: Room) -> None:
    said: list[str] = []
    cut: list[str] = []

    def relay(line: Any) -> None:
        server = line.connect_to_server()

        def passed_on(text: str) -> None:
            said.append(text)
            server.send(text)

        def told(text: str) -> None:
            if cut or '"event"' not in text:
                line.send(text)
            else:
                cut.append(text)
                line.close(code=1012)

        line.on_message(passed_on)
        server.on_message(told)

    ada.context.route_web_socket("**/ws/**", relay)
    ada.arrives(room.path).joins("Ada")
    ada.says("once")
    ada.sees_delivered("once")
    assert cut
    ada.says("twice")
    ada.sees_delivered("once", "twice")
    assert [json.loads(text)["text"] for text in said] == ["once", "twice"]
