"""What waits at the desk: who decides about it, how he thinks better of it, and what its author asks."""

from collections.abc import Callable

import pytest

from tests.e2e.rooms import Room, make_room
from tests.e2e.visitor import PHONE, Visitor, expect
from tests.integration.web.filled import fill
from tests.support.house import House, eventually

# So many messages a desk is told of that wait.
AT_ONCE = 500


@pytest.fixture
def strict(house: House) -> Room:
    """A room whose host reads first."""
    return make_room(house.base, title="The Nile", moderation="before")


def state_of(room: Room, message_id: str) -> str | None:
    """What has become of a message that waited."""
    kept = [each for each in room.call("GET", "/held")["messages"] if each["id"] == message_id]
    return str(kept[0]["state"]) if kept else None


def test_two_who_keep_the_peace_never_decide_about_the_same_message(
    somebody: Callable[..., Visitor], strict: Room
) -> None:
    speaker = strict.join("Edsger")
    first, second = speaker.say("first?"), speaker.say("second?")
    helper_url = strict.call("POST", "/helpers", {"label": "Mr Okoye"})["url"].removeprefix(strict.base)
    host = somebody().visit(strict.desk)
    helper = somebody(viewport=PHONE, has_touch=True, is_mobile=True).visit(helper_url)
    expect(helper.page.get_by_text("Helper desk", exact=True)).to_be_visible()
    expect(helper.page.get_by_role("tab")).to_have_text(
        ["Waiting 2", "People", "Reports", "What was done"], use_inner_text=True
    )
    expect(helper.page.get_by_role("button", name="Close room")).to_have_count(0)
    expect(helper.page.get_by_role("button", name="Pause")).to_have_count(0)

    for desk in (host, helper):
        expect(desk.page.locator("[data-held-count]")).to_have_text("2")
    theirs = host.page.locator(f'[data-message-id="{first}"]')
    helper.page.locator(f'[data-message-id="{first}"]').get_by_role("button", name="Release").focus()
    expect(theirs.get_by_text("Mr Okoye is looking at this.")).to_be_visible()
    for name in ("Release", "Reject"):
        button = theirs.get_by_role("button", name=name, exact=True)
        expect(button).to_be_disabled()
        button.click(force=True)  # whoever tries finds that it does nothing
    assert state_of(strict, first) == "held"

    # Who goes on to the next gives the first one back, and has the second.
    helper.page.keyboard.press("j")
    expect(theirs.get_by_text("is looking at this")).to_be_hidden()
    expect(host.page.locator(f'[data-message-id="{second}"]')).to_contain_text("Mr Okoye is looking at this.")
    theirs.get_by_role("button", name="Release").click()
    for desk in (host, helper):
        expect(desk.page.locator(f'[data-message-id="{first}"]')).to_have_count(0)
    host.page.locator("[data-held-title]").focus()
    helper.page.keyboard.press("r")
    expect(host.page.get_by_text("Nothing waits.")).to_be_visible()
    strict.wait_for("second?")


def test_a_rejection_says_why_and_can_be_taken_back_for_a_while(
    somebody: Callable[..., Visitor], grace: Visitor, strict: Room
) -> None:
    host = somebody().visit(strict.desk)
    grace.arrives(strict.path).joins("Grace")
    for text in ("one", "two"):
        grace.says(text)
        expect(grace.message(text)).to_have_attribute("data-state", "held")
    page = host.page
    expect(page.locator("[data-held-count]")).to_have_text("2")

    # One tap; and back.
    one = page.locator("#waiting [data-message-id]").filter(has_text="one")
    one.get_by_role("button", name="Reject", exact=True).click()
    expect(one).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(one).to_be_visible()
    expect(one.get_by_role("button", name="Release")).to_be_focused()
    expect(page.get_by_role("button", name="Undo")).to_be_hidden()
    expect(grace.message("one")).to_have_attribute("data-state", "held")

    # With the keyboard: a reason in own words; the next rejection makes it final.
    page.keyboard.press("e")
    dialog = page.get_by_role("dialog", name="Reject and say why")
    dialog.get_by_label("In your own words").fill("Not in class")
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(one).to_have_count(0)
    two = page.locator("#waiting [data-message-id]").filter(has_text="two")
    two.get_by_role("button", name="Reject and say why").click()
    dialog.get_by_role("button", name="It is about something else.").click()
    expect(grace.message("one")).to_contain_text("Not shown. Not in class")
    # Whoever leaves the desk does not lose what he has decided.
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    host.visit("/")
    expect(grace.message("two")).to_contain_text("Not shown. It is about something else.")


def test_an_appeal_is_read_at_the_desk_and_answered(somebody: Callable[..., Visitor], strict: Room) -> None:
    speaker = strict.join("Edsger")
    kept, gone = speaker.say("please let me ask"), speaker.say("and this?")
    strict.call("POST", f"/messages/{gone}/reject", {"reason": "rude"})
    eventually(lambda: state_of(strict, gone) is None)
    host = somebody().visit(strict.desk)
    page = host.page
    expect(page.locator("[data-held-count]")).to_have_text("1")
    for message, text in ((kept, "It is for the exam"), (gone, "It was not meant like that")):
        strict.call("POST", f"/messages/{message}/appeal", {"text": text}, speaker.token)
    held = page.locator(f'[data-message-id="{kept}"]')
    expect(held.locator("[data-asks]")).to_be_visible()
    expect(held).to_contain_text("Asks you to look again: It is for the exam")
    rejected = page.locator(f'[data-message-id="{gone}"]')
    expect(rejected).to_contain_text("It was not meant like that")
    expect(rejected).to_contain_text("Its text was erased when it was rejected")
    expect(rejected.get_by_role("button", name="Release")).to_be_hidden()
    page.reload()
    expect(rejected).to_contain_text("It was not meant like that")
    rejected.get_by_role("button", name="Leave it rejected").click()
    held.get_by_role("button", name="Release").click()
    strict.wait_for("please let me ask")
    expect(page.get_by_text("Nothing waits.")).to_be_visible()
    eventually(lambda: state_of(strict, gone) is None)


def test_what_was_released_by_mistake_is_taken_away_again(
    somebody: Callable[..., Visitor], ada: Visitor, strict: Room
) -> None:
    strict.join("Edsger").say("not for everybody")
    ada.arrives(strict.path)
    page = somebody().visit(strict.desk).page
    page.get_by_role("button", name="Release", exact=True).click()
    ada.sees("not for everybody")
    page.get_by_role("button", name="Undo").click()
    ada.sees()


def test_all_that_waits_is_released_in_its_order_when_one_is_sure(
    somebody: Callable[..., Visitor], ada: Visitor, strict: Room
) -> None:
    texts = [f"number {number}" for number in range(1, 8)]
    speaker = strict.join("Edsger")
    page = somebody(viewport=PHONE, has_touch=True, is_mobile=True).visit(strict.desk).page
    speaker.say(texts[0])
    expect(page.locator("[data-held-count]")).to_have_text("1")
    expect(page.get_by_role("button", name="Release all")).to_be_hidden()  # one is released by its own button
    for text in texts[1:]:
        speaker.say(text)
    ada.arrives(strict.path)
    expect(page.locator("[data-held-count]")).to_have_text("7")
    page.get_by_role("button", name="Release all").click()
    asked = page.get_by_role("alertdialog", name="Release all 7 messages?")
    asked.get_by_role("button", name="Cancel").click()
    expect(page.locator("[data-held-count]")).to_have_text("7")
    page.get_by_role("button", name="Release all").click()
    asked.get_by_role("button", name="Release all").click()
    expect(page.get_by_text("Nothing waits.")).to_be_visible()
    expect(page.locator("[data-held-title]")).to_be_focused()
    ada.sees(*texts)
    expect(ada.page.locator("[role=log] [data-text]")).to_have_text(texts)


def test_more_wait_than_a_desk_shows_at_once_and_the_next_ones_move_up(
    somebody: Callable[..., Visitor], ada: Visitor, house: House, strict: Room
) -> None:
    fill(house, strict.name, [{"text": f"number {n}", "held": "has a link"} for n in range(1, AT_ONCE + 101)])
    ada.arrives(strict.path)
    page = somebody(viewport=PHONE, has_touch=True, is_mobile=True).visit(strict.desk).page
    count, last = page.locator("[data-held-count]"), page.locator("[data-held] [data-text]").last
    expect(count).to_have_text(str(AT_ONCE))
    expect(last).to_have_text(f"number {AT_ONCE}")
    page.locator("[data-decide=release]").first.focus()
    for number in range(1, 4):
        expect(page.locator("[data-held] [data-message-id]:focus-within [data-text]")).to_have_text(f"number {number}")
        page.keyboard.press("r")
    ada.sees("number 1", "number 2", "number 3")
    expect(last).to_have_text(f"number {AT_ONCE + 3}")
    expect(count).to_have_text(str(AT_ONCE))
    expect(page.locator("[data-held] [data-decide=release]").first).to_be_focused()
    page.reload()
    expect(count).to_have_text(str(AT_ONCE))
    expect(page.locator("[data-held] [data-text]").first).to_have_text("number 4")


def test_a_desk_full_of_messages_is_worked_through_with_the_keyboard(
    somebody: Callable[..., Visitor], strict: Room
) -> None:
    speaker = strict.join("Edsger")
    for number in range(1, 6):
        speaker.say(f"number {number}")
    host = somebody().visit(strict.desk)
    page = host.page
    expect(page.locator("[data-held-count]")).to_have_text("5")
    page.locator("[data-held-title]").focus()
    page.keyboard.press("r")  # not in the list: no key does anything
    expect(page.locator("[data-held-count]")).to_have_text("5")
    page.locator("[data-decide=release]").first.focus()
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("j")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("k")
    page.keyboard.press("r")
    strict.wait_for("number 2")
    expect(page.locator("[data-held-count]")).to_have_text("4")
    page.keyboard.press("x")
    expect(page.locator("#waiting").get_by_text("number 3")).to_have_count(0)
    page.keyboard.press("Control+z")
    expect(page.locator("#waiting [data-text]")).to_have_text(["number 1", "number 3", "number 4", "number 5"])


def test_what_the_host_has_set_is_taken_back(somebody: Callable[..., Visitor], room: Room) -> None:
    host = somebody().visit(room.desk)
    page = host.page
    page.get_by_role("tab", name="Settings").click()
    page.get_by_label("Title").fill("The Amazon")
    page.get_by_label("New end, from now").select_option("1d")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The Amazon")
    before = room.call("GET")["room"]["expires_at"]
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("The Nile")
    assert room.call("GET")["room"]["expires_at"] < before
    page.get_by_role("button", name="Pause").click()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_role("button", name="Pause")).to_be_visible()
    assert room.call("GET")["room"]["state"] == "open"
    page.reload()
    expect(page.get_by_role("tab", name="Settings")).to_have_attribute("aria-selected", "true")
