"""A room comes quickly on a phone in a hall full of phones: what it weighs, and when one can read."""

from __future__ import annotations

from collections.abc import Callable

from tests.e2e.rooms import Room
from tests.e2e.visitor import PHONE, Visitor, expect

ROOM_BYTES = 60_000
"""The whole of a room's page as it comes over the network, headers included, into an empty cache."""

READABLE_MS = 1000
# A slow 4G network and a phone of the lower middle class, as Lighthouse has them.
NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 750e3 / 8}
SLOWER_CPU = 4
# The machine that runs this may be busy, the page is not: its own time is the shortest of some.
ATTEMPTS = 6

_READABLE = """
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (entry.element?.closest("[role=log]")) window.readable ??= entry.startTime;
}).observe({ type: "largest-contentful-paint", buffered: true });
"""


def lively(room: Room) -> str:
    """A room in which a lesson's first half was talked through; gives what was said last."""
    texts = [f"{number}: what somebody says in a lesson is about as long as this" for number in range(60)]
    room.join("Edsger").say_many(texts)
    return texts[-1]


def test_a_lively_room_weighs_no_more_than_sixty_kilobytes(somebody: Callable[..., Visitor], room: Room) -> None:
    last = lively(room)
    visitor = somebody(viewport=PHONE)
    network = visitor.context.new_cdp_session(visitor.page)
    network.send("Network.enable")
    addresses: dict[str, str] = {}
    sizes: dict[str, int] = {}
    network.on(
        "Network.responseReceived", lambda event: addresses.update({event["requestId"]: event["response"]["url"]})
    )
    network.on("Network.loadingFinished", lambda event: sizes.update({event["requestId"]: event["encodedDataLength"]}))
    visitor.arrives(room.path)
    expect(visitor.texts.last).to_have_text(last)
    visitor.page.wait_for_load_state("networkidle")
    weights = sorted(
        ((int(size), addresses.get(key, "?").rpartition("/")[2]) for key, size in sizes.items()), reverse=True
    )
    assert {"room.js", "parley.css", room.name} <= {name for _, name in weights}
    assert sum(size for size, _ in weights) <= ROOM_BYTES, weights


def test_on_a_slow_phone_one_reads_within_a_second(somebody: Callable[..., Visitor], room: Room) -> None:
    lively(room)
    visitor = somebody(viewport=PHONE, script=_READABLE)
    phone = visitor.context.new_cdp_session(visitor.page)
    visitor.visit(room.path)  # what the house compresses once is compressed
    phone.send("Network.enable")
    phone.send("Network.setCacheDisabled", {"cacheDisabled": True})
    phone.send("Network.emulateNetworkConditions", NETWORK)
    phone.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_CPU})
    took: list[float] = []
    while len(took) < ATTEMPTS and not any(each <= READABLE_MS for each in took):
        visitor.visit(room.path)
        visitor.page.wait_for_function("() => window.readable")
        took.append(visitor.page.evaluate("() => window.readable"))
        visitor.is_connected()
    assert min(took) <= READABLE_MS, took
