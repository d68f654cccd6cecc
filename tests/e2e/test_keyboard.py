"""Everything works with the keyboard alone, and one always sees where one is."""

from collections.abc import Callable

from tests.e2e.rooms import Room
from tests.e2e.visitor import LAPTOP, PHONE, Visitor, expect
from tests.support.house import eventually

TABS = 40

# What has the focus, and whether an eye can see it: an outline or a ring of its own or of the frame around it.
FOCUS = """
() => {
  const e = document.activeElement;
  if (!e || e === document.body) return null;
  const ringed = (x) => {
    const style = getComputedStyle(x);
    const outline = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    return outline || style.boxShadow !== "none";
  };
  const box = e.getBoundingClientRect();
  const seen = box.width > 1 && box.height > 1;
  const words = (e.labels?.[0]?.innerText ?? e.getAttribute("aria-label") ?? e.innerText ?? "").trim();
  const framed = e.parentElement !== null && ringed(e.parentElement);
  return { is: words || `${e.tagName}#${e.id}.${e.className}`, ringed: ringed(e) || framed, seen };
}
"""


def tab_to(visitor: Visitor, what: str, *, exact: bool = False) -> None:
    """Presses Tab until something with that in its name has the focus; on the way every stop must be visible."""
    stops = []
    for _ in range(TABS):
        visitor.page.keyboard.press("Tab")
        focus = visitor.page.evaluate(FOCUS)
        if focus is None:  # from the page's end into the browser's own bars
            continue
        stops.append(focus["is"])
        assert focus["seen"], focus
        assert focus["ringed"], focus
        if what == focus["is"] if exact else what in focus["is"]:
            return
    raise AssertionError(f"{what!r} is not among {stops}")


def walk_to(visitor: Visitor, what: str) -> None:
    """Within the list, where the tab key stops once: presses the arrow until something of that name has the focus."""
    keys, stops = visitor.page.keyboard, []
    for _ in range(TABS):
        focus = visitor.page.evaluate(FOCUS)
        stops.append(focus and focus["is"])
        if focus and what in focus["is"]:
            assert focus["ringed"], focus
            return
        keys.press("ArrowRight")
    raise AssertionError(f"{what!r} is not among {stops}")


def letters(visitor: Visitor) -> float:
    """How large the newest message is set."""
    size: float = visitor.texts.last.evaluate("(text) => parseFloat(getComputedStyle(text).fontSize)")
    return size


def test_a_room_is_made_joined_and_talked_in_with_the_keyboard_alone(ada: Visitor) -> None:
    keys = ada.visit("/").page.keyboard
    tab_to(ada, "Name of the room")
    keys.type("Keys only")
    expect(ada.page.get_by_text("This name is free.")).to_be_visible()
    tab_to(ada, "Make the room")
    keys.press("Enter")
    expect(ada.page).to_have_url(f"{ada.base}/keys-only")
    ada.is_connected()
    tab_to(ada, "Choose a nickname")
    keys.type("Ada")
    keys.press("Enter")
    expect(ada.field).to_be_focused()
    keys.type("no mouse")
    keys.press("Shift+Enter")
    keys.type("was hurt")
    keys.press("Enter")
    expect(ada.field).to_be_focused()
    ada.sees_delivered("no mouse\nwas hurt")

    tab_to(ada, "Share")
    keys.press("Enter")
    dialog = ada.page.get_by_role("dialog", name="Let others in")
    expect(dialog).to_be_visible()
    for _ in range(12):
        keys.press("Tab")
        assert ada.page.evaluate(
            "document.activeElement === document.body || !!document.activeElement.closest('dialog')"
        )
    keys.press("Escape")
    expect(dialog).to_be_hidden()
    expect(ada.page.get_by_role("button", name="Share")).to_be_focused()

    tab_to(ada, "Menu")
    keys.press("Enter")
    expect(ada.page.get_by_role("link", name="Transcript")).to_be_visible()
    keys.press("Escape")
    expect(ada.page.get_by_role("link", name="Transcript")).to_be_hidden()
    tab_to(ada, "Pause")
    keys.press("Enter")
    expect(ada.page.get_by_text("The host has paused this room.")).to_be_visible()
    expect(ada.page.get_by_role("button", name="Resume")).to_be_focused()


def test_the_focus_is_not_lost_when_a_dialog_a_menu_or_a_held_message_goes(
    somebody: Callable[..., Visitor], room: Room
) -> None:
    room.call("PATCH", body={"moderation": "before"})
    edsger = room.join("Edsger")
    edsger.say("one")
    edsger.say("two")
    host = somebody().visit(room.desk)
    keys = host.page.keyboard
    expect(host.page.locator("[data-held-count]")).to_have_text("2")
    for left in ("1", "0"):
        tab_to(host, "Release", exact=True)  # not "Release all"
        keys.press("Enter")
        expect(host.page.locator("[data-held-count]")).to_have_text(left)
        assert host.page.evaluate("document.activeElement !== document.body")
    tab_to(host, "Close room")
    keys.press("Enter")
    expect(host.page.get_by_role("alertdialog")).to_be_visible()
    expect(host.page.get_by_role("button", name="Cancel")).to_be_focused()
    keys.press("Escape")
    expect(host.page.get_by_role("button", name="Close room")).to_be_focused()


def test_every_stop_of_the_tab_key_is_visible_on_a_phone_and_on_a_laptop(
    somebody: Callable[..., Visitor], room: Room
) -> None:
    room.join("Edsger").say("see https://example.org for more")
    for size in (PHONE, LAPTOP):
        visitor = somebody(viewport=size)
        for path in (
            "/",
            "/a-free-name",
            room.path,
            f"{room.path}/transcript",
            f"{room.path}/poster",
            f"{room.path}/projector",
        ):
            visitor.visit(path)
            stops, ends = 0, 0
            # Where a field has the focus from the beginning, what stands before it comes after the page's end.
            wanted = 1 if visitor.page.evaluate(FOCUS) is None else 2
            for _ in range(TABS):
                visitor.page.keyboard.press("Tab")
                focus = visitor.page.evaluate(FOCUS)
                if focus is None:
                    ends += 1
                    if ends == wanted:
                        break
                    continue
                stops += 1
                assert focus["seen"], (path, focus)
                assert focus["ringed"], (path, focus)
            assert stops >= 3, path


def test_share_sheet_tabs_name_and_transcript_are_used_with_the_keyboard_alone(ada: Visitor, room: Room) -> None:
    room.join("Edsger").say("Why the flood?")
    ada.context.grant_permissions(["clipboard-read", "clipboard-write"])
    keys = ada.arrives(room.path).joins("Ada").page.keyboard
    tab_to(ada, "Share")
    keys.press("Enter")
    tab_to(ada, "Copy: Code")
    keys.press("Enter")
    expect(ada.page.get_by_role("dialog").get_by_text("Copied")).to_be_visible()
    assert ada.page.evaluate("navigator.clipboard.readText()") == room.code
    keys.press("Escape")
    expect(ada.page.get_by_role("button", name="Share")).to_be_focused()

    tab_to(ada, "Menu")
    keys.press("Enter")
    tab_to(ada, "Change nickname")
    keys.press("Enter")
    expect(ada.page.get_by_label("New nickname")).to_be_focused()
    keys.press("Control+a")
    keys.type("Lovelace")
    keys.press("Enter")
    expect(ada.page.get_by_label("Write as Lovelace")).to_be_visible()
    expect(ada.page.locator("summary", has_text="Menu")).to_be_focused()

    tab_to(ada, "Messages")
    keys.press("ArrowRight")
    expect(ada.page.get_by_role("tab", name="Questions")).to_be_focused()
    vote = ada.page.get_by_role("tabpanel", name="Questions").locator("[data-vote]")
    expect(vote).to_be_visible()
    keys.press("Tab")  # the panel, which scrolls
    keys.press("Tab")
    expect(vote).to_be_focused()
    keys.press("Enter")
    expect(vote).to_have_attribute("aria-pressed", "true")
    eventually(lambda: room.call("GET", "/questions")["questions"][0]["votes"] == 1)
    ada.visit(f"{room.path}/transcript")
    for choice in ("Questions only", "Without"):
        tab_to(ada, choice)
        keys.press("Enter")
        expect(ada.page.get_by_role("link", name=choice)).to_have_attribute("aria-current", "true")
    tab_to(ada, "Back to the room")


def test_the_host_pins_a_message_and_marks_a_question_answered_with_the_keyboard_alone(
    somebody: Callable[..., Visitor], room: Room
) -> None:
    edsger = room.join("Edsger")
    edsger.say("Good morning")
    asked = edsger.say("Why the flood?")
    host = somebody().visit(room.desk).arrives(room.path)
    keys, question = host.page.keyboard, host.message("Why the flood?")
    expect(question.get_by_role("button", name="Answered")).to_be_visible()
    host.log.focus()
    keys.press("Tab")
    walk_to(host, "Answered")
    keys.press("Enter")
    expect(question).to_have_attribute("data-answered", "")
    eventually(lambda: room.call("GET", "/questions")["questions"][0]["answered"])
    keys.press("ArrowUp")
    expect(host.message("Good morning").locator(":focus")).to_have_count(1)
    keys.press("ArrowDown")
    expect(question.locator(":focus")).to_have_count(1)
    walk_to(host, "What you can do with this message")
    keys.press("Enter")
    tab_to(host, "Pin for everybody")
    keys.press("Enter")
    expect(host.page.locator("[data-pinned]")).to_contain_text("Why the flood?")
    eventually(lambda: (room.call("GET")["room"]["pinned"] or {}).get("id") == asked)
    expect(question.locator("summary")).to_be_focused()


def test_the_projector_is_led_with_keys_and_gives_the_focus_back(ada: Visitor, room: Room) -> None:
    edsger = room.join("Edsger")
    edsger.say("before")
    keys = ada.arrives(f"{room.path}/projector").page.keyboard
    ada.sees("before")
    keys.press("Space")
    expect(ada.page.get_by_role("button", name="Freeze")).to_have_attribute("aria-pressed", "true")
    edsger.say("meanwhile")
    expect(ada.page.get_by_text("Frozen · 1 new")).to_be_visible()
    ada.sees("before")
    keys.press("Space")
    ada.sees("before", "meanwhile")
    usual = letters(ada)
    keys.press("+")
    assert letters(ada) > usual
    for _ in range(2):
        keys.press("-")
    assert letters(ada) < usual
    tab_to(ada, "Blank")
    keys.press("Enter")
    expect(ada.page.locator("[data-slide]")).to_be_visible()
    keys.press("Escape")
    expect(ada.page.get_by_role("button", name="Blank")).to_be_focused()
    tab_to(ada, "Keys")
    for key in ("Enter", "?"):
        keys.press(key)
    expect(ada.page.get_by_role("dialog")).to_be_hidden()
    expect(ada.page.get_by_role("button", name="Keys")).to_be_focused()
    keys.press("n")
    expect(ada.page.get_by_role("button", name="Delay")).to_have_attribute("aria-pressed", "true")
