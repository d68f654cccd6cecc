"""Runs the whole house on one machine: `make run` starts it, Ctrl-C stops it.

Valkey comes first, then the database's tables, then the web, then everybody else at once. What dies is started again;
when the house stops nobody stays behind.
"""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import json
import os
import signal
import sys
from collections.abc import Coroutine
from pathlib import Path

from honcho.environ import parse_procfile

from config import network, valkey
from config.child import Child
from config.secret_files import private_folder
from config.settings import Settings, settings

WAITS = (0.0, 0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0)
"""How long to wait before starting again what died: at once, then longer as long as it keeps dying."""

STEADY_SECONDS = 10.0
"""What ran so long is steady again."""

STOP_SECONDS = 8.0
"""How long the others may take to end before they are killed; then comes Valkey."""

VALKEY_STOP_SECONDS = 1.5
VALKEY_START_SECONDS = 30.0
RELEASE_SECONDS = 600.0
WEB_START_SECONDS = 60.0
LAST_WORDS_SECONDS = 1.0
"""How long to wait for what an ended process has printed."""

LOOK_SECONDS = 0.05
"""Between two looks whether a server that was just started answers."""

COLOURS = ("36", "33", "32", "35", "34", "96", "93", "92")


class CannotStart(Exception):
    """The house cannot start; the text says why and what to do."""


class Supervisor:
    """The processes of one Procfile, kept alive until it is told to stop."""

    def __init__(self, lines: dict[str, str], folder: Path, chosen: Settings) -> None:
        self.lines = lines
        self.folder = folder
        self.chosen = chosen
        self.children: dict[str, Child] = {}
        self.stopping = asyncio.Event()
        self.hurried = False
        self.flower_port = chosen.flower_port or network.free_port(chosen.flower_host, chosen.port + 555)
        self._tasks: set[asyncio.Task[None]] = set()
        self._width = max(map(len, [*lines, "house"]))
        self._colour = sys.stdout.isatty() and "NO_COLOR" not in os.environ

    # -- the story -----------------------------------------------------------------------------------------------------
    async def run(self) -> int:
        """Start everything in order, keep it alive, stop everything; give the exit status."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._stop_soon)
        loop.add_signal_handler(signal.SIGCHLD, self._look_at_all)
        try:
            await self._until_stopped(self._start())
        except CannotStart as error:
            self.say("house", str(error))
            return 1
        else:
            await self.stopping.wait()
            return 0
        finally:
            await self._stop_all()

    async def _start(self) -> None:
        await self._start_valkey()
        await self._release()
        others = [name for name in self.lines if name not in {"valkey", "release", "web"}]
        if "web" in self.lines:
            self._keep("web")
            await self._await_web()
        for name in others:
            self._keep(name)

    async def _until_stopped(self, story: Coroutine[object, object, None]) -> None:
        """Follow the story to its end, or leave it where it is when told to stop."""
        told = asyncio.create_task(self.stopping.wait())
        telling = asyncio.create_task(story)
        await asyncio.wait({told, telling}, return_when=asyncio.FIRST_COMPLETED)
        told.cancel()
        if telling.done():
            telling.result()
        telling.cancel()

    async def _start_valkey(self) -> None:
        if "valkey" not in self.lines:
            return
        child = self._launch("valkey")
        deadline = child.started_at + VALKEY_START_SECONDS
        while self.chosen.embedded_valkey and not valkey.answers(self.chosen.valkey_socket):
            if not child.lives:
                await self._give_up("valkey", child)
            if asyncio.get_running_loop().time() > deadline:
                raise CannotStart(f"Valkey did not answer within {VALKEY_START_SECONDS:.0f} s.")
            await asyncio.sleep(LOOK_SECONDS)
        self._spawn(self._revive("valkey", child))

    async def _give_up(self, name: str, child: Child) -> None:
        await asyncio.wait({child.reading}, timeout=LAST_WORDS_SECONDS)
        raise CannotStart(f"{name} ended ({_reason(child.ended.result())}); what it said stands above.")

    async def _release(self) -> None:
        if "release" not in self.lines:
            return
        child = self._launch("release")
        try:
            status = await asyncio.wait_for(asyncio.shield(child.ended), RELEASE_SECONDS)
        except TimeoutError:
            raise CannotStart(f"release did not end within {RELEASE_SECONDS:.0f} s.") from None
        if status:
            await self._give_up("release", child)
        del self.children["release"]

    async def _await_web(self) -> None:
        """Wait until a page is served: the others start after it, they would only slow it down."""
        host = "127.0.0.1" if self.chosen.host == "0.0.0.0" else self.chosen.host  # noqa: S104 — not bound, but asked
        deadline = asyncio.get_running_loop().time() + WEB_START_SECONDS
        while not await network.answers(host, self.chosen.port, "/healthz"):
            if asyncio.get_running_loop().time() > deadline:
                self.say(
                    "house", f"web does not answer after {WEB_START_SECONDS:.0f} s; the others start all the same."
                )
                return
            await asyncio.sleep(LOOK_SECONDS)
        self._welcome()

    # -- keeping alive -------------------------------------------------------------------------------------------------
    def _keep(self, name: str) -> None:
        """Start a process now, and again whenever it ends."""
        child = self._launch(name)
        self._spawn(self._revive(name, child))

    async def _revive(self, name: str, child: Child) -> None:
        falls = 0
        while not self.stopping.is_set():
            status = await asyncio.shield(child.ended)
            if self.stopping.is_set():
                return
            lived = asyncio.get_running_loop().time() - child.started_at
            falls = 0 if lived > STEADY_SECONDS else falls
            wait = WAITS[min(falls, len(WAITS) - 1)]
            falls += 1
            self.say("house", f"{name} ended ({_reason(status)}) after {lived:.1f} s; starting it again" + _in(wait))
            await asyncio.sleep(wait)
            if not self.stopping.is_set():
                child = self._launch(name)

    def _launch(self, name: str) -> Child:
        child = Child(self.lines[name], self.folder, self._environment())
        self.children[name] = child
        child.reading = self._spawn(child.read(lambda line: self.say(name, line)))
        return child

    def _environment(self) -> dict[str, str]:
        """Give the children what Procfile lines name, and the Python that runs us."""
        own_programs = str(Path(sys.executable).parent)
        return os.environ | {
            "PATH": os.pathsep.join([own_programs, os.environ.get("PATH", os.defpath)]),
            "PYTHONUNBUFFERED": "1",
            "PORT": str(self.chosen.port),
            "FLOWER_PORT": str(self.flower_port),
            "LOG_LEVEL": self.chosen.log_level,
            "WORKER_THREADS": str(self.chosen.worker_threads),
            "CHORES_THREADS": str(self.chosen.chores_threads),
        }

    def _spawn(self, story: Coroutine[object, object, None]) -> asyncio.Task[None]:
        task = asyncio.create_task(story)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _look_at_all(self) -> None:
        for child in list(self.children.values()):
            child.look()

    # -- stopping ------------------------------------------------------------------------------------------------------
    def _stop_soon(self) -> None:
        """Stop on the first signal, hurry on the second."""
        if self.stopping.is_set():
            self.hurried = True
            for child in self.children.values():
                child.kill()
        self.stopping.set()

    async def _stop_all(self) -> None:
        self.stopping.set()
        self.say("house", "stopping")
        await self._stop([c for name, c in self.children.items() if name != "valkey"], STOP_SECONDS)
        await self._stop([c for name, c in self.children.items() if name == "valkey"], VALKEY_STOP_SECONDS)
        last_words = {child.reading for child in self.children.values()}
        if last_words:
            await asyncio.wait(last_words, timeout=LAST_WORDS_SECONDS)
        for task in list(self._tasks):
            task.cancel()
        self.say("house", "stopped")

    async def _stop(self, children: list[Child], patience: float) -> None:
        alive = [child for child in children if child.lives]
        for child in alive:
            child.terminate()
        if alive and not self.hurried:
            await asyncio.wait([child.ended for child in alive], timeout=patience)
        for child in children:
            child.kill()  # also what an ended one may have left in its group
        if alive:
            await asyncio.wait([child.ended for child in alive], timeout=1.0)

    # -- what it says --------------------------------------------------------------------------------------------------
    def say(self, name: str, line: str) -> None:
        """Print a line with the name of who said it."""
        prefix = f"{name:<{self._width}} |"
        if self._colour:
            position = list(self.lines).index(name) if name in self.lines else -1
            prefix = f"\033[{COLOURS[position % len(COLOURS)]}m{prefix}\033[0m"
            line = readable(line)
        try:
            print(prefix, line, flush=True)
        except OSError:
            self.stopping.set()  # nobody reads us any more

    def _welcome(self) -> None:
        port, elsewhere = self.chosen.port, network.local_address()
        self.say("house", "Parley is up.")
        self.say("house", f"  here            http://localhost:{port}")
        if elsewhere and self.chosen.host in {"0.0.0.0", elsewhere}:  # noqa: S104 — compared, not bound
            self.say("house", f"  other devices   http://{elsewhere}:{port}")
        if self.chosen.public_url:
            self.say("house", f"  everybody       {self.chosen.public_url}")
        if "flower" in self.lines:
            who = f"user {self.chosen.flower_user}, password {self._flower_secret()}"
            self.say("house", f"  Flower          http://localhost:{self.flower_port}   {who}")
        self.say("house", "Ctrl-C stops everything.")

    def _flower_secret(self) -> str:
        """Show the password that was made here; one that was given is known to whoever gave it."""
        return "as set in FLOWER_PASSWORD" if "FLOWER_PASSWORD" in os.environ else self.chosen.flower_password


def readable(line: str) -> str:
    """Turn a line of the JSON log into words for a person at a terminal."""
    if not line.startswith('{"at"'):
        return line
    try:
        said = json.loads(line)
    except ValueError:
        return line
    rest = {k: v for k, v in said.items() if k not in {"at", "level", "logger", "message", "process", "traceback"}}
    words = [said["at"][11:19], said["level"], said["message"], *(f"{key}={value}" for key, value in rest.items())]
    return "  ".join(words) + ("\n" + said["traceback"] if "traceback" in said else "")


def _reason(status: int) -> str:
    return f"signal {signal.Signals(-status).name}" if status < 0 else f"status {status}"


def _in(wait: float) -> str:
    return f" in {wait:g} s" if wait else ""


def lock(folder: Path) -> int:
    """Make sure that the house runs once in this folder; the lock ends with the process that holds it."""
    held = os.open(folder / "lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        process = os.read(held, 20).decode().strip()
        raise CannotStart(f"Parley already runs in {folder.parent} (process {process}).") from None
    os.ftruncate(held, 0)
    os.write(held, f"{os.getpid()}\n".encode())
    return held


def check_port(chosen: Settings) -> None:
    """Make sure that nobody else listens where the web will."""
    if not network.is_free(chosen.host, chosen.port):
        other = chosen.port + 1 if chosen.port < 65535 else 8000
        raise CannotStart(f"Port {chosen.port} is in use by another program. Choose another: PORT={other} make run")


def main() -> None:
    """Read the Procfile and run it."""
    parser = argparse.ArgumentParser(prog="python -m config.supervisor", description=__doc__)
    parser.add_argument("--directory", type=Path, default=Path(), help="where the house is (default: here)")
    parser.add_argument("--procfile", type=Path, default=Path("Procfile"), help="what runs in it (default: Procfile)")
    given = parser.parse_args()
    os.chdir(given.directory)
    chosen = settings()
    try:
        lines = dict(parse_procfile(given.procfile.read_text(encoding="utf-8")).processes)
        lock(private_folder(chosen.var_dir))
        check_port(chosen)
    except (CannotStart, OSError) as error:
        print(f"Parley cannot start: {error}", file=sys.stderr)
        raise SystemExit(1) from None
    raise SystemExit(asyncio.run(_run(lines, chosen)))


async def _run(lines: dict[str, str], chosen: Settings) -> int:
    return await Supervisor(lines, Path.cwd(), chosen).run()


if __name__ == "__main__":
    main()
