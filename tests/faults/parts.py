"""The parts of a house, each of which can be killed, frozen and cut off; its database is brought back by us."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from honcho.environ import parse_procfile

from config import addresses, valkey
from tests.support import mariadb
from tests.support.house import ROOT, House, eventually, open_house
from tests.support.ports import free_port

PART = "PARLEY_PART"
LINES = ("web", "worker", "chores", "beat", "valkey")
KILLED = -signal.SIGKILL


def procfile(folder: Path, twins: Mapping[str, str], own: Mapping[str, str]) -> Path:
    """Writes a Procfile of the lines that an ordeal needs, each marked with its name.

    Args:
        folder: where to.
        twins: another name → the line that it is like.
        own: settings of one line alone: its name → "NAME=value …".
    """
    lines = dict(parse_procfile((ROOT / "Procfile").read_text()).processes)
    chosen = {name: lines[name] for name in ("release", *LINES)}
    for name, like in twins.items():
        chosen[name] = lines[like].replace(f"-n {like}@", f"-n {name}@")
    path = folder / "Procfile"
    path.write_text("".join(f"{n}: env {PART}={n} {own.get(n, '')} {line}\n" for n, line in chosen.items()))
    return path


@dataclass
class Database:
    """A MariaDB server that is started again after it was killed.

    One thread starts it and stays: Linux ends the server when the thread that has started it ends.
    """

    folder: Path
    port: int
    process: subprocess.Popen[bytes] = field(init=False)
    away: float = 0.5
    _over: threading.Event = field(default_factory=threading.Event)
    _there: threading.Event = field(default_factory=threading.Event)

    def __post_init__(self) -> None:
        self._keeper = threading.Thread(target=self._keep, daemon=True)
        self._keeper.start()
        self.wait()

    @property
    def server(self) -> mariadb.MariaDB:
        return mariadb.MariaDB(self.process.pid, self.port, self.folder / "server.sock")

    def strike(self, away: float) -> bool:
        """Kills it, to be back after a while; says whether it was there."""
        if not self._there.is_set():
            return False
        self._there.clear()
        self.away = away
        self.process.kill()
        return True

    def cut(self) -> None:
        """Ends every connection to it."""
        with suppress(RuntimeError):
            ids = self.server.run(f"SELECT id FROM information_schema.processlist WHERE user = '{mariadb.USER}'")
            self.server.run("".join(f"KILL CONNECTION {each};" for each in ids.split()))

    def wait(self) -> None:
        """Waits until it answers."""
        self._there.wait(mariadb.START_SECONDS)
        mariadb.await_answer(self.server, self.process, self.folder / "log")

    def end(self) -> None:
        """Stops it for good."""
        self._over.set()
        mariadb.stop(self.process)
        self._keeper.join()

    def _keep(self) -> None:
        while not self._over.is_set():
            with (self.folder / "log").open("ab") as log:
                command = mariadb.command(self.folder, self.port, self.folder / "server.sock")
                self.process = subprocess.Popen(command, stdout=log, stderr=log, stdin=subprocess.DEVNULL)
            self._there.set()
            self.process.wait()
            self._over.wait(self.away)


@contextmanager
def database() -> Iterator[Database]:
    """A MariaDB server that may be killed, as long as the block runs."""
    folder = Path(tempfile.mkdtemp(prefix="parley-faults-"))
    try:
        mariadb.install(folder)
        running = Database(folder, free_port())
        try:
            running.server.let_in()
            yield running
        finally:
            running.end()
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@dataclass
class Parts:
    """Everybody in a house by name, and what was done to them."""

    house: House
    sql: Database | None = None
    struck: Counter[str] = field(default_factory=Counter)
    frozen: set[int] = field(default_factory=set)

    @property
    def valkey_socket(self) -> Path:
        return addresses.socket_path(self.house.folder / "var")

    @property
    def sqlalchemy_url(self) -> str:
        """Where what was kept can be read."""
        if self.sql:
            return addresses.sqlalchemy(self.sql.server.url("parley"))
        return f"sqlite:///{self.house.folder / 'var' / 'parley.sqlite3'}"

    def ask(self, *words: str) -> list[str]:
        """One command to Valkey."""
        return valkey.ask(self.valkey_socket, *words)

    # -- who is there
    def pid(self, name: str) -> int | None:
        """The process of a part: of "web process" one of those that serve, of "database" the server."""
        if name == "database":
            return self.sql.process.pid if self.sql else None
        if name == "web process":
            serving = children(self.pid("web") or -1)
            return serving[0] if serving else None
        return self._named().get(name)

    def _named(self) -> dict[str, int]:
        return {name: pid for pid in children(self.house.process.pid) if (name := _part(pid))}

    # -- what is done to them
    def kill(self, name: str, away: float = 0.5) -> bool:
        """Kills a part as `kill -9` does; the supervisor brings it back, and we the database."""
        if name == "database":
            if self.sql is None or not self.sql.strike(away):
                return False
        elif not _signal(self.pid(name), signal.SIGKILL):
            return False
        self.struck[name] += 1
        return True

    def freeze(self, name: str) -> int | None:
        """Stops a part where it is; answers its process, for `thaw`."""
        pid = self.pid(name)
        if pid is None or not _signal(pid, signal.SIGSTOP):
            return None
        self.frozen.add(pid)
        self.struck[f"{name} frozen"] += 1
        return pid

    def thaw(self, pid: int) -> None:
        """Lets it go on."""
        self.frozen.discard(pid)
        _signal(pid, signal.SIGCONT)

    def cut(self, name: str) -> None:
        """Ends every connection to a part."""
        self.struck[f"{name} cut off"] += 1
        if name == "database" and self.sql:
            self.sql.cut()
        elif name == "valkey":
            for kind in ("normal", "pubsub"):
                with suppress(OSError):
                    self.ask("CLIENT", "KILL", "TYPE", kind)

    def heal(self) -> None:
        """Everybody goes on, and everybody who was killed is waited for."""
        for pid in list(self.frozen):
            self.thaw(pid)
        expected = set(parse_procfile((self.house.folder / "Procfile").read_text()).processes) - {"release"}
        eventually(lambda: expected <= set(self._named()), 60, self.house.log)
        if self.sql:
            self.sql.wait()


def _signal(pid: int | None, number: int) -> bool:
    if pid is None:
        return False
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def _part(pid: int) -> str:
    """The name of a part: from its environment, or, of Valkey, which writes over its own, from its command."""
    with suppress(OSError):
        for pair in Path(f"/proc/{pid}/environ").read_bytes().decode(errors="replace").split("\0"):
            if pair.startswith(f"{PART}="):
                return pair.partition("=")[2]
        return "valkey" if b"valkey" in Path(f"/proc/{pid}/cmdline").read_bytes() else ""
    return ""


def children(pid: int) -> list[int]:
    """The processes that one has started."""
    found: list[int] = []
    for place in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(place.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(place.parent.name))
    return sorted(found)


@contextmanager
def parts(
    folder: Path,
    sql: Database | None = None,
    twins: Mapping[str, str] | None = None,
    own: Mapping[str, str] | None = None,
    **more: str,
) -> Iterator[Parts]:
    """A house with its own Valkey and SQLite, or the database that is given.

    Args:
        folder: where it keeps what it writes.
        sql: its database, if it is not SQLite.
        twins: another name → the line of the Procfile that it is like.
        own: settings of one line alone.
        more: settings of all.
    """
    folder.mkdir(parents=True, exist_ok=True)
    chosen = {
        # The crowd says more in a second than a person does.
        "SOCKET_BYTES_A_SECOND": "4194304",
        "WORKER_THREADS": "2",
        "LOG_LEVEL": "warning",
    }
    if sql:
        chosen["DATABASE_URL"] = sql.server.make("parley")
    with open_house(folder, procfile(folder, twins or {}, own or {}), **(chosen | more)) as house:
        found = Parts(house, sql)
        try:
            yield found
        finally:
            for pid in list(found.frozen):
                found.thaw(pid)
