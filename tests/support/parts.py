"""The parts that a house stands on, each of which a test may kill, freeze and bring back: MariaDB and Redis."""

from __future__ import annotations

import os
import signal
import subprocess
import tempfile
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import rmtree
from typing import TypeVar

from redis import Redis
from redis.exceptions import RedisError

from config import valkey
from tests.support import mariadb
from tests.support.house import eventually
from tests.support.ports import free_port

START_SECONDS = 120


class Part(ABC):
    """A server with files of its own; what it has promised to keep it has kept when it comes back."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.port = free_port()
        self.process: subprocess.Popen[bytes] | None = None

    @abstractmethod
    def command(self) -> list[str]:
        """What starts it."""

    @abstractmethod
    def answers(self) -> bool:
        """Whether it is there."""

    def start(self) -> None:
        """Starts it and waits until it answers."""
        with (self.folder / "printed.txt").open("ab") as output:
            self.process = subprocess.Popen(
                self.command(), stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
            )
        eventually(self.answers, START_SECONDS, (self.folder / "printed.txt").read_text)

    def kill(self) -> None:
        """kill -9."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    @contextmanager
    def dead(self) -> Iterator[None]:
        """It is killed, and comes back when the block ends."""
        self.kill()
        try:
            yield
        finally:
            self.start()

    @contextmanager
    def frozen(self) -> Iterator[None]:
        """It stands still, its connections open, until the block ends."""
        assert self.process
        os.kill(self.process.pid, signal.SIGSTOP)
        try:
            # The signal is sent, and some of its threads may still answer.
            eventually(lambda: all(state == "T" for state in self._states()))
            yield
        finally:
            os.kill(self.process.pid, signal.SIGCONT)

    def _states(self) -> list[str]:
        assert self.process
        stats = Path(f"/proc/{self.process.pid}/task").glob("*/stat")
        return [stat.read_text().rpartition(") ")[2][0] for stat in stats]


class Maria(Part):
    """A MariaDB server."""

    @property
    def server(self) -> mariadb.MariaDB:
        """The same server, as something to ask."""
        return mariadb.MariaDB(self.process.pid if self.process else 0, self.port, self.folder / "server.sock")

    def command(self) -> list[str]:
        return mariadb.command(self.folder, self.port, self.folder / "server.sock")

    def answers(self) -> bool:
        try:
            return bool(self.server.run("SELECT 1"))
        except RuntimeError:
            return False


class Valkey(Part):
    """A Valkey server that keeps what it is told."""

    @property
    def url(self) -> str:
        """Where it is."""
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        place = ("--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self.folder))
        return [valkey.binary(), *place, "--appendonly", "yes", "--appendfsync", "always", "--save", ""]

    def answers(self) -> bool:
        try:
            with Redis(port=self.port) as client:
                return bool(client.ping())
        except RedisError:
            return False


@contextmanager
def a_maria() -> Iterator[Maria]:
    """A MariaDB server as long as the block runs."""
    with _folder() as folder:
        mariadb.install(folder)
        with _running(Maria(folder)) as maria:
            maria.server.let_in()
            yield maria


@contextmanager
def a_valkey() -> Iterator[Valkey]:
    """A Valkey server as long as the block runs."""
    with _folder() as folder, _running(Valkey(folder)) as server:
        yield server


AnyPart = TypeVar("AnyPart", Maria, Valkey)


@contextmanager
def _running(part: AnyPart) -> Iterator[AnyPart]:
    try:
        part.start()
        yield part
    finally:
        part.kill()


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="parley-part-"))
    try:
        yield folder
    finally:
        rmtree(folder, ignore_errors=True)
