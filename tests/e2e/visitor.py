"""Somebody in front of a browser, and the watch that is kept over what his pages do behind his back."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest

from tests.e2e import browser

if (why := browser.missing()) and not browser.required():
    pytest.skip(why, allow_module_level=True)

from playwright.sync_api import BrowserContext, ConsoleMessage, Locator, Page, Request, WebSocket, expect

PHONE = {"width": 360, "height": 740}
LAPTOP = {"width": 1280, "height": 800}

# A name that is free, a room that is gone, a form that is wrong: the browser itself notes each such answer as an
# "error" of the console. Nobody is to blame for these; a test that wants another one says so.
ANSWERS = frozenset({404, 409, 410, 422})
_ANSWER = re.compile(r"Failed to load resource: the server responded with a status of (\d+)")
_NO_NETWORK = re.compile(r"net::ERR_|WebSocket connection to .* failed|EventSource")

# Notes every state that a message of one's own passes through, however short it is.
_NOTE_STATES = """
() => {
  window.states = {};
  const note = (element) => {
    const text = element.querySelector?.("[data-text]")?.textContent;
    if (!text || !element.dataset.state) return;
    const seen = (window.states[text] ??= []);
    if (seen.at(-1) !== element.dataset.state) seen.push(element.dataset.state);
  };
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const added of change.addedNodes) if (added instanceof HTMLElement) note(added);
      if (change.type === "attributes") note(change.target);
    }
  }).observe(document.querySelector("[role=log]"), { childList: true, subtree: true, attributeFilter: ["data-state"] });
}
"""


@dataclass
class Watch:
    """Whatever a page does that no page of ours may do."""

    host: str
    network_may_fail: bool = False
    also: set[str] = field(default_factory=set)
    answers: set[int] = field(default_factory=lambda: set(ANSWERS))
    faults: list[str] = field(default_factory=list)

    def over(self, context: BrowserContext) -> None:
        """Watches every page of a browser context."""
        context.on("request", self._request)
        context.on("console", self._console)
        context.on("weberror", lambda error: self.faults.append(f"uncaught: {error.error}"))
        context.on("page", lambda page: page.on("websocket", self._socket))

    def _request(self, request: Request) -> None:
        self._address(request.url)

    def _socket(self, socket: WebSocket) -> None:
        self._address(socket.url)

    def _address(self, url: str) -> None:
        if urlsplit(url).scheme not in ("data", "blob", "about") and urlsplit(url).netloc not in {
            self.host,
            *self.also,
        }:
            self.faults.append(f"asked another host: {url}")

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning") and not self._expects(message.text):
            self.faults.append(f"console {message.type}: {message.text}")

    def _expects(self, text: str) -> bool:
        if answer := _ANSWER.match(text):
            return int(answer[1]) in self.answers
        return self.network_may_fail and bool(_NO_NETWORK.search(text))


@dataclass
class Visitor:
    """One person with one browser."""

    base: str
    context: BrowserContext
    page: Page
    watch: Watch

    def visit(self, path: str = "/") -> Visitor:
        """Opens a page of the house."""
        self.page.goto(self.base + path)
        return self

    def arrives(self, path: str) -> Visitor:
        """Opens a room and waits until its line is open."""
        self.visit(path)
        self.is_connected()
        return self

    def is_connected(self) -> None:
        """The page hears the room."""
        expect(self.page.locator('[data-room][data-line="open"], [data-projector][data-line="open"]')).to_be_attached()

    def joins(self, nickname: str) -> Visitor:
        """Takes a nickname, once the page's script runs: until then the form would go the way without scripts."""
        self.is_connected()
        self.page.get_by_label("Choose a nickname").fill(nickname)
        self.page.get_by_role("button", name="Join").click()
        expect(self.field).to_be_focused()
        self.is_connected()
        return self

    def says(self, text: str) -> None:
        """Writes and presses Enter."""
        self.field.fill(text)
        self.field.press("Enter")

    def notes_states(self) -> None:
        """Remembers from now on what states own messages pass."""
        self.page.evaluate(_NOTE_STATES)

    def states_of(self, text: str) -> list[str]:
        """The states that an own message has passed."""
        states: dict[str, list[str]] = self.page.evaluate("() => window.states")
        return states.get(text, [])

    @property
    def field(self) -> Locator:
        """Where one writes."""
        return self.page.locator("#say")

    @property
    def log(self) -> Locator:
        """The list of messages."""
        return self.page.get_by_role("log", name="Messages")

    @property
    def texts(self) -> Locator:
        """The messages' texts, from first to last."""
        return self.log.locator("[data-message-id] [data-text]")

    def message(self, text: str) -> Locator:
        """The message with exactly this text."""
        exactly = self.page.locator("[data-text]").get_by_text(text, exact=True)
        return self.log.locator("[data-message-id]").filter(has=exactly)

    def sees(self, *texts: str) -> None:
        """All messages that stand on the page, in order; no more and no fewer."""
        expect(self.texts).to_have_text(list(texts), use_inner_text=True)

    def sees_delivered(self, *texts: str) -> None:
        """The same, and the room has given each its number."""
        expect(self.log.locator("[data-seq] [data-text]")).to_have_text(list(texts))
        self.sees(*texts)

    def lines(self) -> list[tuple[int, str, str]]:
        """What stands on the page: seq, id and text of each message."""
        found = self.log.locator("[data-seq]").evaluate_all(
            "all => all.map(e => [e.dataset.seq, e.dataset.messageId, e.querySelector('[data-text]').innerText])"
        )
        return [(int(seq), message_id, text) for seq, message_id, text in found]

    def does_not_scroll_sideways(self) -> None:
        """Nothing sticks out of the page at its side."""
        too_wide = self.page.evaluate(
            """() => {
              const width = document.documentElement.clientWidth;
              if (document.documentElement.scrollWidth <= width) return [];
              return [...document.body.querySelectorAll("*")]
                .filter((e) => e.getBoundingClientRect().right > width + 1)
                .map((e) => `${e.tagName}.${e.className}`);
            }"""
        )
        assert too_wide == [], f"{self.page.url} scrolls sideways: {too_wide[:8]}"
