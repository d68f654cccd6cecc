"""How long a page's main thread is busy at a stretch while somebody scrolls through a room of 10,000 messages.

`python -m benchmarks.scrolling`, where Chromium and Playwright are. The mouse's wheel turns 60 times a second, up to
the first message and down to the last. Told are the longest task of the page's main thread by the clock (what a reader
feels, with whatever else the machine does) and by the processor, and how many the browser calls long (over 50 ms).
"""

import json
import os
import platform
import tempfile
import time
from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from tests.e2e import browser
from tests.e2e.rooms import make_room
from tests.integration.web.filled import fill
from tests.support.house import open_house

MANY = 10_000
WHEEL_PX = 1_500
FRAME_SECONDS = 1 / 60
BETWEEN_LOOKS = 20
# What came last, seen by its number.
STANDS = "seq => Boolean(document.querySelector(`[role=log] [data-seq='${seq}']`))"
WATCH = """
window.longTasks = [];
new PerformanceObserver((list) => longTasks.push(...list.getEntries().map((entry) => entry.duration)))
  .observe({ type: "longtask" });
"""
TASKS = {"RunTask", "ThreadControllerImpl::RunTask"}


def main() -> None:
    """Prints the figures."""
    print(f"machine: {os.cpu_count()} cores, {platform.machine()}, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder, open_house(Path(folder)) as house, browser.started() as chromium:
        room = make_room(house.base, title="Long")
        fill(house, room.name, MANY)
        page = chromium.new_context(viewport={"width": 1280, "height": 800}).new_page()
        page.add_init_script(WATCH)
        page.goto(house.base + room.path)
        page.locator('[data-line="open"]').wait_for()
        page.mouse.move(600, 400)
        for way, until in ((-1, 1), (1, MANY)):
            trace = Path(folder) / "trace.json"
            page.evaluate("longTasks.length = 0")
            chromium.start_tracing(page=page, path=trace, categories=["toplevel", "devtools.timeline"])
            seconds = scroll(page, way, until)
            chromium.stop_tracing()
            wall, cpu = longest(json.loads(trace.read_text())["traceEvents"])
            long = page.evaluate("longTasks.length")
            name = "up" if way < 0 else "down"
            print(f"{name}: {seconds:.1f} s; longest task {wall:.0f} ms, {cpu:.0f} ms of the processor; {long} long")


def scroll(page: Page, way: int, until: int) -> float:
    """Turns the wheel until a message stands on the page; gives how long that took."""
    began = time.monotonic()
    while not page.evaluate(STANDS, until):
        for _ in range(BETWEEN_LOOKS):
            page.mouse.wheel(0, way * WHEEL_PX)
            time.sleep(FRAME_SECONDS)
    return time.monotonic() - began


def longest(events: list[dict[str, Any]]) -> tuple[float, float]:
    """The longest task of the thread that lays out most: by the clock and by the processor, in ms."""
    whole = [event for event in events if event.get("ph") == "X"]
    layouts = [(event["pid"], event["tid"]) for event in whole if event["name"] == "Layout"]
    thread = max(set(layouts), key=layouts.count)
    tasks = [event for event in whole if event["name"] in TASKS and (event["pid"], event["tid"]) == thread]
    return max(task["dur"] for task in tasks) / 1000, max(task.get("tdur", 0) for task in tasks) / 1000


if __name__ == "__main__":
    main()
