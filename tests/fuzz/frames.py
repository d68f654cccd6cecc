"""Looks for bytes that a socket trips over, guided by what of its code they reach: `python -m tests.fuzz.frames`.

Whatever a stranger sends after the handshake, the socket hands on whole messages within its limit, answers, or closes;
nothing is raised, and reading ends when the stranger has gone. Options are libFuzzer's.
"""

from __future__ import annotations

import sys
from math import inf
from types import SimpleNamespace
from typing import Any

import atheris
import gevent
from gevent import socket

with atheris.instrument_imports(include=["app.web.socket", "wsproto"]):
    from wsproto.connection import Connection, ConnectionType

    from app.web.socket import Limits, Socket

MESSAGE_MAX = 512
SECONDS = 10


def any_bytes(data: bytes) -> None:
    """Sends the bytes through a real connection and goes."""
    ours, theirs = socket.socketpair()
    taken: Any = SimpleNamespace(sock=ours, ws=Connection(ConnectionType.SERVER), connected=True)
    limits = Limits(message_bytes=MESSAGE_MAX, buffer_bytes=65536, bytes_a_second=inf)
    stranger = gevent.spawn(_send, theirs, data)
    try:
        with gevent.Timeout(SECONDS), Socket(taken, limits) as here:
            for message in here.messages():
                size = len(message.encode() if isinstance(message, str) else message)
                if size > MESSAGE_MAX:
                    raise AssertionError(f"a message of {size} bytes was handed on")
                here.echo(message)
    finally:
        stranger.kill()
        ours.close()
        theirs.close()


def _send(theirs: Any, data: bytes) -> None:
    try:
        theirs.sendall(data)
        theirs.shutdown(socket.SHUT_WR)
        while theirs.recv(65536):
            pass
    except OSError:
        pass  # it was closed on the stranger, as it may be


if __name__ == "__main__":
    atheris.Setup(sys.argv, any_bytes)
    atheris.Fuzz()
