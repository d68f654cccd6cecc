"""The table of pictures: whose page, which address, and what is done there until the state to be shown is there.

A new state is a line in `SHOTS`. Its `then` ends by waiting for what the picture is of: one that does not come fails
`make screens`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Locator, Page

from tests.e2e.rooms import Room
from tests.e2e.scene import ADDRESS, ME, TALK, Place, Scene
from tests.e2e.states import CAMERA
from tests.support.house import OPERATOR_PASSWORD, eventually

ALL = ("phone", "laptop", "wall")
STATES = ("phone", "laptop")
"""A state of a page that is shown on the wall already."""

# Something bright and something dark that moves behind the words.
VIDEO = "repeating-linear-gradient(100deg, #fff 0 9rem, #10131a 9rem 18rem, #b5442e 18rem 27rem, #6f9f8f 27rem 36rem)"


@dataclass
class Take:
    """A picture that is being taken."""

    scene: Scene
    device: BrowserContext
    page: Page
    place: Place | None = None

    @property
    def here(self) -> Place:
        """The place that the picture is of."""
        assert self.place
        return self.place

    @property
    def room(self) -> Room:
        """The room that the picture is of."""
        return self.here.room

    def waits_for(self, text: str, *, exact: bool = False) -> None:
        """Waits until a text is to be seen."""
        self.page.get_by_text(text, exact=exact).filter(visible=True).first.wait_for()

    def has_a_line(self) -> None:
        """Waits until the page hears the room and shows what was said last."""
        self.page.locator('[data-line="open"]').wait_for()

    def button(self, name: str) -> Locator:
        """A button of the page."""
        return self.page.get_by_role("button", name=name)

    def says(self, text: str) -> None:
        """Writes it, and waits until it stands among the messages."""
        self.page.locator("#say").fill(text)
        self.page.locator("#say").press("Enter")
        self.page.get_by_role("log").get_by_text(text, exact=True).wait_for()


Who = Callable[[Take], None]
Then = Callable[[Take], None]


def anybody(take: Take) -> None:
    """Somebody who has not been here."""


def me(take: Take) -> None:
    """Mina, who takes part."""
    token = take.here.speaker(ME).token
    take.device.add_cookies([{"name": f"me_{take.room.name}", "value": token, "url": ADDRESS}])


def host(take: Take) -> None:
    """Whoever made the room."""
    take.page.goto(ADDRESS + link_of(take.room))
    take.page.locator("[data-held-count]").wait_for(state="attached")  # the desk


def helper(take: Take) -> None:
    """Somebody to whom the host gave a link."""
    made = take.room.call("POST", "/helpers", body={"label": "Ms Lovelace"})
    take.page.goto(f"{ADDRESS}{take.room.path}/host?token={made['token']}")


def link_of(room: Room) -> str:
    """The host link, without the house's address."""
    link = urlsplit(room.host_url)
    return f"{link.path}?{link.query}"


@dataclass(frozen=True)
class Shot:
    """A picture.

    Attributes:
        name: of the file.
        place: of which room, by its name in the scene.
        path: which page of the room, or of the house.
        who: whose page it is.
        then: what is done there until the state is there.
        sizes: on which devices.
        browser: what is special about the browser.
        script: what runs in each page first.
    """

    name: str
    then: Then
    place: str | None = None
    path: str = ""
    who: Who = anybody
    sizes: tuple[str, ...] = STATES
    browser: Mapping[str, object] = field(default_factory=dict)
    script: str | None = None


def sees(*texts: str) -> Then:
    """The page says this."""

    def then(take: Take) -> None:
        for text in texts:
            take.waits_for(text)

    return then


def is_asked_again(take: Take) -> None:
    """Somebody asks to look again, and a helper looks at another message."""
    take.waits_for("Asks you to look again")
    helper = take.room.call("POST", "/helpers", {"label": "Mr Okoye"})["token"]
    first = take.room.call("GET", "/held")["messages"][0]["id"]
    take.room.call("POST", f"/messages/{first}/lease", token=helper)
    take.waits_for("Mr Okoye is looking at this.")


def says_why(take: Take) -> None:
    take.button("Reject and say why").last.click()
    take.page.get_by_role("dialog", name="Reject and say why").wait_for()


def may_take_it_back(take: Take) -> None:
    take.waits_for("Asks you to look again")
    take.page.get_by_role("button", name="Reject", exact=True).first.click()
    take.button("Undo").wait_for()


def talks(take: Take) -> None:
    """The room's page is there, with all that was said."""
    take.has_a_line()
    take.page.get_by_role("log").get_by_text(TALK[-1][1], exact=True).wait_for()


def folds_out(take: Take) -> None:
    """All that a room may have."""
    take.page.get_by_text("More choices").click()
    take.page.get_by_label("Rules that everyone sees").wait_for()


def has_rooms(take: Take) -> None:
    """The rooms that this device has seen, one as its host."""
    lively, strict = (take.scene.place(kind).room for kind in ("lively", "strict"))
    for path in (lively.path, link_of(strict), strict.path):
        take.page.goto(ADDRESS + path)
        take.page.locator('[data-line="open"], [data-held-count]').first.wait_for()
    take.page.goto(ADDRESS)
    take.page.get_by_role("heading", name="Your rooms").wait_for()
    take.waits_for("Exam preparation")


def takes_a_taken_name(take: Take) -> None:
    """Somebody else has it."""
    take.page.get_by_label("Name of the room").fill(take.scene.place("lively").room.name)
    take.waits_for("This name is taken.")
    take.button("Make the room").click()
    take.page.locator("#error-name").wait_for()


def joins_nothing(take: Take) -> None:
    """No room is called that."""
    take.page.get_by_label("Name, code or link").fill("histroy-7b")
    take.page.get_by_label("Name, code or link").press("Enter")
    take.page.locator("#error-where").wait_for()


def scans(take: Take) -> None:
    """The camera is on, and sees nothing yet."""
    take.button("Scan the QR code").click()
    take.page.get_by_role("dialog").get_by_text("Hold the room’s QR code").wait_for()


def finds_it_empty(take: Take) -> None:
    """A room in which nobody has said anything."""
    take.has_a_line()
    take.page.locator("[data-empty]").wait_for()


def opens_the_share_sheet(take: Take) -> None:
    talks(take)
    take.button("Share").click()
    take.page.get_by_role("dialog").get_by_alt_text("QR code").wait_for()


def opens_the_menu(take: Take) -> None:
    talks(take)
    take.page.locator(".room-head summary").click()
    take.page.get_by_role("link", name="Transcript").wait_for()


def opens_a_message(take: Take) -> None:
    """What a host can do with a message."""
    talks(take)
    take.page.locator(".message__more > summary").last.click()
    take.button("Remove this message").last.wait_for()


def looks_at_questions(take: Take) -> None:
    take.has_a_line()
    take.page.get_by_role("tab", name="Questions").click()
    take.page.get_by_role("tabpanel", name="Questions").get_by_text("Who pays for the new roof?").wait_for()


def reads_above(take: Take) -> None:
    """Others say something meanwhile, and call her by name."""
    talks(take)
    take.page.locator("[data-scroller]").evaluate("(scroller) => { scroller.scrollTop = 0 }")
    take.page.mouse.wheel(0, -200)
    take.here.speaker("Jonas").say("And who kept the calendar?")
    take.here.speaker("Aylin").say(f"@{ME} you know that, don’t you?")
    take.waits_for("2 new messages")


def comes_back_to_news(take: Take) -> None:
    """The line above what was said meanwhile."""
    reads_above(take)
    take.page.locator("[data-pill]").click()
    take.waits_for("New", exact=True)
    take.page.locator("[data-pill]").wait_for(state="hidden")


def goes_offline(take: Take) -> None:
    """Two messages wait for the network."""
    talks(take)
    take.device.set_offline(True)
    take.waits_for("You are offline.")
    take.says("And where is the picture from?")
    take.says("The book does not say")
    take.page.locator('[data-state="sending"]').nth(1).wait_for()


def is_paused(take: Take) -> None:
    talks(take)
    take.room.call("PATCH", body={"state": "paused"})
    take.waits_for("The host has paused this room.")


def is_closed(take: Take) -> None:
    """The room ends before the eyes of those who are in it."""
    talks(take)
    take.room.call("DELETE")
    take.page.locator('[data-line="over"]').wait_for()
    take.waits_for("Forgotten", exact=True)


def is_held(take: Take) -> None:
    take.has_a_line()
    take.says("May I hand it in on Monday?")
    take.page.locator('[data-message-id][data-state="held"]').wait_for()


def is_refused(take: Take) -> None:
    """The host has read it and does not want it shown."""
    is_held(take)
    (held,) = take.room.call("GET", "/held")["messages"]
    take.room.call("POST", f"/messages/{held['id']}/reject")
    take.page.locator('[data-message-id][data-state="rejected"]').wait_for()


def reports(take: Take) -> None:
    """A message of somebody else."""
    talks(take)
    take.page.locator("[data-report]:visible").last.click()
    take.page.get_by_role("dialog").wait_for()


def asks_for_another_look(take: Take) -> None:
    is_refused(take)
    take.page.locator("[data-appeal]:visible").click()
    take.page.get_by_role("dialog").wait_for()


def is_muted(take: Take) -> None:
    take.has_a_line()
    (she,) = take.room.call("GET", f"/participants?q={ME}")["participants"]
    take.room.call("POST", f"/participants/{she['id']}/mute", body={"minutes": 10})
    take.waits_for("You are muted until")


def lists_people(take: Take) -> None:
    """The list of who is here."""
    take.page.locator("[data-people-list] li").first.wait_for()


def looks_at_jonas(take: Take) -> None:
    """One person at the desk, who was just muted."""
    lists_people(take)
    take.page.locator("[data-people-list] [data-person]").filter(has_text="Jonas").click()
    take.page.locator('[data-minutes="15"]').click()
    take.page.locator("[data-undo]").wait_for()


def people_knock(take: Take) -> None:
    """Some who want to be let in."""
    for nickname in ("Aylin", "Jonas", "Zoë", ME):
        take.here.speaker(nickname)
    take.page.locator("[data-knocks-more]").wait_for()


def makes_a_helper(take: Take) -> None:
    """A link for a helper."""
    lists_people(take)
    take.page.locator("[data-helpers-form] button").click()
    take.page.locator("[data-made=helper]").scroll_into_view_if_needed()


def rehearses(take: Take) -> None:
    """What other rules would have done to what was said."""
    take.page.get_by_label("A message with a link").select_option("hold")
    take.page.locator("[data-rehearse]").click()
    take.page.locator("[data-rehearsal-examples] li").first.wait_for()
    take.page.locator("[data-rehearsal]").scroll_into_view_if_needed()


def was_reported(take: Take) -> None:
    """A message that two have reported."""
    said = take.here.speaker("Jonas").say("Ben's number is 555 0123")
    for nickname in ("Aylin", "Zoë"):
        take.room.call("POST", f"/messages/{said}/report", {"reason": "private"}, take.here.speaker(nickname).token)
    take.page.locator("[data-reports] article").wait_for()


def was_done(take: Take) -> None:
    """Some decisions, each with its line."""
    (jonas,) = take.room.call("GET", "/participants?q=Jonas")["participants"]
    take.room.call("POST", f"/participants/{jonas['id']}/mute", {"minutes": 5})
    take.room.call("POST", f"/participants/{jonas['id']}/unmute")
    take.room.call("PATCH", body={"slow_mode": 5})
    take.page.locator("[data-ledger] article").nth(2).wait_for()


def has_kept_the_peace(take: Take) -> None:
    """One message was let through, one waits."""
    take.room.call("POST", f"/messages/{take.room.call('GET', '/held')['messages'][0]['id']}/release")
    eventually(lambda: take.room.call("GET", "/peace")["released"] == 1)
    take.page.reload()


def is_raided(take: Take) -> None:
    """The doors are half shut."""
    take.room.call("POST", "/raid", {"minutes": 10})
    take.page.locator("[data-raid]").wait_for()


def knocks(take: Take) -> None:
    take.page.get_by_label("Choose a nickname").fill(ME)
    take.page.get_by_role("button", name="Join").click()
    take.waits_for("Wait until you are let in.")


def reads_without_script(take: Take) -> None:
    # Text within noscript is none to Playwright; a link is one.
    take.page.get_by_role("link", name="Look for new messages").wait_for()


def renames(take: Take) -> None:
    talks(take)
    take.button("Change nickname").last.click()
    take.page.get_by_role("dialog", name="Change nickname").wait_for()


def asks_how_it_went(take: Take) -> None:
    talks(take)
    take.button("How it went").last.click()
    take.page.get_by_role("dialog").get_by_text("Delivered").wait_for()


def stands_on_a_page(take: Take) -> None:
    """The room in a frame of somebody's page."""
    take.page.goto(take.scene.blog)
    take.page.frame_locator("iframe").locator('[data-line="open"]').wait_for()
    take.page.frame_locator("iframe").get_by_text(TALK[-1][1], exact=True).wait_for()


def shows_the_top_question(take: Take) -> None:
    # The one before may have left a pin; without one the question comes back.
    take.room.call("DELETE", f"/messages/{take.here.pinned}/pin")
    take.waits_for("5 votes")


def shows_what_is_pinned(take: Take) -> None:
    take.room.call("POST", f"/messages/{take.here.pinned}/pin")
    take.waits_for("Pinned", exact=True)


def shows_the_slide(take: Take) -> None:
    shows_the_top_question(take)
    take.page.keyboard.press("b")
    take.page.get_by_role("dialog").wait_for()


def stands_over_a_video(take: Take) -> None:
    shows_the_top_question(take)
    take.page.evaluate("(video) => { document.documentElement.style.background = video }", VIDEO)


def is_frozen(take: Take) -> None:
    """What is said meanwhile waits."""
    talks(take)
    take.page.keyboard.press("Space")
    for text in ("Who took the picture?", "It says so below"):
        take.here.speaker("Jonas").say(text)
    take.waits_for("Frozen · 2 new")


def shows_its_keys(take: Take) -> None:
    talks(take)
    take.page.keyboard.press("?")
    take.page.get_by_role("dialog", name="Keys").wait_for()


def has_lost_its_line(take: Take) -> None:
    talks(take)
    take.device.set_offline(True)
    take.waits_for("You are offline.")


def ends_on_the_wall(take: Take) -> None:
    talks(take)
    take.room.call("DELETE")
    take.waits_for("This room is over.")


def enters_as_operator(take: Take) -> None:
    """Where whoever runs the house sees what was reported."""
    take.page.locator("input[type=password]").fill(OPERATOR_PASSWORD)
    take.button("Enter").click()
    take.waits_for("What was reported")


GERMAN = {"locale": "de-DE"}
NO_SCRIPT = {"java_script_enabled": False}

SHOTS = (
    # The start page.
    Shot("home", sees("Make a room"), sizes=ALL),
    Shot("home-more", folds_out),
    Shot("home-yours", has_rooms, sizes=ALL),
    Shot("home-taken", takes_a_taken_name),
    Shot("home-astray", joins_nothing),
    Shot("home-scan", scans, script=CAMERA),
    Shot("home-german", sees("Raum"), browser=GERMAN),
    # The room, as one comes to it.
    Shot("room", talks, "lively", who=me, sizes=ALL),
    Shot("room-join", talks, "lively"),
    Shot("room-password", sees("This room has a password."), "locked"),
    Shot("room-empty", finds_it_empty, "new", sizes=ALL),
    Shot("room-first", finds_it_empty, "new", who=host, sizes=ALL),
    Shot("room-host", talks, "lively", who=host, sizes=ALL),
    Shot("room-helper", talks, "another", who=helper),
    Shot("room-deeds", opens_a_message, "lively", who=host),
    Shot("room-menu", opens_the_menu, "lively", who=me),
    Shot("room-rename", renames, "lively", who=me),
    Shot("room-questions", looks_at_questions, "stage", who=me, sizes=ALL),
    Shot("room-german", talks, "lively", who=me, browser=GERMAN),
    Shot("room-noscript", reads_without_script, "lively", who=me, browser=NO_SCRIPT),
    # The room, in whatever may become of it.
    Shot("room-above", reads_above, "another", who=me),
    Shot("room-news", comes_back_to_news, "another", who=me),
    Shot("room-offline", goes_offline, "another", who=me),
    Shot("room-paused", is_paused, "another", who=me),
    Shot("room-held", is_held, "held", who=me),
    Shot("room-refused", is_refused, "held", who=me),
    Shot("room-report", reports, "lively", who=me),
    Shot("room-appeal", asks_for_another_look, "held", who=me),
    Shot("room-muted", is_muted, "another", who=me),
    Shot("room-knock", knocks, "door"),
    Shot("room-over", is_closed, "another", who=me),
    # What belongs to a room.
    Shot("share", opens_the_share_sheet, "lively", sizes=ALL),
    Shot("share-host", opens_the_share_sheet, "lively", who=host),
    Shot("poster", sees("Point your phone’s camera"), "lively", "/poster", sizes=ALL),
    Shot("embed", stands_on_a_page, sizes=ALL),
    Shot("trail", asks_how_it_went, "lively", who=me, sizes=ALL),
    Shot("transcript", sees(TALK[-1][1]), "lively", "/transcript", sizes=ALL),
    Shot("transcript-questions", sees("5 votes"), "stage", "/transcript?only=questions"),
    Shot("transcript-empty", sees("Nothing was said"), "new", "/transcript"),
    Shot("desk", sees("What is for lunch?"), "strict", "/host", who=host, sizes=ALL),
    Shot("desk-asked", is_asked_again, "asked", "/host", who=host),
    Shot("desk-why", says_why, "strict", "/host", who=host),
    Shot("desk-undo", may_take_it_back, "asked", "/host", who=host),
    Shot("desk-empty", sees("Nothing waits."), "lively", "/host", who=host),
    Shot("desk-people", lists_people, "lively", "/host#people", who=host, sizes=ALL),
    Shot("desk-person", looks_at_jonas, "another", "/host#people", who=host),
    Shot("desk-knock", people_knock, "door", "/host", who=host),
    Shot("desk-helper", makes_a_helper, "another", "/host#people", who=host),
    Shot("desk-reports", was_reported, "another", "/host#reports", who=host),
    Shot("desk-safety", sees("Words of your own"), "another", "/host#rules", who=host),
    Shot("desk-rehearsal", rehearses, "another", "/host#rules", who=host),
    Shot("desk-done", was_done, "another", "/host#ledger", who=host),
    Shot("desk-settings", sees("Rules that everyone sees"), "another", "/host#settings", who=host),
    Shot("desk-raid", is_raided, "another", "/host", who=host),
    Shot("peace", has_kept_the_peace, "asked", "/peace"),
    # What belongs to the house.
    Shot("operator-enter", sees("Who runs this Parley?"), path="/operator"),
    Shot("operator", enters_as_operator, path="/operator"),
    # On the wall.
    Shot("projector", talks, "lively", "/projector", sizes=ALL),
    Shot("projector-top", shows_the_top_question, "stage", "/projector", sizes=ALL),
    Shot("projector-pinned", shows_what_is_pinned, "stage", "/projector", sizes=ALL),
    Shot("projector-slide", shows_the_slide, "stage", "/projector", sizes=ALL),
    Shot("projector-video", stands_over_a_video, "stage", "/projector?transparent=1", sizes=ALL),
    Shot("projector-empty", sees("No messages yet."), "new", "/projector", sizes=ALL),
    Shot("projector-frozen", is_frozen, "another", "/projector", sizes=ALL),
    Shot("projector-keys", shows_its_keys, "lively", "/projector", sizes=ALL),
    Shot("projector-lost", has_lost_its_line, "lively", "/projector", sizes=ALL),
    Shot("projector-over", ends_on_the_wall, "another", "/projector", sizes=ALL),
    # Where there is no room.
    Shot("free", sees("Nobody has a room called"), path="/chemistry-9a", sizes=ALL),
    Shot("gone", sees("Receipt"), "over", sizes=ALL),
    Shot("error", sees("404"), path="/no/such/page", sizes=ALL),
)


def wanted(pattern: str) -> list[Shot]:
    """The pictures whose names fit."""
    return [shot for shot in SHOTS if re.fullmatch(pattern, shot.name)]
