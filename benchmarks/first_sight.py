"""How soon one reads the first message of a room on a slow phone, and how much of that our scripts cost.

`python -m benchmarks.first_sight`, where Chromium and Playwright are. The phone and its network are those of the tests
(Lighthouse's slow 4G, a processor four times as slow), its cache is empty. Visits by turns find the page whole and
without any of its scripts: what both have to wait for is the page, its stylesheet and the paint. The phone is this
machine, slowed down, so what else it does counts: the load stands beside the figures.
"""

import os
import statistics
import tempfile
from pathlib import Path

from playwright.sync_api import Browser

from benchmarks import machine
from tests.e2e import browser
from tests.e2e.phone import NOTES_FIRST_SIGHT, readable_ms, slow_down
from tests.e2e.rooms import make_room
from tests.support.house import open_house

VISITS = 10
SAID = 60
PHONE = {"width": 360, "height": 740}


def main() -> None:
    """Prints the figures."""
    print(f"{machine.named()}, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as folder, open_house(Path(folder)) as house, browser.started() as chromium:
        room = make_room(house.base, title="The Nile")
        room.join().say_many([f"{number}: what somebody says in a lesson is about as long" for number in range(SAID)])
        whole, bare = by_turns(chromium, house.base + room.path)
    for name, took in (("with scripts", whole), ("without", bare)):
        print(f"{name}: median {statistics.median(took):.0f} ms, worst {max(took):.0f} ms of {len(took)} visits")
    ratios = statistics.median(whole) / statistics.median(bare), max(whole) / max(bare)
    print(f"ratio: median {ratios[0]:.2f}, worst {ratios[1]:.2f}; load {os.getloadavg()[0]:.1f}")


def by_turns(chromium: Browser, address: str) -> tuple[list[float], list[float]]:
    """When the first message was read, at each visit: with the page's scripts, and without."""
    whole, bare = list[float](), list[float]()
    visit(chromium, address, scripts=True)  # what the house compresses once is compressed
    for _ in range(VISITS):
        whole.append(visit(chromium, address, scripts=True))
        bare.append(visit(chromium, address, scripts=False))
    return whole, bare


def visit(chromium: Browser, address: str, *, scripts: bool) -> float:
    """When the first message could be read, in ms after somebody new had asked for the page."""
    context = chromium.new_context(viewport=PHONE)  # type: ignore[arg-type]
    context.add_init_script(NOTES_FIRST_SIGHT)
    page = context.new_page()
    phone = slow_down(page)
    if not scripts:
        phone.send("Network.setBlockedURLs", {"urls": ["*.js"]})
    page.goto(address)
    took = readable_ms(page)
    context.close()
    return took


if __name__ == "__main__":
    main()
