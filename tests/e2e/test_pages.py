"""What is true of every page: narrow, quiet, at home, and good to those who switch scripts off or write markup."""

from collections.abc import Callable

import pytest

from tests.e2e.rooms import Room, make_room
from tests.e2e.visitor import PHONE, Visitor, Watch, expect
from tests.support.house import House

LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"
MARKUP = (
    "<img src=x onerror='window.pwned=1'>",
    "<script>window.pwned=1</script>",
    "\"'><svg onload=window.pwned=1>",
    "javascript:window.pwned=1//https://",
    "{{ 7*7 }} ${7*7} &lt;b&gt; <!-- ]]>",
)
MARKUP_TITLE = "</script><script>window.pwned=1</script>"
MARKUP_NICKNAME = "<b onclick=alert(1)>A</b>"[:24]


def test_at_360_pixels_no_page_scrolls_sideways(somebody: Callable[..., Visitor], house: House) -> None:
    room = make_room(house.base, name="a-name-as-long-as-a-name-may-ever-be-40x", title=LONG_WORD, rules=LONG_WORD * 2)
    edsger = room.join("W" * 24)
    edsger.say(LONG_WORD)
    edsger.say("https://example.org/" + "a" * 110)
    edsger.say("👩‍👩‍👧‍👦" * 60)
    visitor = somebody(viewport=PHONE, has_touch=True, is_mobile=True)
    for path in ("/", "/a-free-name-as-long-as-a-name-may-be-40xx", room.path, f"{room.path}/projector",
                 f"{room.path}/transcript", f"{room.path}/poster", "/admin", f"{room.path}/nothing"):  # fmt: skip
        visitor.visit(path)
        visitor.does_not_scroll_sideways()
    visitor.visit(room.desk)
    visitor.does_not_scroll_sideways()
    visitor.arrives(room.path).joins("M" * 24)
    visitor.field.fill(LONG_WORD)
    visitor.does_not_scroll_sideways()
    visitor.page.get_by_role("button", name="Share").click()
    visitor.does_not_scroll_sideways()
    visitor.page.keyboard.press("Escape")
    room.call("PATCH", body={"moderation": "before"})
    edsger.say(LONG_WORD)
    visitor.visit(room.desk)
    visitor.does_not_scroll_sideways()
    room.call("DELETE")
    expect(visitor.page).to_have_url(visitor.base + room.path)  # the desk leads there by itself
    expect(visitor.page.get_by_text("over and forgotten")).to_be_visible()
    visitor.does_not_scroll_sideways()


def test_without_scripts_one_makes_a_room_joins_writes_and_reads(somebody: Callable[..., Visitor]) -> None:
    ada, grace = somebody(java_script_enabled=False), somebody(java_script_enabled=False, viewport=PHONE)
    ada.visit("/")
    ada.page.get_by_label("Name of the room").fill("No script")
    ada.page.get_by_role("button", name="Make the room").click()
    expect(ada.page).to_have_url(f"{ada.base}/no-script")
    for person, nickname in ((ada, "Ada"), (grace, "Grace")):
        person.visit("/no-script")
        person.page.get_by_label("Choose a nickname").fill(nickname)
        person.page.get_by_role("button", name="Join").click()
        person.page.get_by_label(f"Write as {nickname}").fill(f"hello from {nickname}")
        person.page.get_by_role("button", name="Send").click()
        expect(person.message(f"hello from {nickname}")).to_be_visible()
    ada.page.get_by_role("link", name="Look for new messages").click()
    for person in (ada, grace):
        person.sees_delivered("hello from Ada", "hello from Grace")
    grace.page.get_by_label("Write as Grace").fill("x" * 20)
    grace.page.get_by_role("button", name="Send").click()
    expect(grace.message("x" * 20)).to_be_visible()
    grace.visit("/no-script/transcript")
    expect(grace.page.locator(".entry")).to_have_count(3)
    grace.visit("/no-script/projector")
    expect(grace.texts).to_have_count(3)


def test_without_scripts_a_refusal_is_read_and_nothing_that_was_typed_is_lost(
    somebody: Callable[..., Visitor], room: Room
) -> None:
    ada = somebody(java_script_enabled=False)
    ada.watch.answers.add(403)
    ada.visit("/")
    ada.page.get_by_label("Name of the room").fill(room.name)
    ada.page.get_by_label("Title").fill("Mine")
    ada.page.get_by_role("button", name="Make the room").click()
    expect(ada.page.locator("#error-name")).to_be_visible()
    expect(ada.page.get_by_label("Title")).to_have_value("Mine")
    ada.visit(room.path)
    ada.page.get_by_label("Choose a nickname").fill("Ada")
    ada.page.get_by_role("button", name="Join").click()
    expect(ada.field).to_be_visible()
    room.call("PATCH", body={"state": "paused"})
    ada.field.fill("too late")
    ada.page.get_by_role("button", name="Send").click()
    expect(ada.page.locator("[data-notice]")).to_contain_text("paused")
    assert "too late" in ada.page.content()


def test_markup_is_shown_as_text_in_every_place(somebody: Callable[..., Visitor], house: House) -> None:
    room = make_room(house.base, title=MARKUP_TITLE, rules=MARKUP[0])
    edsger = room.join(MARKUP_NICKNAME)
    served, live = MARKUP[:3], MARKUP[3:]
    for text in served:
        edsger.say(text)
    visitor, wall, host = somebody().arrives(room.path), somebody().arrives(f"{room.path}/projector"), somebody()
    for text in live:
        edsger.say(text)
    room.call("PATCH", body={"moderation": "before"})
    edsger.say(MARKUP[0])
    edsger.say(MARKUP[1])
    host.visit(room.desk)
    visitor.joins(MARKUP_NICKNAME.replace("A", "B"))

    for person in (visitor, wall):
        person.sees_delivered(*MARKUP)
        expect(person.page.get_by_role("heading", name=MARKUP_TITLE)).to_be_visible()
        expect(person.log.locator("[data-nickname]").first).to_have_text(MARKUP_NICKNAME)
    expect(visitor.page.get_by_label(f"Write as {MARKUP_NICKNAME.replace('A', 'B')}")).to_be_visible()
    expect(visitor.page.locator("[data-room-rules]")).to_have_text(MARKUP[0])
    expect(host.page.locator("[data-held] [data-text]")).to_have_text([MARKUP[0], MARKUP[1]])
    expect(host.page.get_by_role("link", name=MARKUP_TITLE)).to_be_visible()
    transcript = somebody().visit(f"{room.path}/transcript")
    expect(transcript.page.locator(".entry [data-text]")).to_have_text(list(MARKUP))
    transcript_heading = transcript.page.get_by_role("heading", name=MARKUP_TITLE)
    expect(transcript_heading).to_be_visible()
    for person in (visitor, wall, host, transcript):
        assert person.page.evaluate("window.pwned === undefined")
        assert person.page.locator('a[href^="javascript"], img[src="x"], svg[onload], b[onclick]').count() == 0


def test_light_and_dark_follow_the_device_and_can_be_switched(somebody: Callable[..., Visitor]) -> None:
    def ground(visitor: Visitor) -> int:
        colour: str = visitor.page.evaluate("getComputedStyle(document.documentElement).backgroundColor")
        seen: str = visitor.page.evaluate("getComputedStyle(document.body).backgroundColor")
        numbers = (colour if seen.endswith(", 0)") else seen).partition("(")[2].split(",")[:3]
        return sum(int(float(number.strip(" )"))) for number in numbers)

    bright, dark = somebody(color_scheme="light").visit("/"), somebody(color_scheme="dark").visit("/")
    assert ground(bright) > 600
    assert ground(dark) < 200
    bright.page.get_by_role("button", name="Switch between light and dark").click()
    assert ground(bright) < 200
    bright.page.reload()
    assert ground(bright) < 200


@pytest.mark.parametrize(
    ("harm", "seen"),
    [
        ("fetch('http://127.0.0.1:9/').catch(() => {})", "Content Security Policy"),
        ("location.href = 'http://127.0.0.1:9/'", "asked another host: http://127.0.0.1:9/"),
        ("document.body.append(Object.assign(document.createElement('script'), {textContent: '1'}))", "console error"),
        ("setTimeout(() => { throw new Error('planted') })", "planted"),
        ("console.error('planted')", "planted"),
        ("new WebSocket('ws://127.0.0.1:9/')", "127.0.0.1:9"),
    ],
)
def test_the_watch_over_the_pages_sees_what_is_planted(ada: Visitor, house: House, harm: str, seen: str) -> None:
    watched, ada.watch.faults = ada.watch.faults, []
    assert watched == []
    watch = Watch(house.base.removeprefix("http://"))
    watch.over(ada.context)
    ada.visit("/")
    ada.page.evaluate(f"() => {{ {harm} }}")
    for _ in range(50):
        if any(seen in fault for fault in watch.faults):
            break
        ada.page.wait_for_timeout(20)
    assert any(seen in fault for fault in watch.faults), watch.faults
    ada.watch.faults.clear()
