"""The processes of a running house: which there are, and how one of them is away for a while."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

from tests.support.house import House, eventually

# A process that stood still may find its connections cut and has to make new ones; the machine may be busy.
WELL_AGAIN_SECONDS = 60.0


def words(pid: int) -> list[str]:
    with suppress(OSError):
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode().split("\0")
    return []


def parent(pid: int) -> int:
    with suppress(OSError):
        return int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    return 0


def member(command: list[str]) -> str:
    """Tell which line of the Procfile a process was started by."""
    text = " ".join(command)
    if "gunicorn" in text:
        return "web"
    if "valkey" in text:
        return "valkey"
    named = [word.partition("@")[0] for word in command if "@" in word]
    return named[0] if named else next((name for name in ("beat", "flower") if name in command), "")


def children(house: House) -> dict[str, int]:
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    mine = [pid for pid in pids if parent(pid) == house.process.pid]
    return {name: pid for pid in mine if (name := member(words(pid)))}


@contextmanager
def frozen(house: House, name: str) -> Iterator[None]:
    """Lets one member of the house stand still as long as the block runs, then waits until all is well again."""
    pid = children(house)[name]
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)
        eventually(lambda: _well(house), WELL_AGAIN_SECONDS, house.log)


def _well(house: House) -> bool:
    with suppress(httpx.HTTPError):
        return bool(httpx.get(f"{house.base}/readyz", timeout=10).json()["ready"])
    return False
