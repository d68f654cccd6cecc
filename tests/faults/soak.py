"""The long ordeal: `make soak`. Ends by itself, and writes what it saw into docs/soak.md.

First every part is killed, frozen and cut off, over and over; then somebody dies at every crash point, over and over.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from tests.faults.checker import KINDS, count, tell
from tests.faults.crowd import Talk
from tests.faults.ordeal import Result, ordeal, percentile
from tests.faults.parts import Parts, database, parts
from tests.faults.points import BY_CHANCE, IN_WORKERS, ON_THE_WEB, Doom
from tests.faults.schedule import Targets, schedule
from tests.support import mariadb
from tests.support.house import ROOT
from tests.support.ports import free_port

REPORT = ROOT / "docs" / "soak.md"
PAUSE_SECONDS = 3.2
"""Between two kills: so each part lives for longer than the supervisor asks of a steady one."""

SPEAKERS_IN_A_ROOM = 4
HEADROOM = 5.0
"""They say more than is needed: as long as a part is away they wait."""

BAR = 30


def main() -> int:
    asked = _asked()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="parley-soak-")))
        sql = None if mariadb.missing() else stack.enter_context(database())
        if sql is None:
            print(f"without MariaDB ({mariadb.missing()}): SQLite", flush=True)
        port = free_port()
        own = {"web2": f"PORT={port} WEB_CONCURRENCY=1 CRASH_POINTS={BY_CHANCE}"}
        twins = {"worker2": "worker", "web2": "web"}
        house = stack.enter_context(parts(folder / "house", sql, twins, own, WEB_CONCURRENCY="2"))
        killed = _by_killing(house, asked)
        died, doom = _at_points(house, asked, port)
        forgotten = asyncio.run(doom.remembered())
        text = report(asked, killed, died, doom, forgotten)
        asked.report.write_text(text)
        print(f"\n{text}\nwritten to {asked.report}")
        (asked.report.with_suffix(".log")).write_text(house.house.log()) if asked.log else None
        bad = bool(killed.faults or died.faults or doom.missed or forgotten)
        return 1 if bad or killed.accepted + died.accepted < asked.messages else 0


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="of everything that is left to chance")
    parser.add_argument("--messages", type=int, default=100_000, help="accepted messages, at least")
    parser.add_argument("--kills", type=int, default=200, help="processes killed with kill -9 at random moments")
    parser.add_argument("--deaths", type=int, default=20, help="deaths at each crash point")
    parser.add_argument("--rooms", type=int, default=3)
    parser.add_argument("--report", type=Path, default=REPORT)
    parser.add_argument("--log", action="store_true", help="keep beside the report what the house printed")
    return parser.parse_args()


def _by_killing(house: Parts, asked: argparse.Namespace) -> Result:
    seconds, stored = asked.kills * PAUSE_SECONDS, ("database",) if house.sql else ()
    everybody = ("web", "web process", "worker", "worker2", "chores", "beat", "valkey", *stored)
    targets = Targets(everybody, ("web process", "worker", "chores", "valkey", *stored), ("clients", "valkey", *stored))
    rate = HEADROOM * asked.messages / seconds / (asked.rooms * SPEAKERS_IN_A_ROOM)
    blows = schedule(asked.seed, seconds, asked.kills, targets)
    talk = Talk(asked.seed, rate=rate, least=asked.messages)
    print(f"{asked.kills} kills in {seconds:.0f} s, each speaker {rate:.0f} messages/s at most", flush=True)
    bar = Bar(seconds)
    return asyncio.run(ordeal(house, blows, talk, rooms=asked.rooms, seconds=seconds, tell=bar))


def _at_points(house: Parts, asked: argparse.Namespace, port: int) -> tuple[Result, Doom]:
    doomed = f"http://127.0.0.1:{port}"
    doom = Doom(house, doomed, times=asked.deaths)
    before, house.struck = house.struck, type(house.struck)()
    print(f"{asked.deaths} deaths at each of {len((*IN_WORKERS, *ON_THE_WEB))} crash points", flush=True)
    talk = Talk(asked.seed + 1, rate=30)
    said = asyncio.run(
        ordeal(house, [], talk, rooms=asked.rooms, bases=[doomed] * 2, seconds=1, tell=Bar(0), meanwhile=doom)
    )
    house.struck = before
    return said, doom


class Bar:
    """How far it is, one line every few seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds, self.began = seconds, time.monotonic()

    def __call__(self, line: str) -> None:
        share = min(1.0, (time.monotonic() - self.began) / self.seconds) if self.seconds else 0.0
        bar = f"[{'=' * int(share * BAR):<{BAR}}] " if self.seconds else ""
        print(f"{bar}{line}", flush=True)


# -- the report --------------------------------------------------------------------------------------------------------
def report(asked: argparse.Namespace, killed: Result, died: Result, doom: Doom, forgotten: Sequence[str]) -> str:
    """What was seen, as a page."""
    faults = [*killed.faults, *died.faults]
    found = count(faults)
    accepted = killed.accepted + died.accepted
    deaths = {point: doom.at(point) for point in (*ON_THE_WEB, *IN_WORKERS)}
    kills = {name: n for name, n in killed.blows.items() if not name.endswith(("frozen", "cut off"))}
    others = {name: n for name, n in killed.blows.items() if name not in kills}
    verdict = f"{found['lost']} lost, {found['duplicated']} twice, {found['reordered']} out of order"
    parts_ = [
        "# The long ordeal",
        "Written by `make soak`; what it does and what it looks for is told in [promises.md](promises.md).",
        (
            f"**{accepted:,} accepted messages, {sum(kills.values())} random kills and {sum(deaths.values())} deaths at"
            f" crash points: {verdict}.**"
        ),
        _machine(asked),
        "## What the checker found",
        _table(("fault", "what it means", "found"), [(kind, KINDS[kind], found[kind]) for kind in KINDS]),
        f"```\n{tell(faults)}\n```" if faults else "",
        f"Rooms that should have been forgotten and were not: {len(forgotten)} of {len(doom.forgotten)}.",
        "## Killed at random",
        (
            f"{killed.accepted:,} accepted ({killed.replayed:,} said again on purpose) in {killed.seconds:.0f} s;"
            f" {killed.settled:.1f} s after the last blow everything was on every screen."
            f" {killed.removed} messages were removed by their hosts. The longest call: {killed.slowest}."
        ),
        _table(("killed with `kill -9`", "times"), kills.items()),
        _table(("stopped or cut off", "times"), others.items()),
        (
            "From a kill to the first message, said after it, that somebody was shown (per room, clients' own pause"
            " before they come back included):"
        ),
        _table(("killed", "samples", "p50", "p99", "longest"), _back(killed.back)),
        'From "accepted" to the author\'s own screen, over everything that happened:',
        _walks(killed),
        "## Dead at every crash point",
        (
            f"{died.accepted:,} accepted ({died.replayed:,} said again on purpose) in {died.seconds:.0f} s;"
            f" {died.settled:.1f} s later everything was on every screen."
        ),
        _table(("crash point", "deaths"), deaths.items()),
        f"Not come by: {', '.join(doom.missed)}." if doom.missed else "",
    ]
    return "\n\n".join(part for part in parts_ if part) + "\n"


def _machine(asked: argparse.Namespace) -> str:
    processor = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    version = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    store = "SQLite" if mariadb.missing() else "MariaDB (flush at commit)"
    return (
        f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, version {version.stdout.strip() or 'unknown'}, seed {asked.seed},"
        f" {asked.rooms} rooms; {store}, embedded Valkey (append-only file, fsync always), 2 + 1 web processes,"
        f" 2 workers; {processor[1] if processor else platform.processor()}, {os.cpu_count()} cores shared with the"
        f" crowd, {platform.system()} {platform.release().partition('-')[0]}, Python {platform.python_version()}."
    )


def _back(back: Mapping[str, Sequence[float]]) -> list[tuple[object, ...]]:
    alone = {name: times for name, times in back.items() if " and " not in name}
    several = [time for name, times in back.items() if " and " in name for time in times]
    everything = [time for times in back.values() for time in times]
    rows = [*sorted(alone.items()), ("several at once", several), ("all", everything)]
    return [
        (name, len(times), f"{percentile(times, 0.5):.2f} s", f"{percentile(times, 0.99):.2f} s", f"{max(times):.2f} s")
        for name, times in rows
        if times
    ]


def _walks(result: Result) -> str:
    shares = ((0.5, "p50"), (0.9, "p90"), (0.99, "p99"), (0.999, "p99.9"), (1.0, "longest"))
    return ", ".join(f"{name} {percentile(result.walks, share):.2f} s" for share, name in shares) + "."


def _table(head: Sequence[str], rows: object) -> str:
    lines = [head, ["---"] * len(head), *rows]  # type: ignore[misc]
    return "\n".join("| " + " | ".join(str(cell) for cell in line) + " |" for line in lines)


if __name__ == "__main__":
    sys.exit(main())
