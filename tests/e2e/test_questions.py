"""Questions: the class votes for what it wants to know, the host answers and pins, and all see the same."""

from collections.abc import Callable

from playwright.sync_api import Locator

from tests.e2e.rooms import Room
from tests.e2e.visitor import Visitor, expect


def vote(place: Locator) -> Locator:
    """The button of one question, wherever that stands."""
    return place.get_by_role("button", name="Vote for this question")


def questions(visitor: Visitor) -> Locator:
    """The panel beside the messages."""
    return visitor.page.get_by_role("tabpanel", name="Questions")


def sees_questions(visitor: Visitor, *texts: str) -> None:
    """All questions, from the most wanted to the last."""
    expect(questions(visitor).locator("[data-text]")).to_have_text(list(texts))


def test_the_class_votes_and_the_host_answers_and_pins(
    somebody: Callable[..., Visitor], ada: Visitor, grace: Visitor, room: Room
) -> None:
    host = somebody().visit(room.desk).arrives(room.path)
    for person, nickname in ((ada, "Ada"), (grace, "Grace")):
        person.arrives(room.path).joins(nickname)
    ada.says("Why is it green?")
    ada.page.get_by_role("button", name="Send as a question").click()
    ada.says("explain the flood again please")
    expect(ada.page.get_by_role("button", name="Send as a question")).to_have_attribute("aria-pressed", "false")
    ada.says("no question at all")
    asked = ("Why is it green?", "explain the flood again please")
    for person in (ada, grace, host):
        person.sees_delivered(*asked, "no question at all")
        expect(vote(person.message("no question at all"))).to_have_count(0)
    expect(grace.page.get_by_role("tab", name="Questions 2 new")).to_be_visible()

    # Two votes from two people, one of them taken back and given again; whoever has no nickname is asked for one.
    flood = "explain the flood again please"
    vote(grace.message(flood)).click()
    expect(vote(grace.message(flood))).to_have_attribute("aria-pressed", "true")
    expect(vote(ada.message(flood))).to_contain_text("1")
    vote(ada.message(flood)).click()
    expect(vote(grace.message(flood))).to_contain_text("2")
    vote(ada.message(flood)).click()
    expect(vote(grace.message(flood))).to_contain_text("1")
    expect(vote(ada.message(flood))).to_have_attribute("aria-pressed", "false")
    vote(host.message(flood)).click()
    expect(host.page.get_by_text("Choose a nickname first; then you can vote.")).to_be_visible()

    # The tab is reached and left with the arrows; the most wanted stands first, also when the votes turn.
    ada.page.get_by_role("tab", name="Messages").focus()
    ada.page.keyboard.press("ArrowRight")
    expect(ada.page.get_by_role("tab", name="Questions")).to_be_focused()
    sees_questions(ada, flood, "Why is it green?")
    green = questions(ada).locator("[data-message-id]").filter(has_text="Why is it green?")
    vote(green).click()
    edsger = room.join("Edsger")
    identity = room.call("GET", "/messages")["messages"][0]["id"]
    room.call("POST", f"/messages/{identity}/vote", token=edsger.token)
    sees_questions(ada, "Why is it green?", flood)
    expect(vote(green)).to_contain_text("2")
    edsger.say("How high was it in 1860?")
    sees_questions(ada, "Why is it green?", flood, "How high was it in 1860?")

    # What is answered is struck, and goes to the end for everybody.
    host.page.get_by_role("tab", name="Questions").click()
    first = questions(host).locator("[data-message-id]").filter(has_text="Why is it green?")
    first.get_by_role("button", name="Answered").click()
    sees_questions(ada, flood, "How high was it in 1860?", "Why is it green?")
    expect(green).to_contain_text("Answered")
    expect(grace.message("Why is it green?")).to_have_attribute("data-answered", "")
    host.page.get_by_role("tab", name="Messages").click()
    expect(first.get_by_role("button", name="Answered")).to_be_hidden()
    host.message("Why is it green?").get_by_role("button", name="Answered").click()
    sees_questions(ada, "Why is it green?", flood, "How high was it in 1860?")

    # Pinned from the keyboard: the menu of the message, then everybody sees it above the list, whatever the tab.
    host.message("How high was it in 1860?").locator("summary").focus()
    host.page.keyboard.press("Enter")
    host.page.get_by_role("button", name="Pin for everybody").focus()
    host.page.keyboard.press("Enter")
    for person in (ada, grace, host):
        expect(person.page.get_by_role("region", name="Pinned by the host")).to_contain_text("How high was it in 1860?")
    expect(host.message("How high was it in 1860?").locator("summary")).to_be_focused()

    grace.page.reload()
    grace.is_connected()
    expect(grace.page.get_by_role("region", name="Pinned by the host")).to_contain_text("Edsger")
    expect(vote(grace.message(flood))).to_have_attribute("aria-pressed", "true")
    expect(vote(grace.message(flood))).to_contain_text("1")
    host.page.get_by_role("button", name="Unpin").click()
    for person in (ada, grace):
        expect(person.page.get_by_role("region", name="Pinned by the host")).to_be_hidden()
