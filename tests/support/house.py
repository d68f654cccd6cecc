"""Starts the whole house for tests, as `make run` does: real processes, own ports, own folder, 127.0.0.1 only."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
START_SECONDS = 120.0
STOP_SECONDS = 60.0  # by then it has killed whoever would not go, however slow the machine
LOOK_SECONDS = 0.05
OPERATOR_PASSWORD = "a password of the operator"
# What a room needs: without Flower, and without the posts of other networks, a house starts a fifth cheaper.
FOR_A_ROOM = ("valkey", "release", "web", "worker", "chores", "beat")


@dataclass(frozen=True)
class House:
    """A running house."""

    base: str
    folder: Path
    process: subprocess.Popen[bytes]
    printed: Path

    @property
    def sockets(self) -> str:
        """Where its WebSockets are."""
        return self.base.replace("http", "ws", 1)

    def log(self) -> str:
        """All that its processes have printed so far."""
        return self.printed.read_text(errors="replace")


@contextmanager
def open_house(
    folder: Path,
    procfile: Path = ROOT / "Procfile",
    *,
    only: Collection[str] = (),
    without: tuple[str, ...] = (),
    **settings: str,
) -> Iterator[House]:
    """Runs a house as long as the block runs.

    Args:
        folder: where it keeps what it writes.
        procfile: what runs in it, if not what `make run` runs.
        only: the lines of it that run; all, if none is named.
        without: what `/readyz` tells of and this house never has.
        settings: more settings, as in the environment.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port, flower_port, printed = free_port(), free_port(), folder / "printed.txt"
    if only:
        lines = procfile.read_text().splitlines(keepends=True)
        procfile = folder / "Procfile"
        procfile.write_text("".join(line for line in lines if line.split(":")[0] in only))
    own = {"HOST": "127.0.0.1", "PORT": str(port), "FLOWER_PORT": str(flower_port), "VAR_DIR": str(folder / "var")}
    with printed.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.supervisor", "--procfile", str(procfile)],
            cwd=ROOT,
            env=clean_environment() | own | settings,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    house = House(f"http://127.0.0.1:{port}", folder, process, printed)
    try:
        eventually(lambda: _ready(house, without), START_SECONDS, house.log)
        yield house
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ends a house as Ctrl-C does, and sees that it is gone."""
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_SECONDS)
    finally:
        process.kill()
        process.wait()


def clean_environment() -> dict[str, str]:
    """The environment without anything that would point a house at somebody else's servers."""
    ours = {"PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV", "PYTHONPATH"}
    return {name: value for name, value in os.environ.items() if name in ours}


def eventually(holds: Callable[[], object], seconds: float = 30.0, more: Callable[[], str] = str) -> None:
    """Waits until something holds; fails with `more` when the time is up."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, f"not within {seconds} s\n{more()[-4000:]}"
        time.sleep(LOOK_SECONDS)


def _ready(house: House, without: tuple[str, ...]) -> bool:
    assert house.process.poll() is None, house.log()[-4000:]
    try:
        parts = httpx.get(f"{house.base}/readyz", timeout=10).json()["parts"]
    except (httpx.HTTPError, ValueError):
        return False
    return all(state == "ok" for part, state in parts.items() if part not in without)
