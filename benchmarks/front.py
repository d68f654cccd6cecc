"""The front of the house alone: Valkey and the web, without workers, so that nothing else is measured."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.machine import memory_bytes, parts_of_house
from config import addresses
from tests.support.house import ROOT, clean_environment, eventually
from tests.support.ports import free_port

PARTS = ("valkey", "release", "web")


@dataclass(frozen=True)
class Front:
    """A running front."""

    port: int
    pid: int
    redis_url: str

    @property
    def base(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.port}"

    def web(self) -> list[int]:
        """The web's processes, without the one that only watches over them."""
        watcher, *others = sorted(parts_of_house(self.pid)["web"])
        return others or [watcher]

    def web_memory(self) -> int:
        """Bytes that the web's processes have of their own."""
        return sum(map(memory_bytes, self.web()))

    def make_room(self) -> str:
        """A new room's name."""
        made = httpx.post(f"{self.base}/api/v1/rooms", json={"title": "A full hall", "ttl": "1h"}, timeout=30)
        return str(made.raise_for_status().json()["room"]["name"])


@contextmanager
def open_front(folder: Path, **settings: str) -> Iterator[Front]:
    """Runs a front as long as the block runs, and points this process at its Redis."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = (ROOT / "Procfile").read_text().splitlines()
    procfile, printed = folder / "Procfile", folder / "printed.txt"
    procfile.write_text("\n".join(line for line in lines if line.partition(":")[0] in PARTS))
    port, var = free_port(), folder / "var"
    redis_url = f"unix://{addresses.socket_path(var)}"
    own = {"HOST": "127.0.0.1", "PORT": str(port), "VAR_DIR": str(var)}
    # As rare as may be, so that it seldom stands between the bytes that are compared.
    own |= {"PING_SECONDS": "50"}
    with printed.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "config.supervisor", "--procfile", str(procfile)],
            cwd=ROOT,
            env=clean_environment() | own | settings,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    front = Front(port, process.pid, redis_url)
    try:
        eventually(lambda: _serves(front, process), 60, printed.read_text)
        yield front
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


def use_redis(url: str) -> None:
    """Points this process's bus at a Redis."""
    from app.bus import connection
    from config.settings import settings

    os.environ["REDIS_URL"] = url
    for remembered in (settings, connection.redis, connection.script):
        remembered.cache_clear()


def _serves(front: Front, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "the front has ended"
    try:
        return httpx.get(f"{front.base}/healthz", timeout=2).is_success
    except httpx.HTTPError:
        return False
