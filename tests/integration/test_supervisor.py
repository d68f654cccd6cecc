"""The supervisor, seen from outside: it starts a small house of real processes, which are then killed."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from config import supervisor
from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_SECONDS = supervisor.STOP_SECONDS + supervisor.VALKEY_STOP_SECONDS + supervisor.LAST_WORDS_SECONDS
SLOW_MACHINE_SECONDS = 20.0

MEMBER = """
import http.server, os, pathlib, signal, subprocess, sys, time
what = sys.argv[1]
with open(f"{what}.pids", "a") as pids:
    pids.write(f"{os.getpid()}\\n")
class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(b"here")
    def log_message(self, *rest): pass
class Server(http.server.ThreadingHTTPServer):
    allow_reuse_address = True
if what == "web":
    Server(("127.0.0.1", int(os.environ["PORT"])), Page).serve_forever()
if what == "parent":
    subprocess.run([sys.executable, __file__, "grandchild"])
if what in ("grandchild", "deaf"):
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
if what == "short":
    sys.exit(3)
if what == "tables":
    print("no such table", flush=True)
    sys.exit(pathlib.Path("fail").exists())
if what == "shout":
    print(os.environ["WORKER_THREADS"], "x" * 3_000_000, flush=True)
    print("still here", flush=True)
time.sleep(600)
"""


def eventually(fact: Callable[[], object], within: float = 30.0) -> float:
    """Wait until something is so, and tell how long it took."""
    began = time.monotonic()
    while not fact():
        assert time.monotonic() - began < within, f"not so after {within} s"
        time.sleep(0.02)
    return time.monotonic() - began


def lives(pid: int) -> bool:
    with suppress(OSError):
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    return False


class House:
    """A small house in a folder of its own."""

    def __init__(self, folder: Path, procfile: str) -> None:
        self.folder = folder
        self.port = free_port()
        (folder / "member.py").write_text(MEMBER)
        (folder / "Procfile").write_text(procfile)
        self.process: subprocess.Popen[bytes] | None = None

    def start(self, **environment: str) -> None:
        known = {k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "LANG", "TMPDIR"}}
        with (self.folder / "output").open("ab") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.supervisor"],
                cwd=self.folder,
                env=known | {"PYTHONPATH": str(ROOT), "PORT": str(self.port), "HOST": "127.0.0.1"} | environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def said(self) -> str:
        with suppress(FileNotFoundError):
            return (self.folder / "output").read_text()
        return ""

    def pids(self, member: str) -> list[int]:
        with suppress(FileNotFoundError):
            return [int(line) for line in (self.folder / f"{member}.pids").read_text().split()]
        return []

    def everybody(self) -> list[int]:
        return [int(pid) for file in self.folder.glob("*.pids") for pid in file.read_text().split()]

    def serves(self) -> bool:
        with suppress(OSError):
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/", timeout=5).status == 200
        return False

    def is_up(self, *members: str) -> None:
        eventually(lambda: all(self.pids(m) and lives(self.pids(m)[-1]) for m in members), 60)

    def signal(self, number: int) -> None:
        assert self.process
        self.process.send_signal(number)

    def ended(self, within: float = 60) -> int:
        assert self.process
        return self.process.wait(within)

    def tear_down(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            time.sleep(0.2)  # two signals at once would be one
            self.process.send_signal(signal.SIGTERM)  # the second one hurries
            with suppress(subprocess.TimeoutExpired):
                self.process.wait(60)
            self.process.kill()
            self.process.wait(60)
        for pid in filter(lives, self.everybody()):
            os.kill(pid, signal.SIGKILL)


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Callable[[str], House]]:
    built: list[House] = []

    def build(procfile: str) -> House:
        folder = tmp_path / str(len(built))
        folder.mkdir()
        built.append(House(folder, procfile))
        return built[-1]

    yield build
    for one in built:
        one.tear_down()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=["ctrl-c", "sigterm"])
def test_it_waits_for_nobody_without_end_and_leaves_nobody_behind(house: Callable[[str], House], number: int) -> None:
    here = house("web: python member.py web\nparent: python member.py parent\ndeaf: python member.py deaf\n")
    here.start()
    here.is_up("web", "parent", "grandchild", "deaf")
    began = time.monotonic()
    here.signal(number)
    assert here.ended() == 0
    assert time.monotonic() - began < PATIENCE_SECONDS + SLOW_MACHINE_SECONDS
    assert not [pid for pid in here.everybody() if lives(pid)]


def test_it_stops_before_its_patience_ends_when_everybody_listens(house: Callable[[str], House]) -> None:
    here = house("web: python member.py web\none: python member.py one\n")
    here.start()
    here.is_up("web", "one")
    began = time.monotonic()
    here.signal(signal.SIGTERM)
    assert here.ended() == 0
    assert time.monotonic() - began < supervisor.STOP_SECONDS


def test_a_second_signal_hurries(house: Callable[[str], House]) -> None:
    here = house("deaf: python member.py deaf\n")
    here.start()
    here.is_up("deaf")
    here.signal(signal.SIGINT)
    eventually(lambda: "stopping" in here.said())
    began = time.monotonic()
    here.signal(signal.SIGINT)
    assert here.ended() == 0
    assert time.monotonic() - began < supervisor.STOP_SECONDS
    assert not lives(here.pids("deaf")[-1])


@pytest.mark.faults
def test_whoever_is_killed_is_started_again_at_once_and_the_others_stay(house: Callable[[str], House]) -> None:
    here = house("web: python member.py web\none: python member.py one\nparent: python member.py parent\n")
    here.start()
    here.is_up("web", "one", "parent", "grandchild")
    before = {m: here.pids(m) for m in ("web", "one", "parent", "grandchild")}
    for member in ("web", "one", "parent"):
        os.kill(here.pids(member)[-1], signal.SIGKILL)
        eventually(lambda m=member: len(here.pids(m)) == 2 and lives(here.pids(m)[-1]))  # type: ignore[misc]
    eventually(here.serves)
    again = [line for line in here.said().splitlines() if "starting it again" in line]
    assert len(again) == 3
    assert all(line.endswith("starting it again") for line in again), "somebody was waited with"
    assert not lives(before["grandchild"][0])  # it went with its parent
    assert [len(here.pids(m)) for m in ("web", "one", "parent")] == [2, 2, 2]


def test_what_keeps_dying_is_started_less_and_less_often(house: Callable[[str], House]) -> None:
    here = house("short: python member.py short\n")
    here.start()
    eventually(lambda: "starting it again in 2 s" in here.said(), 60)
    assert "short ended (status 3)" in here.said()
    assert len(here.pids("short")) == 4


@pytest.mark.faults
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent was killed")
def test_nobody_survives_a_supervisor_that_was_killed(house: Callable[[str], House]) -> None:
    here = house("web: python member.py web\ndeaf: python member.py deaf\nvalkey: python -m config.valkey\n")
    here.start()
    here.is_up("web", "deaf")
    here.signal(signal.SIGKILL)
    here.ended()
    eventually(lambda: not [pid for pid in here.everybody() if lives(pid)])
    here.start()  # and nothing is in the way of the next start
    eventually(lambda: len(here.pids("deaf")) == 2)


def test_a_failed_release_stops_the_start_with_what_it_said(house: Callable[[str], House]) -> None:
    here = house("web: python member.py web\nrelease: python member.py tables\n")
    (here.folder / "fail").touch()
    here.start()
    assert here.ended() == 1
    assert "release | no such table" in here.said()
    assert "release ended (status 1)" in here.said()
    assert here.pids("web") == []


def test_a_second_start_in_the_same_folder_is_refused(house: Callable[[str], House]) -> None:
    here = house("web: python member.py web\n")
    here.start()
    here.is_up("web")
    first = here.process
    assert first
    here.start()
    assert here.ended() == 1
    assert f"already runs in {here.folder} (process {first.pid})" in here.said()
    here.process = first
    assert here.serves()


def test_a_port_in_use_is_named_with_what_to_type_instead(house: Callable[[str], House]) -> None:
    here = house("web: python member.py web\n")
    with socket.socket() as other:
        other.bind(("127.0.0.1", here.port))
        other.listen()
        here.start()
        assert here.ended() == 1
    assert f"Port {here.port} is in use" in here.said()
    assert f"PORT={here.port + 1} make run" in here.said()


def test_wrong_settings_stop_it_with_status_two_and_no_traceback(house: Callable[[str], House]) -> None:
    here = house("web: python member.py web\n")
    here.start(LOG_LEVEL="loud")
    assert here.ended() == 2
    assert "LOG_LEVEL is 'loud'" in here.said()
    assert "Traceback" not in here.said()


def test_two_houses_never_meet(house: Callable[[str], House]) -> None:
    one, two = (
        house("web: python member.py web\nvalkey: python -m config.valkey\n"),
        house("web: python member.py web\nvalkey: python -m config.valkey\n"),
    )
    for here in (one, two):
        here.start()
    for here in (one, two):
        here.is_up("web")
        eventually(here.serves)
    one.signal(signal.SIGTERM)
    one.ended()
    assert two.serves()
    assert (two.folder / "var" / "valkey.sock").is_socket()


def test_it_makes_var_and_the_secrets_for_its_owner_only_and_keeps_them(house: Callable[[str], House]) -> None:
    here = house("web: python member.py web\nflower: python member.py one\n")
    here.start()
    here.is_up("web", "one")
    secrets = {name: here.folder / "var" / name for name in ("secret_key", "flower_password")}
    assert (here.folder / "var").stat().st_mode & 0o777 == 0o700
    assert [file.stat().st_mode & 0o777 for file in secrets.values()] == [0o600, 0o600]
    assert secrets["flower_password"].read_text().strip() in here.said()
    before = secrets["secret_key"].read_text()
    here.signal(signal.SIGTERM)
    here.ended()
    here.start()
    eventually(lambda: len(here.pids("web")) == 2)
    assert secrets["secret_key"].read_text() == before


def test_a_password_that_was_given_is_not_printed(house: Callable[[str], House]) -> None:
    here = house("web: python member.py web\nflower: python member.py one\n")
    here.start(FLOWER_PASSWORD="a long one of my own")
    eventually(lambda: "Ctrl-C" in here.said())
    assert "a long one of my own" not in here.said()


def test_a_line_without_end_does_not_silence_the_rest(house: Callable[[str], House]) -> None:
    here = house("shout: python member.py shout\n")
    here.start(WORKER_THREADS="7")
    eventually(lambda: "still here" in here.said())


@pytest.mark.faults
def test_valkey_comes_back_with_everything_it_knew(house: Callable[[str], House]) -> None:
    from config import valkey

    here = house("web: python member.py web\nvalkey: python -m config.valkey\n")
    here.start()
    here.is_up("web")
    path = here.folder / "var" / "valkey.sock"
    assert valkey.ask(path, "SET", "kept", "yes") == ["+OK"]
    server = int(next(line for line in valkey_info(path) if line.startswith("process_id:")).partition(":")[2])
    os.kill(server, signal.SIGKILL)
    eventually(lambda: not lives(server) and valkey.answers(path))
    assert valkey.ask(path, "APPEND", "kept", "!") == [":4"]
    assert len(here.pids("web")) == 1


def valkey_info(path: Path) -> list[str]:
    with socket.socket(socket.AF_UNIX) as connection:
        connection.connect(str(path))
        connection.sendall(b"INFO server\r\n")
        return connection.recv(65536).decode().splitlines()


def test_it_needs_no_home(house: Callable[[str], House], tmp_path: Path) -> None:
    here = house("web: python member.py web\n")
    here.start(HOME=str(tmp_path / "nowhere"))
    eventually(here.serves)
