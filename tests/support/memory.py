"""How much memory the web process of a house takes while it answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support.house import House


def web_worker(house: House) -> Path:
    """The one process of the house that answers: gunicorn's worker, whose parent is gunicorn, too."""
    gunicorns = {
        entry.name: (entry / "stat").read_text().rpartition(")")[2].split()[1]
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and f"VAR_DIR={house.folder}/var\0" in _of(entry, "environ")
        if "gunicorn" in _of(entry, "cmdline")
    }
    (worker,) = (pid for pid, parent in gunicorns.items() if parent in gunicorns)
    return Path("/proc", worker)


@dataclass(frozen=True)
class Read:
    """What it took to read an answer to its end: the process's memory at its peak, and how long the answer was."""

    peak: int
    size: int


def read(worker: Path, address: str, seconds: float) -> Read:
    """Reads an answer to its end, and sees how much memory the worker had at most meanwhile, in bytes."""
    (worker / "clear_refs").write_text("5")  # the peak begins anew (proc(5))
    with httpx.stream("GET", address, timeout=seconds, trust_env=False) as answer:
        assert answer.status_code == 200, address
        size = sum(map(len, answer.iter_bytes()))
    return Read(memory(worker, "VmHWM"), size)


def memory(worker: Path, line: str = "VmRSS") -> int:
    """What a process has, in bytes; at its peak as VmHWM."""
    status = (worker / "status").read_text()
    return int(status.partition(f"{line}:")[2].split()[0]) * 1024


def _of(process: Path, what: str) -> str:
    try:
        return (process / what).read_text(errors="replace")
    except OSError:  # it has ended meanwhile, or is somebody else's
        return ""
