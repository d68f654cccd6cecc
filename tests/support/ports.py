"""Ports for tests: nobody else's, and nobody's later, until this process ends.

Asking the system for any free port, closing it and using it a moment later fails now and then: in between another test
may be given the same one, or a client's outgoing connection may leave from it. So ours lie below those that the system
gives away by itself, and a locked file says that one is taken.
"""

from __future__ import annotations

import fcntl
import os
import random
import socket
import tempfile
from pathlib import Path

LOWEST, TRIES = 15_000, 2_000
USUAL_FIRST_OF_THE_SYSTEM = 32_768

_kept: dict[int, int] = {}
"""The ports that this process has reserved, each with the open file whose lock says so."""


def free_port() -> int:
    """A port on 127.0.0.1 that nobody uses, and that no other test will be given as long as this process lives."""
    first = _first_of_the_system()
    for port in random.sample(range(LOWEST, first), min(TRIES, first - LOWEST)):
        if port not in _kept and (lock := _locked(port)) is not None:
            if _is_free(port):
                _kept[port] = lock
                return port
            os.close(lock)
    raise RuntimeError(f"no free port from {LOWEST} to {first}")


def _first_of_the_system() -> int:
    """The lowest port that the system gives to outgoing connections (Linux tells; elsewhere they lie higher)."""
    try:
        first = int(Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split()[0])
    except (OSError, ValueError):
        return USUAL_FIRST_OF_THE_SYSTEM
    return first if first > LOWEST + TRIES else 65_536


def _locked(port: int) -> int | None:
    folder = Path(tempfile.gettempdir()) / f"parley-test-ports-{os.getuid()}"
    folder.mkdir(exist_ok=True)
    lock = os.open(folder / str(port), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(lock)
        return None
    return lock


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
