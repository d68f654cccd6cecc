"""The machine that measures, by name, and what its processes have used of it."""

from __future__ import annotations

import os
import platform
import resource
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE_BYTES = os.sysconf("SC_PAGE_SIZE")


def named() -> str:
    """The machine in one line: without it a figure says nothing."""
    system = f"{platform.system()} {platform.release().split('-')[0]}"
    return f"machine: {os.cpu_count()} cores, {_processor()}, {system}, Python {platform.python_version()}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{names[0]} ({platform.machine()})" if names else platform.machine()


def many_files(wanted: int) -> int:
    """Raises the limit of open files as far as this process may; answers how far that is."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft < most:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return max(soft, most)


def cpu_seconds(pid: int) -> float:
    """What one process has used of the processor so far, in user and system time; 0 when it has ended."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / TICKS


def memory_bytes(pid: int) -> int:
    """What one process has of its own: resident, without pages that it shares with others (Linux 4.14 and later)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def family(pid: int) -> list[int]:
    """A process and all that have come from it."""
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, look = [], [pid]
    while look:
        found.append(look.pop())
        look += parents.get(found[-1], [])
    return found


def part_of_house(pid: int) -> str:
    """Which part of the house a process is, by its command line."""
    try:
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return "ended"
    signs = {
        "worker@": "worker",
        "chores@": "chores",
        "stream@": "stream",
        " beat": "beat",
        " flower": "flower",
        "app.web": "web",
        "parley-web": "web",
        "valkey-server": "valkey",
        "config.valkey": "valkey",
        "redis-server": "valkey",
        "config.supervisor": "supervisor",
    }
    return next((part for sign, part in signs.items() if sign in command), command[:20])


@dataclass(frozen=True)
class Usage:
    """What each part had used at one moment."""

    seconds: dict[str, float]

    @classmethod
    def of(cls, parts: dict[str, Iterable[int]]) -> Usage:
        """Look at parts, each with its processes."""
        return cls({part: sum(map(cpu_seconds, pids)) for part, pids in parts.items()})

    def since(self, before: Usage) -> dict[str, float]:
        """What each part used from another moment to this one, the busiest first."""
        used = {part: now - before.seconds.get(part, 0.0) for part, now in self.seconds.items()}
        return dict(sorted(used.items(), key=lambda item: -item[1]))


def parts_of_house(pid: int) -> dict[str, list[int]]:
    """The processes of a house by part, from its supervisor down."""
    parts: dict[str, list[int]] = {}
    for each in family(pid):
        parts.setdefault(part_of_house(each), []).append(each)
    return parts
