"""Starts a MariaDB server for tests: its own folder, its own port on this machine only, ended by its process id."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.support.ports import free_port

START_SECONDS = 120
STOP_SECONDS = 60
USER, PASSWORD = "parley", "only-for-tests"


@dataclass(frozen=True)
class MariaDB:
    """A running server."""

    pid: int
    port: int
    socket: Path

    def url(self, database: str) -> str:
        """Spell the address of one of its databases as a hosting add-on does."""
        return f"mysql://{USER}:{PASSWORD}@127.0.0.1:{self.port}/{database}?reconnect=true"

    def run(self, sql: str) -> str:
        """Run statements as the administrator."""
        client = [_program("mariadb"), "--no-defaults", f"--socket={self.socket}", "--user=root", "--batch", "-N"]
        done = subprocess.run(client, input=sql, text=True, capture_output=True, check=False, timeout=60)
        if done.returncode:
            raise RuntimeError(done.stderr)
        return done.stdout

    def let_in(self) -> None:
        """Make the user whom the addresses name."""
        self.run(f"CREATE USER '{USER}'@'127.0.0.1' IDENTIFIED BY '{PASSWORD}'")

    def make(self, database: str) -> str:
        """Make an empty database and give its address."""
        self.run(f"CREATE DATABASE `{database}`; GRANT ALL ON `{database}`.* TO '{USER}'@'127.0.0.1'")
        return self.url(database)

    def drop(self, database: str) -> None:
        """Drop a database."""
        self.run(f"DROP DATABASE IF EXISTS `{database}`")


def missing() -> str | None:
    """Say what is needed for a MariaDB server and is not here; None if nothing is."""
    programs = [name for name in ("mariadbd", "mariadb-install-db", "mariadb") if not _find(name)]
    modules = [] if importlib.util.find_spec("MySQLdb") else ["the Python module MySQLdb (package mysqlclient)"]
    return f"not installed: {', '.join(programs + modules)}" if programs or modules else None


def required() -> bool:
    """Say whether a run without MariaDB is a failed run."""
    return "mariadb" in os.environ.get("PARLEY_REQUIRE", "")


@contextmanager
def server() -> Iterator[MariaDB]:
    """Run a server as long as the block runs."""
    folder = Path(tempfile.mkdtemp(prefix="parley-mariadb-"))
    try:
        install(folder)
        with _running(folder) as maria:
            yield maria
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def install(folder: Path) -> None:
    """Make the files of a server that knows nobody but the administrator."""
    options = [
        f"--datadir={folder / 'data'}",
        "--auth-root-authentication-method=normal",
        "--skip-test-db",
        # Servers that start in the same instant would delete each other's temporary tables in /tmp.
        f"--tmpdir={folder}",
        *_as_root(),
    ]
    arguments = [_program("mariadb-install-db"), "--no-defaults", *options]
    done = subprocess.run(arguments, capture_output=True, text=True, check=False, timeout=START_SECONDS)
    if done.returncode:
        raise RuntimeError(done.stdout + done.stderr)


@contextmanager
def _running(folder: Path) -> Iterator[MariaDB]:
    port, path = free_port(), folder / "server.sock"
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command(folder, port, path), stdout=log, stderr=log, stdin=subprocess.DEVNULL)
    try:
        maria = MariaDB(process.pid, port, path)
        await_answer(maria, process, folder / "log")
        maria.let_in()
        yield maria
    finally:
        stop(process)


def command(folder: Path, port: int, path: Path) -> list[str]:
    """Spell what starts a server."""
    places = [f"--datadir={folder / 'data'}", f"--socket={path}", f"--pid-file={folder / 'pid'}", f"--tmpdir={folder}"]
    network = ["--bind-address=127.0.0.1", f"--port={port}", "--skip-name-resolve"]
    small = ["--innodb-buffer-pool-size=64M", "--innodb-log-file-size=16M", "--innodb-flush-log-at-trx-commit=1"]
    return [*_ending_with_us(), _program("mariadbd"), "--no-defaults", *places, *network, *small, *_as_root()]


def await_answer(maria: MariaDB, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until a server that was started answers; raise RuntimeError with its log if it does not."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            maria.run("SELECT 1")
            return
        except RuntimeError:
            time.sleep(0.05)  # there is nothing to wait on: the server tells nobody that it has started
    raise RuntimeError(f"MariaDB did not start:\n{log.read_text(errors='replace')}")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server, if need be by force."""
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _ending_with_us() -> list[str]:
    """Ask Linux to end the server when the tests are killed and cannot do it themselves."""
    return [setpriv, "--pdeathsig", "TERM"] if (setpriv := _find("setpriv")) else []


def _as_root() -> list[str]:
    return ["--user=root"] if os.geteuid() == 0 else []


def _find(name: str) -> str | None:
    return shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin:/usr/local/mysql/bin")


def _program(name: str) -> str:
    found = _find(name)
    if not found:
        raise RuntimeError(f"{name} is not installed")
    return found
