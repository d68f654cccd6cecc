"""The room on somebody's blog, on another site, with the HTML as the share sheet gives it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import pytest

from tests.e2e.rooms import Room, make_room
from tests.e2e.visitor import PHONE, Visitor, expect
from tests.support.blog import Blog, open_blog
from tests.support.house import House

if TYPE_CHECKING:
    from playwright.sync_api import FrameLocator

OPEN = '[data-room][data-line="open"]'
# What a page of another site hears and is told that asks for the room itself, with somebody's token in its hands.
ASKS = """
async ([base, name, token]) => {
  const socket = new WebSocket(`${base.replace("http", "ws")}/ws/rooms/${name}?after=0&token=${token}`);
  const told = [];
  socket.onmessage = ({ data }) => told.push(...[JSON.parse(data)].flat());
  window.sentAway = new Promise((resolve) => (socket.onclose = ({ code }) => resolve(code)));
  await new Promise((resolve) => (socket.onopen = resolve));
  socket.send(JSON.stringify({ type: "say", id: crypto.randomUUID(), text: "not to be seen" }));
  while (!told.some(({ type }) => type === "error")) await new Promise((resolve) => setTimeout(resolve, 50));
  const { messages } = await (await fetch(`${base}/api/v1/rooms/${name}/messages`)).json();
  const [hello, error] = ["hello", "error"].map((kind) => told.find(({ type }) => type === kind));
  return [hello.you, error.code, messages[0].text];
}
"""


@pytest.fixture
def blog() -> Iterator[Blog]:
    """A blog on another site."""
    with open_blog() as blog:
        yield blog


def allows(host: Visitor, who: str, *sites: str) -> str:
    """The host opens the share sheet and says who may show the room; gives what the button copies."""
    host.page.get_by_role("button", name="Share").click()
    sheet = host.page.get_by_role("dialog", name="Let others in")
    sheet.get_by_role("radio", name=who, exact=True).check()
    sheet.get_by_label("Only on these sites").fill("\n".join(sites))
    sheet.get_by_role("button", name="Save").click()
    expect(sheet.get_by_text("Saved.")).to_be_visible()
    button = sheet.get_by_role("button", name="Copy the HTML")
    snippet = str(button.get_attribute("data-copy"))
    expect(sheet.get_by_role("region", name="HTML for the page")).to_have_text(snippet)
    button.click()
    expect(sheet.get_by_role("button", name="Copied")).to_be_visible()
    sheet.get_by_role("button", name="Close").click()
    return snippet


def reads(person: Visitor, blog: Blog) -> FrameLocator:
    """Somebody opens the blog; gives the room in its frame."""
    person.watch.also.add(blog.host)
    person.page.goto(f"{blog.site}/post")
    return person.page.frame_locator("iframe")


def test_a_room_on_a_blog_is_read_and_written_to_as_its_host_allows(
    somebody: Callable[..., Visitor], blog: Blog, room: Room
) -> None:
    host = somebody().visit(room.desk).arrives(room.path)
    # The address of a whole page will do: its site is kept.
    blog.write("/post", allows(host, "Yes, for reading and writing", f"{blog.site}/post", "bücher.example"))
    sites = [blog.site, "https://xn--bcher-kva.example"]
    expect(host.page.get_by_label("Only on these sites")).to_have_value("\n".join(sites))
    edsger = room.join("Edsger")
    first = edsger.say("before the page was opened")

    # Live, and with writing.
    grace = somebody(viewport=PHONE)
    frame = reads(grace, blog)
    texts = frame.get_by_role("log").locator("[data-text]")
    expect(frame.locator(OPEN)).to_be_attached()
    expect(texts).to_have_text(["before the page was opened"])
    edsger.say("and live")
    expect(texts.last).to_have_text("and live")
    room.call("POST", f"/messages/{first}/pin")
    expect(frame.get_by_role("region", name="Pinned by the host")).to_contain_text("before the page was opened")
    frame.get_by_label("Choose a nickname").fill("Grace")
    frame.get_by_role("button", name="Join").click()
    frame.get_by_label("Write as Grace").fill("hello from the blog")
    frame.get_by_label("Write as Grace").press("Enter")
    expect(frame.locator("[data-own][data-seq] [data-text]")).to_have_text("hello from the blog")
    host.sees_delivered("before the page was opened", "and live", "hello from the blog")
    assert grace.context.cookies() == []

    # In a tab of its own one is somebody else; and the host is nobody in a frame, until he chooses a nickname there.
    with grace.context.expect_page() as opened:
        frame.get_by_role("link", name="Open the room in a new tab").click()
    expect(opened.value.get_by_label("Choose a nickname")).to_be_visible()
    opened.value.close()
    preview = Visitor(host.base, host.context, host.context.new_page(), host.watch).visit(f"{room.path}/embed")
    preview.joins("Ada")
    expect(preview.page.get_by_role("region", name="Pinned by the host")).to_contain_text("before the page was opened")
    room.call("DELETE", f"/messages/{first}/pin")
    expect(preview.page.get_by_role("region", name="Pinned by the host")).to_be_hidden()
    preview.page.reload()
    expect(preview.page.get_by_label("Write as Ada")).to_be_visible()
    expect(preview.page.locator("[data-remove], [data-pause], [data-close-room]")).to_have_count(0)
    expect(host.page.get_by_label("Choose a nickname")).to_be_visible()

    # The blog's own script may read the room, too, whatever it shows, and no more.
    heard = grace.page.evaluate(ASKS, [room.base, room.name, edsger.token])
    assert heard == [None, "unauthorized", "before the page was opened"]

    # Another site may not show it.
    with open_blog() as other:
        other.pages |= blog.pages
        barbara = somebody()
        with barbara.page.expect_console_message(lambda message: "frame-ancestors" in message.text):
            refused = reads(barbara, other)
        expect(refused.locator("[data-room]")).to_have_count(0)
        assert all("frame-ancestors" in fault for fault in barbara.watch.faults)
        barbara.watch.faults.clear()

    # The host changes his mind, twice.
    allows(host, "Yes, for reading", blog.site)
    expect(frame.get_by_role("textbox")).to_have_count(0)
    expect(frame.locator(OPEN)).to_be_attached()
    edsger.say("only to read")
    expect(texts.last).to_have_text("only to read")
    room.call("PATCH", body={"state": "paused"})
    expect(frame.get_by_text("The host has paused this room.")).to_be_visible()
    room.call("PATCH", body={"embed": {"mode": "off"}})
    expect(frame.get_by_text("does not show this room on other pages any more")).to_be_visible()
    expect(texts).to_have_count(0)
    assert grace.page.evaluate("window.sentAway") == 1008


def test_in_a_frame_one_reports_and_asks_for_another_look_as_in_the_room(
    somebody: Callable[..., Visitor], blog: Blog, house: House
) -> None:
    room = make_room(house.base, safety={"links": "hold"})
    host = somebody().visit(room.desk).arrives(room.path)
    blog.write("/post", allows(host, "Yes, for reading and writing", blog.site))
    rude = room.join("Edsger").say("you all are stupid")
    grace = somebody(viewport=PHONE)
    frame = reads(grace, blog)
    expect(frame.get_by_text("you all are stupid")).to_be_visible()
    expect(frame.get_by_role("button", name="Report this message")).to_be_hidden()
    frame.get_by_label("Choose a nickname").fill("Grace")
    frame.get_by_role("button", name="Join").click()
    frame.get_by_role("button", name="Report this message").click()
    dialog = frame.get_by_role("dialog", name="Report a message")
    expect(dialog.get_by_role("blockquote")).to_have_text("Edsger you all are stupid")
    dialog.get_by_label("In your own words").fill("He says it to everybody")
    dialog.get_by_role("button", name="Send").click()
    expect(dialog.get_by_text("Thank you, the host has been told.")).to_be_focused()
    dialog.get_by_role("button", name="Close").click()
    (reported,) = room.call("GET", "/reports")["reports"]
    assert (reported["id"], [each["reason"] for each in reported["reasons"]]) == (rude, ["He says it to everybody"])

    frame.get_by_label("Write as Grace").fill("see https://example.org")
    frame.get_by_label("Write as Grace").press("Enter")
    mine = frame.locator("[data-own]")
    expect(mine).to_contain_text("Only you see this until the host lets it through. (has a link)")
    mine.get_by_role("button", name="Ask the host to look again").click()
    dialog = frame.get_by_role("dialog", name="Ask the host to look again")
    dialog.get_by_role("button", name="Send").click()
    dialog.get_by_role("button", name="Close").click()
    expect(mine).to_contain_text("You have asked the host to look again.")
    (held,) = room.call("GET", "/held")["messages"]
    assert held["appeal"]["text"] == ""
    assert grace.context.cookies() == []
