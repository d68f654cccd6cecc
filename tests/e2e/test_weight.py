"""A room comes quickly on a phone in a hall full of phones: what it weighs, and when one can read."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import CDPSession, Page, Route

from app.web.packing import bare
from tests.e2e.phone import BYTES_A_SECOND, LATENCY_MS, NOTES_FIRST_SIGHT, SLOWER_CPU, readable_ms
from tests.e2e.rooms import Room
from tests.e2e.visitor import PHONE, Visitor, expect

ROOM_BYTES = 60_000
"""The whole of a room's page as it comes over the network, headers included, into an empty cache, in any language."""

FIRST_SIGHT_BYTES = 20_000
"""Of these, what comes before anybody reads anything: the page with what was said, and what makes it look so."""

CSS = Path(__file__).resolve().parents[2] / "app/web/static/css"
# What a browser makes of a style sheet, rule by rule: selectors to the letter. A value with a variable in it stays as
# it was written, so blanks beside a comma, a bracket or a stroke may differ in values.
RULES = """text => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  const plain = (value) => value.replace(/\\s+/g, " ").replace(/ ?([,()/]) ?/g, "$1");
  return [...sheet.cssRules].map((rule) => rule.cssText.replace(/: ([^;{}]*);/g, (_, value) => `: ${plain(value)};`));
}"""

READABLE_MS = 1000
# The page is asked for, and then all at once that it needs to be painted.
ROUND_TRIPS = 2


def lively(room: Room) -> str:
    """A room in which a lesson's first half was talked through; gives what was said last."""
    texts = [f"{number}: what somebody says in a lesson is about as long as this" for number in range(60)]
    room.join("Edsger").say_many(texts)
    return texts[-1]


class Weights:
    """What has come over the network, by the last part of its address."""

    def __init__(self, page: Page) -> None:
        """Counts from now on."""
        self.session = page.context.new_cdp_session(page)
        self.session.send("Network.enable")
        self.session.send("Network.setCacheDisabled", {"cacheDisabled": True})
        self.sizes: dict[str, int] = {}
        self._names: dict[str, str] = {}
        self.session.on("Network.responseReceived", self._answered)
        self.session.on("Network.loadingFinished", self._finished)

    def _answered(self, event: dict[str, Any]) -> None:
        self._names[event["requestId"]] = event["response"]["url"].rpartition("/")[2]

    def _finished(self, event: dict[str, Any]) -> None:
        # What had been answered before the counting began only ends here.
        if (name := self._names.get(event["requestId"])) is None:
            return
        self.sizes[name] = self.sizes.get(name, 0) + int(event["encodedDataLength"])


def busy_ms(session: CDPSession) -> float:
    """For how long the page's main thread has had the processor: what else the machine does is not in it."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return next(float(each["value"]) * 1000 for each in metrics if each["name"] == "TaskDuration")


@pytest.mark.parametrize("locale", ["en-GB", "de-DE", "es-ES", "fr-FR"])
def test_a_lively_room_weighs_no_more_than_it_may(somebody: Callable[..., Visitor], room: Room, locale: str) -> None:
    last = lively(room)
    visitor = somebody(viewport=PHONE, locale=locale)
    weights = Weights(visitor.page)
    visitor.arrives(room.path)
    # By its place: each language has a name of its own for the log.
    expect(visitor.page.locator("[role=log] [data-text]").last).to_have_text(last)
    visitor.page.wait_for_load_state("networkidle")
    expect(visitor.page.locator("html")).to_have_attribute("lang", locale[:2])
    assert {"room.js", "parley.css", room.name} <= set(weights.sizes)
    assert sum(weights.sizes.values()) <= ROOM_BYTES, weights.sizes


@pytest.mark.parametrize("sheet", sorted(CSS.glob("*.css")), ids=lambda sheet: sheet.stem)
def test_a_bare_style_sheet_means_what_was_written(somebody: Callable[..., Visitor], sheet: Path) -> None:
    written = sheet.read_bytes()
    visitor = somebody()
    visitor.page.goto(visitor.base + "/")
    rules = [visitor.page.evaluate(RULES, text.decode()) for text in (written, bare(sheet.name, written))]
    assert rules[0]
    assert rules[0] == rules[1]


def test_what_was_said_last_is_read_before_the_scripts_come_and_within_a_second_on_a_slow_phone(
    somebody: Callable[..., Visitor], room: Room
) -> None:
    last = lively(room)
    visitor = somebody(viewport=PHONE, script=NOTES_FIRST_SIGHT)
    page = visitor.arrives(room.path).page
    weights = Weights(page)
    weights.session.send("Performance.enable", {"timeDomain": "threadTicks"})
    before = busy_ms(weights.session)
    held: list[Route] = []
    page.route(re.compile(r"/js/(?!theme\.js)"), lambda route: held.append(route))
    page.goto(visitor.base + room.path, wait_until="commit")
    readable_ms(page)
    # By the clock of a busy machine it takes as long as it likes. So it is reckoned, from what the phone has to do.
    processor = SLOWER_CPU * (busy_ms(weights.session) - before)
    sizes = dict(weights.sizes)
    assert held
    assert set(sizes) == {room.name, "parley.css", "theme.js"}
    assert sum(sizes.values()) <= FIRST_SIGHT_BYTES, sizes
    network = ROUND_TRIPS * LATENCY_MS + 1000 * sum(sizes.values()) / BYTES_A_SECOND
    assert network + processor <= READABLE_MS, (network, processor)
    expect(visitor.message(last)).to_be_in_viewport(ratio=1)
    while held:
        held.pop().continue_()
    page.unroute_all()
    visitor.is_connected()
    expect(visitor.message(last)).to_be_in_viewport(ratio=1)
