"""A transcript is sent as it is read: how long it is makes no difference to the memory of the web process."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.integration.web.filled import fill
from tests.support.client import Venue, browser, make_room
from tests.support.house import House

FEW, MANY = 2_000, 60_000
MORE_BYTES = 4_000_000  # what the allocator may keep; every large file with all messages is over twice as large
SECONDS = 60


@pytest.fixture(scope="module")
def rooms(house: House) -> tuple[Venue, Venue]:
    """A small room and a large one."""
    with browser(house.base) as http:
        small, large = make_room(house.base, http), make_room(house.base, http)
    fill(house, small.name, FEW)
    fill(house, large.name, MANY)
    return small, large


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


def _of(process: Path, what: str) -> str:
    try:
        return (process / what).read_text(errors="replace")
    except OSError:  # it has ended meanwhile, or is somebody else's
        return ""


def peak_while_read(worker: Path, venue: Venue, form: str) -> tuple[int, int]:
    """How much memory the worker had at most while a form was read to its end, and how long that was, in bytes."""
    (worker / "clear_refs").write_text("5")  # the peak begins anew (proc(5))
    size = 0
    with httpx.stream("GET", f"{venue.base}/{venue.name}/transcript{form}", timeout=SECONDS, trust_env=False) as answer:
        assert answer.status_code == 200
        for piece in answer.iter_bytes():
            size += len(piece)
    status = (worker / "status").read_text()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024, size


@pytest.mark.parametrize("form", ["", ".txt", ".csv", ".json", "?only=questions"])
def test_a_transcript_thirty_times_as_long_takes_no_more_memory(
    house: House, rooms: tuple[Venue, Venue], form: str
) -> None:
    (small, large), worker = rooms, web_worker(house)
    peak_while_read(worker, small, form)  # whatever is made at the first use is made
    before, length = peak_while_read(worker, small, form)
    after, long_length = peak_while_read(worker, large, form)
    assert long_length > length * 25, "both were read to their ends"
    assert after - before < MORE_BYTES
