"""Every page in every state, one after the other: whoever judges pages walks along and looks at each.

Nothing here depends on the size of the window or on the language, and whoever looks may change the size.
"""

from __future__ import annotations

from collections.abc import Iterator

from tests.e2e.rooms import Room, make_room
from tests.e2e.visitor import Visitor, expect
from tests.support.house import OPERATOR_PASSWORD, House, eventually

# A camera that shows nothing and a reader that sees what the test holds up: Debian's Chromium has neither.
CAMERA = """
window.held = [];
window.read = [];
window.cameras = [];
window.refused = null;
window.BarcodeDetector = class {
  static getSupportedFormats() { return Promise.resolve(["qr_code"]); }
  detect() {
    for (const text of window.held) window.read.push(text);
    return Promise.resolve(window.held.map((rawValue) => ({ rawValue })));
  }
};
if (navigator.mediaDevices) navigator.mediaDevices.getUserMedia = async () => {
  if (window.refused) throw new DOMException("no", window.refused);
  const stream = Object.assign(document.createElement("canvas"), { width: 8, height: 8 }).captureStream();
  window.cameras.push(...stream.getTracks());
  return stream;
};
"""
LAST = "שלום، مرحبا, 你好"
MANY = [
    f"{number}: so much is said\nthat it fills\nthe window and more\nif one has\nlines enough" for number in range(8)
]


def talk(room: Room) -> None:
    """A lively room: links, questions, other scripts, and one message that was removed."""
    edsger, grace = room.join("Edsger"), room.join("Grace 🌍")
    edsger.say("Is the flood why they had a calendar so early?")
    grace.say("see https://example.org/nile for more")
    gone = edsger.say("never mind")
    grace.say(LAST)
    room.call("DELETE", f"/messages/{gone}")


def around_a_room(visitor: Visitor, room: Room, house: House) -> Iterator[str]:
    """The pages that one meets before, beside and after a room. The visitor has a camera (`CAMERA`)."""
    page = visitor.page
    visitor.visit("/")
    yield "home"
    page.locator("details:not([open]) > summary").first.click()
    yield "home with more choices"
    page.get_by_label("Name of the room").fill("admin")
    page.get_by_role("button", name="Make the room").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    yield "home with an error"
    page.get_by_role("button", name="Scan the QR code").click()
    expect(page.locator("[data-scan-words]")).not_to_be_empty()
    yield "scanning"
    page.keyboard.press("Escape")
    visitor.visit("/a-free-name")
    yield "free"
    visitor.visit(f"{room.path}/nothing")
    yield "error"
    talk(room)
    for path in ("transcript", "transcript?only=questions&nicknames=no", "poster", "peace"):
        visitor.visit(f"{room.path}/{path}")
        yield path
    visitor.visit("/operator")
    yield "operator, the way in"
    page.locator("input[type=password]").fill(OPERATOR_PASSWORD)
    page.get_by_role("main").get_by_role("button").click()
    expect(page.locator("form[action='/operator/logout']")).to_be_visible()
    yield "operator"
    over = make_room(house.base)
    gone = over.join("Eve").say("Something that is reported")
    over.call("POST", f"/messages/{gone}/report", token=over.join("Ada").token)
    over.call("DELETE")
    eventually(lambda: visitor.context.request.get(f"{visitor.base}{over.path}").status == 410)
    visitor.visit(over.path)
    expect(page.locator("[data-gone]")).to_be_visible()
    yield "gone"


def in_a_room(visitor: Visitor, house: House) -> Iterator[str]:
    """A room from its first moment to its last, as a participant sees it."""
    page, room = visitor.page, make_room(house.base, title="The Nile", rules="Be kind.")
    visitor.arrives(room.path)
    yield "room, empty, not joined"
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("alert").first).to_be_visible()
    yield "room, no nickname given"
    talk(room)
    visitor.joins("Ada").says("mine")
    expect(visitor.message("mine")).to_have_attribute("data-state", "delivered")
    yield "room, lively"
    yield from _what_opens(visitor)
    yield from _scrolled(visitor, room)
    yield from _stopped(visitor, room)


def _what_opens(visitor: Visitor) -> Iterator[str]:
    page = visitor.page
    page.get_by_role("tab", name="Questions").click()
    yield "questions"
    page.get_by_role("tab", name="Messages").click()
    for name, ready in (("Share", "img"), ("How it went", "[data-trail-stages] li")):
        page.get_by_role("button", name=name).last.click()
        expect(page.get_by_role("dialog").locator(ready).first).to_be_visible()
        yield name
        page.keyboard.press("Escape")
    page.locator("[data-report]:visible").last.click()
    expect(page.get_by_role("dialog").locator("form")).to_be_visible()
    yield "report"
    page.keyboard.press("Escape")
    page.locator(".menu > summary").click()
    yield "menu"
    page.get_by_role("button", name="Change nickname").first.click()
    expect(page.get_by_role("dialog", name="Change nickname")).to_be_visible()
    yield "rename"
    page.keyboard.press("Escape")


def _scrolled(visitor: Visitor, room: Room) -> Iterator[str]:
    edsger = room.join("Edsger")
    edsger.say_many(MANY)
    visitor.log.locator("[data-seq]").first.scroll_into_view_if_needed()
    pinned = edsger.say("Does @Ada see what is new below?")
    room.call("POST", f"/messages/{pinned}/pin")
    expect(visitor.page.locator("[data-pill]")).to_be_visible()
    expect(visitor.page.locator("[data-pinned]")).to_be_visible()
    yield "room, scrolled, with a pin"
    visitor.page.locator("[data-scroller]").evaluate("e => e.scrollTo(0, e.scrollHeight)")
    room.call("DELETE", f"/messages/{pinned}/pin")


def _stopped(visitor: Visitor, room: Room) -> Iterator[str]:
    page = visitor.page
    room.call("PATCH", body={"safety": {"links": "hold"}})
    visitor.says("https://example.org")
    page.locator("[data-appeal]:visible").click()
    expect(page.get_by_role("dialog").locator("form")).to_be_visible()
    yield "appeal"
    page.keyboard.press("Escape")
    (ada,) = room.call("GET", "/participants?q=Ada")["participants"]
    room.call("POST", f"/participants/{ada['id']}/mute", body={"minutes": 5})
    expect(page.locator("[data-stopped-left]")).not_to_be_empty()
    yield "room, muted"
    room.call("POST", f"/participants/{ada['id']}/unmute")
    expect(visitor.field).to_be_visible()
    room.call("PATCH", body={"password": "another one"})
    expect(page.locator("#join-password")).to_be_visible()
    yield "room, put out by another password"
    room.call("PATCH", body={"password": None})
    visitor.visit(f"{room.path}/report")
    yield "report, a page of its own"
    visitor.arrives(room.path)
    room.call("PATCH", body={"moderation": "before", "slow_mode": 5})
    visitor.says("may I?")
    expect(page.locator('[data-message-id]:is([data-state="held"], [data-state="waiting"])').last).to_be_visible()
    yield "room, held"
    visitor.field.fill("much too long " * 20)
    expect(page.locator("[data-over]")).to_be_visible()
    yield "room, too long"
    visitor.field.fill("")
    room.call("PATCH", body={"state": "paused"})
    expect(page.locator("[data-stopped]")).to_be_visible()
    yield "room, paused"
    room.call("DELETE")
    expect(page.locator('[data-room][data-state="closed"]')).to_be_attached()
    yield "room, closed"


def as_its_host(visitor: Visitor, house: House) -> Iterator[str]:
    """What only a host sees; in the end also the list of rooms on the start page, and a door with a password."""
    page, room = visitor.page, make_room(house.base, title="The Nile", moderation="before")
    visitor.visit(room.desk)
    yield "desk, nothing held"
    yield from _decides(visitor, room)
    yield from _people_at_the_desk(visitor, room)
    yield from _behind_the_other_tabs(visitor, make_room(house.base, title="The Nile"))
    visitor.visit(room.desk)
    page.get_by_role("button", name="Close room").click()
    expect(page.get_by_role("alertdialog")).to_be_visible()
    yield "desk, to be confirmed"
    visitor.arrives(room.path)
    yield "room of its host, empty"
    room.call("PATCH", body={"moderation": "after"})
    talk(room)
    expect(visitor.texts.last).to_have_text(LAST)
    visitor.log.locator("summary").last.click()
    yield "room of its host, what can be done with a message"
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Share").first.click()
    page.get_by_role("radio", name="Yes, for reading and writing").check()
    page.get_by_label("Only on these sites").fill("http://blog.example")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("dialog").get_by_role("alert").filter(visible=True)).to_be_visible()
    yield "share sheet of the host, with an error"
    visitor.visit("/")
    expect(page.locator("[data-yours]")).to_be_visible()
    yield "home with rooms of one's own"
    visitor.visit(make_room(house.base, password="open sesame").path)
    expect(page.get_by_label("Password of the room")).to_be_visible()
    yield "room with a password"


def _decides(visitor: Visitor, room: Room) -> Iterator[str]:
    page, edsger = visitor.page, room.join("Edsger")
    asked = edsger.say("may I?")
    expect(page.locator("[data-held-count]")).to_have_text("1")
    yield "desk, one held"
    page.get_by_role("button", name="Reject and say why").click()
    expect(page.get_by_role("dialog", name="Reject and say why")).to_be_visible()
    yield "desk, why it is rejected"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    yield "desk, keys"
    page.keyboard.press("Escape")
    page.locator("[data-held-title]").focus()
    room.call("POST", f"/messages/{asked}/appeal", {"text": "it is short"}, edsger.token)
    expect(page.get_by_text("Asks you to look again")).to_be_visible()
    page.get_by_role("button", name="Pause").click()
    expect(page.get_by_role("button", name="Undo")).to_be_visible()
    page.get_by_role("button", name="Undo").focus()
    yield "desk, something that can be taken back, and an appeal"
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Pause")).to_be_visible()


def _people_at_the_desk(visitor: Visitor, room: Room) -> Iterator[str]:
    page = visitor.page
    page.locator("#tab-people").click()
    expect(page.locator("[data-people-list] li")).to_have_count(1)
    yield "desk, people"
    page.locator("[data-helpers-form] button").click()
    expect(page.locator('[data-made="helper"]')).to_be_focused()
    yield "desk, a helper's link"
    page.locator("[data-people-find]").fill("nobody")
    expect(page.locator("[data-people-empty]")).to_be_visible()
    yield "desk, nobody found"
    page.locator("[data-people-find]").fill("")
    page.locator("[data-people-list] [data-person]").click()
    expect(page.locator("[data-said] li")).to_have_count(1)
    yield "desk, one person"
    room.call("PATCH", body={"door": "knock"})
    for nickname in ("Ada", "Grace", "Alan", "Barbara"):
        room.join(nickname)
    expect(page.locator('[data-count="people"]')).to_have_text("4")
    yield "desk, people knock"
    page.locator("[data-knocks-all]").click()
    expect(page.locator("[data-knocks]")).to_be_hidden()
    room.call("PATCH", body={"door": "open"})
    page.locator("#tab-waiting").click()


def _behind_the_other_tabs(visitor: Visitor, room: Room) -> Iterator[str]:
    page = visitor.page
    visitor.visit(room.desk)
    page.locator("#tab-reports").click()
    expect(page.locator("[data-reports-empty]")).to_be_visible()
    yield "desk, nothing reported"
    odd = room.join("Eve").say("an odd remark")
    room.call("POST", f"/messages/{odd}/report", {"reason": "private"}, room.join("Ada").token)
    expect(page.locator("[data-reports] article")).to_have_count(1)
    yield "desk, one report"
    page.locator("#tab-rules").click()
    page.locator("#rule-allowed_sites").fill("no site")
    page.locator("[data-rules] [type=submit]").click()
    expect(page.locator("#rule-allowed_sites-error")).to_be_visible()
    yield "desk, safety, with an error"
    page.locator("#rule-allowed_sites").fill("")
    page.locator("#rule-own_words").fill("odd")
    page.locator("#rule-words").select_option("hold")
    page.locator("[data-rehearse]").click()
    expect(page.locator("[data-rehearsal] li")).to_have_count(1)
    yield "desk, rules that are tried"
    page.locator("[data-raid-box] [data-raid-begin]").click()
    expect(page.locator("[data-raid]")).to_be_visible()
    yield "desk, a crowd breaks in"
    page.locator("#tab-ledger").click()
    expect(page.locator("[data-ledger] article").first).to_be_visible()
    yield "desk, what was done"
    page.locator("#tab-settings").click()
    page.locator("[data-password-set]").click()
    expect(page.locator("#set-password-error")).to_be_visible()
    yield "desk, settings, with an error"


def on_the_wall(visitor: Visitor, room: Room) -> Iterator[str]:
    """The projector."""
    page = visitor.page
    visitor.arrives(f"{room.path}/projector")
    yield "projector, empty"
    talk(room)
    expect(visitor.texts.last).to_have_text(LAST)
    yield "projector"
    page.keyboard.press("Space")
    yield "projector, frozen"
    page.keyboard.press("Space")
    asker = room.join("Zoë")
    question = asker.say("Is this for the exam?")
    room.call("POST", f"/messages/{question}/vote", token=asker.token)
    expect(page.locator("[data-spotlight-votes]")).to_be_visible()
    page.keyboard.press("n")
    yield "projector, top question and delay"
    room.call("POST", f"/messages/{question}/pin")
    expect(page.locator("[data-spotlight-pinned]")).to_be_visible()
    yield "projector, pinned"
    for key, state in (("b", "slide"), ("?", "keys")):
        page.keyboard.press(key)
        expect(page.get_by_role("dialog")).to_be_visible()
        yield f"projector, {state}"
        page.keyboard.press(key)


def in_a_frame(visitor: Visitor, room: Room) -> Iterator[str]:
    """The room as other people's pages show it."""
    visitor.watch.answers.add(403)
    visitor.visit(f"{room.path}/embed")
    yield "embed, not allowed"
    room.call("PATCH", body={"embed": {"mode": "read"}})
    visitor.arrives(f"{room.path}/embed")
    yield "embed, empty"
    talk(room)
    expect(visitor.texts.last).to_have_text(LAST)
    yield "embed, reading"
    visitor.visit(f"{room.path}/embed?show=transcript")
    yield "embed, transcript"
    room.call("PATCH", body={"embed": {"mode": "post"}})
    visitor.arrives(f"{room.path}/embed")
    yield "embed, to join"
    visitor.joins("Ada").says("hello")
    expect(visitor.log.locator("[data-own][data-seq]")).to_be_visible()
    yield "embed, writing"
    room.call("PATCH", body={"state": "paused"})
    expect(visitor.page.locator("[data-stopped]")).to_be_visible()
    yield "embed, paused"
