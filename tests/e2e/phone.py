"""A slow phone on a slow network, and when one can read on it."""

from __future__ import annotations

from playwright.sync_api import CDPSession, Page

# A slow 4G network and a phone of the lower middle class, as Lighthouse has them.
LATENCY_MS = 150
BYTES_A_SECOND = 1.6e6 / 8
NETWORK = {
    "offline": False,
    "latency": LATENCY_MS,
    "downloadThroughput": BYTES_A_SECOND,
    "uploadThroughput": 750e3 / 8,
}
SLOWER_CPU = 4

# Notes in each page of a context when the first text of a message was painted.
NOTES_FIRST_SIGHT = """
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) if (entry.element?.closest("[role=log]")) window.readable ??= entry.startTime;
}).observe({ type: "largest-contentful-paint", buffered: true });
"""


def slow_down(page: Page) -> CDPSession:
    """Makes a page's browser a slow phone with an empty cache."""
    phone = page.context.new_cdp_session(page)
    phone.send("Network.enable")
    phone.send("Network.setCacheDisabled", {"cacheDisabled": True})
    phone.send("Network.emulateNetworkConditions", NETWORK)
    phone.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER_CPU})
    return phone


def readable_ms(page: Page) -> float:
    """When the first message could be read, from the moment the page was asked for."""
    page.wait_for_function("() => window.readable")
    took: float = page.evaluate("() => window.readable")
    return took
