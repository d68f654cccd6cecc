"""What a transcript of 100,000 messages takes: the web process's memory and time, and a browser's.

`python -m benchmarks.transcripts`; with MariaDB where it is installed, with a browser where Chromium and Playwright
are. Each form is read from a room with 20,000 messages and from one with 100,000: how much the web process's memory
grows is to be the same. Beside it stands how much it takes to make the whole file first, as one string.
"""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from app.bus.wire import dumps
from app.store import rooms, transcripts
from app.web.messages import archived
from benchmarks import machine
from tests.e2e import browser
from tests.integration.web.filled import fill
from tests.support import mariadb
from tests.support.client import Venue, make_room
from tests.support.client import browser as client
from tests.support.house import ROOT, House, clean_environment, open_house
from tests.support.memory import memory, read, web_worker

FEW, MANY = 20_000, 100_000
FORMS = {"page": "", ".txt": ".txt", ".csv": ".csv", ".json": ".json"}
SECONDS = 600.0
MB = 1e6
WHEEL_PX, TURNS, FRAME_SECONDS = 1_500, 120, 1 / 60
# From the first byte until the script has written times and days; what the page's main thread was not free for at most.
WATCH = """
window.longest = 0;
new PerformanceObserver((list) => list.getEntries().forEach((e) => (longest = Math.max(longest, e.duration))))
  .observe({ type: "longtask" });
"""


def main() -> None:
    """Prints the figures."""
    print(f"{machine.named()}, load {os.getloadavg()[0]:.1f}")
    _measure("SQLite", {})
    if lacking := mariadb.missing():
        print(f"MariaDB: {lacking}")
        return
    with mariadb.server() as server:
        _measure("MariaDB", {"DATABASE_URL": server.make("parley_bench")})


def _measure(store: str, settings: dict[str, str]) -> None:
    with tempfile.TemporaryDirectory(prefix="parley-bench-") as folder, open_house(Path(folder), **settings) as house:
        with client(house.base) as http:
            few, many = make_room(house.base, http), make_room(house.base, http)
        for venue, count in ((few, FEW), (many, MANY)):
            fill(house, venue.name, count, **settings)
        _forms(store, house, few, many)
        grown = _whole(house, many, settings)
        print(f"{store}: the whole of {MANY:,} as one string, JSON: {grown / MB:.0f} MB more")
        if store == "SQLite" and not browser.missing():
            _in_a_browser(house, many)


def _forms(store: str, house: House, few: Venue, many: Venue) -> None:
    worker = web_worker(house)
    for form, ending in FORMS.items():
        addresses = [f"{house.base}/{venue.name}/transcript{ending}" for venue in (few, many)]
        read(worker, addresses[0], SECONDS)  # whatever is made at the first use is made
        at_rest, figures = memory(worker), []
        for address in addresses:
            began = time.monotonic()
            taken = read(worker, address, SECONDS)
            figures.append((time.monotonic() - began, (taken.peak - at_rest) / MB, taken.size / MB))
        (_, little, _), (seconds, much, size) = figures
        print(
            f"{store} {form}: {size:.1f} MB in {seconds:.1f} s ({MANY / seconds:,.0f} messages/s);"
            f" memory at its peak {much:+.1f} MB, with {FEW:,} {little:+.1f} MB"
        )


def _whole(house: House, venue: Venue, settings: dict[str, str]) -> int:
    """How much a process grows that makes the file before it sends it."""
    own = {"VAR_DIR": str(house.folder / "var"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "benchmarks.transcripts", venue.name]
    done = subprocess.run(
        command, cwd=ROOT, env=clean_environment() | own | settings, capture_output=True, check=True, timeout=SECONDS
    )
    return int(done.stdout)


def whole(name: str) -> None:
    """Makes the file of a room as one string, and prints how much memory that took."""
    room = rooms.find(name)
    assert room
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    document = ",\n".join([dumps(archived(*line)) for line in transcripts.everything(room.id)])
    assert document
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)


def _in_a_browser(house: House, venue: Venue) -> None:
    with browser.started() as chromium:
        page = chromium.new_context(viewport={"width": 1280, "height": 800}, bypass_csp=True).new_page()
        page.set_default_timeout(SECONDS * 1000)
        page.add_init_script(WATCH)
        began = time.monotonic()
        page.goto(f"{house.base}/{venue.name}/transcript", wait_until="commit")
        page.locator(".entry").first.wait_for()
        first = time.monotonic() - began
        page.locator(".transcript__list[data-ready]").wait_for(state="attached")
        done = time.monotonic() - began
        opening = page.evaluate("longest")
        page.evaluate("longest = 0")
        page.mouse.move(600, 400)
        for _ in range(TURNS):
            page.mouse.wheel(0, WHEEL_PX)
            time.sleep(FRAME_SECONDS)
        began = time.monotonic()
        page.keyboard.press("End")
        page.wait_for_function("document.querySelector('.entry:last-child').getBoundingClientRect().top < innerHeight")
        end = time.monotonic() - began
        turning, renderer = page.evaluate("longest"), _renderer_bytes()
    print(
        f"Chromium: first message after {first:.1f} s, all {MANY:,} after {done:.1f} s, longest task {opening:.0f} ms;"
        f" while the wheel turns {turning:.0f} ms; to the end by key {end:.1f} s; {renderer / MB:.0f} MB"
    )


def _renderer_bytes() -> int:
    """What the browser's largest page has of memory."""
    renderers = (pid for pid in machine.family(os.getpid()) if b"--type=renderer" in _command(pid))
    return max(map(machine.memory_bytes, renderers), default=0)


def _command(pid: int) -> bytes:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return b""


if __name__ == "__main__":
    whole(sys.argv[1]) if len(sys.argv) > 1 else main()
