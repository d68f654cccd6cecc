"""The flight recorder: what became of each message, for its author and for the host, by eye, by ear and by keyboard."""

import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager

from playwright.sync_api import Locator

from tests.e2e.rooms import Room
from tests.e2e.visitor import PHONE, Visitor, expect
from tests.support.house import House

TOOK = re.compile(r"\+\d+(\.\d)? m?s$")
POISON = "a text that the database refuses"


def ticks(visitor: Visitor, text: str) -> Locator:
    """What stands beside a message and opens its trail."""
    return visitor.message(text).get_by_role("button", name="How it went")


def the_trail(visitor: Visitor) -> Locator:
    """The dialog with the stages."""
    return visitor.page.get_by_role("dialog", name="How it went")


def sees_stages(visitor: Visitor, *stages: str) -> None:
    """The trail's stages with their outcomes, from first to last."""
    expect(the_trail(visitor).locator(".trail__head")).to_have_text(list(stages))


@contextmanager
def refusing(house: House, text: str) -> Iterator[None]:
    """Lets the database of the house refuse one text."""
    with closing(
        sqlite3.connect(house.folder / "var" / "parley.sqlite3", timeout=30, isolation_level=None)
    ) as database:
        refuse = "BEGIN SELECT RAISE(ABORT, 'refused'); END"
        database.execute(f"CREATE TRIGGER refuses BEFORE INSERT ON messages WHEN NEW.text = '{text}' {refuse}")
        try:
            yield
        finally:
            database.execute("DROP TRIGGER refuses")


def test_an_author_sees_the_trail_of_his_message_with_the_keyboard_alone(
    ada: Visitor, grace: Visitor, room: Room
) -> None:
    grace.arrives(room.path)
    ada.arrives(room.path).joins("Ada")
    ada.says("one")
    ada.says("two")
    ada.sees_delivered("one", "two")
    expect(ticks(ada, "two")).to_have_accessible_name("Delivered. How it went")
    grace.sees_delivered("one", "two")
    expect(grace.page.get_by_role("button", name="How it went")).to_have_count(0)

    # One stop of the Tab key for all of them: from the field back to the newest, by arrow to the one before.
    keys = ada.page.keyboard
    for _ in range(3):
        keys.press("Shift+Tab")
        if ticks(ada, "two").evaluate("e => e === document.activeElement"):
            break
    expect(ticks(ada, "two")).to_be_focused()
    keys.press("ArrowUp")
    expect(ticks(ada, "one")).to_be_focused()
    keys.press("Enter")
    sees_stages(
        ada,
        "Accepted in safe hands",
        "Checked let through",
        "Stored has its place in the room",
        "Delivered on every screen",
    )
    expect(the_trail(ada).locator("[data-trail-text]")).to_have_text("one")
    expect(the_trail(ada)).to_contain_text(re.compile(r"On every screen \d+(\.\d)? m?s after it was accepted\."))
    expect(the_trail(ada).locator("[data-stage-took]")).to_have_text(["", TOOK, TOOK, TOOK])
    expect(the_trail(ada).locator("[data-stage-task] code")).to_have_text(["", *[re.compile("[0-9a-f-]{36}")] * 3])
    keys.press("Escape")
    expect(the_trail(ada)).to_be_hidden()
    expect(ticks(ada, "one")).to_be_focused()


def test_the_host_sees_every_trail_in_the_room_and_at_the_desk_also_on_a_phone(
    somebody: Callable[..., Visitor], room: Room
) -> None:
    host = somebody(viewport=PHONE, has_touch=True, is_mobile=True, color_scheme="dark").visit(room.desk)
    host.arrives(room.path)
    edsger = room.join("Edsger")
    edsger.say("hello")
    ticks(host, "hello").tap()
    sees_stages(
        host,
        "Accepted in safe hands",
        "Checked let through",
        "Stored has its place in the room",
        "Delivered on every screen",
    )
    host.does_not_scroll_sideways()
    assert the_trail(host).bounding_box()["width"] <= PHONE["width"]  # type: ignore[index]
    host.page.get_by_role("button", name="Close", exact=True).tap()

    room.call("PATCH", body={"moderation": "before"})
    message_id = edsger.say("may I?")
    host.visit(f"{room.path}/host")
    host.page.get_by_role("button", name="How it went").tap()
    sees_stages(
        host, "Accepted in safe hands", "Checked held for the host", "Stored kept for the host", "Delivered not yet"
    )
    expect(the_trail(host)).to_contain_text("It waits for the host.")
    host.does_not_scroll_sideways()
    room.call("POST", f"/messages/{message_id}/reject")
    sees_stages(
        host,
        "Accepted in safe hands",
        "Checked held for the host",
        "Stored kept for the host",
        "Delivered the host said no",
    )


def test_a_trail_that_cannot_be_shown_says_why(somebody: Callable[..., Visitor], ada: Visitor, room: Room) -> None:
    ada.watch.answers |= {401, 503}
    ada.watch.network_may_fail = True
    ada.arrives(room.path).joins("Ada")
    ada.says("hello")
    ada.sees_delivered("hello")

    def opens(words: str) -> None:
        ticks(ada, "hello").click()
        expect(the_trail(ada)).to_contain_text(words)
        ada.page.keyboard.press("Escape")

    ada.page.route("**/trail", lambda route: route.abort())
    opens("The room cannot say just now.")
    ada.page.unroute("**/trail")
    ada.context.clear_cookies()
    opens("Only its author and the host may see this.")
    room.call("DELETE", f"/messages/{ada.message('hello').get_attribute('data-message-id')}")
    expect(ada.page.get_by_text("The host removed a message.")).to_be_visible()


def test_what_cannot_be_stored_comes_to_the_desk_and_is_sent_again_or_dropped(
    somebody: Callable[..., Visitor], ada: Visitor, house: House, room: Room
) -> None:
    host = somebody().visit(room.desk)
    expect(host.page.get_by_text("Nothing waits.")).to_be_visible()
    ada.arrives(room.path).joins("Ada")
    dead = host.page.locator("[data-dead] [data-message-id]")
    with refusing(house, POISON):
        for _ in range(2):
            ada.says(POISON)
        ada.says("a good one")
        expect(dead).to_have_count(2)
        expect(ada.message("a good one")).to_have_attribute("data-state", "delivered")
    for number in range(2):
        expect(ada.message(POISON).nth(number)).to_have_attribute("data-state", "rejected")
    expect(ada.message(POISON).first).to_contain_text("It could not be stored")
    ada.message(POISON).first.get_by_role("button", name="How it went").click()
    sees_stages(ada, "Accepted in safe hands", "Checked let through", "Stored could not be stored")
    ada.page.keyboard.press("Escape")

    expect(host.page.get_by_role("heading", name="Not delivered 2")).to_be_visible()
    expect(dead.first).to_contain_text("It could not be stored")
    dead.first.get_by_role("button", name="Send again").click()
    expect(dead).to_have_count(1)
    expect(ada.log.locator("[data-seq]").filter(has_text=POISON)).to_have_count(1)
    dead.first.get_by_role("button", name="Drop").click()
    expect(host.page.get_by_role("heading", name="Not delivered")).to_be_hidden()
    expect(host.page.get_by_role("heading", name="Waiting for you")).to_be_focused()
    assert [message["text"] for message in room.call("GET", "/messages")["messages"]] == ["a good one", POISON]
