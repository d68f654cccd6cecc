"""What no suite asks: one client's way of sending must not cost a word of its own, or the others their turn."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest
from websockets.frames import Close, CloseCode, Frame, Opcode
from websockets.sync.client import ClientConnection, connect

from tests.conformance.fuzzing import web

ANSWERS = 5
ANSWER_SECONDS = 20.0
CLOSE = Frame(Opcode.CLOSE, Close(CloseCode.NORMAL_CLOSURE, "").serialize())
MISTAKE = b"\x8f\x80\x00\x00\x00\x00"  # a frame of a kind that does not exist


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with web(tmp_path_factory.mktemp("manners")) as address:
        yield address


@pytest.fixture
def ada(address: str) -> Iterator[ClientConnection]:
    with connect(f"ws://{address}/ws/echo", compression=None, proxy=None, close_timeout=1) as connection:
        yield connection


def in_one_piece(*frames: Frame) -> bytes:
    return b"".join(frame.serialize(mask=True) for frame in frames)


def test_what_is_said_right_before_a_close_is_heard(ada: ClientConnection) -> None:
    ada.socket.sendall(in_one_piece(Frame(Opcode.TEXT, b"a last word"), CLOSE))
    assert ada.recv(timeout=30) == "a last word"


def test_what_is_said_right_before_a_mistake_is_heard(ada: ClientConnection) -> None:
    ada.socket.sendall(in_one_piece(Frame(Opcode.TEXT, b"a last word")) + MISTAKE)
    assert ada.recv(timeout=30) == "a last word"


def test_a_flood_of_empty_pieces_does_not_keep_the_others_waiting(address: str, ada: ClientConnection) -> None:
    ada.socket.sendall(in_one_piece(Frame(Opcode.TEXT, b"", fin=False)))
    over = threading.Event()
    flood = threading.Thread(target=_flood, args=(ada.socket, over))
    flood.start()
    try:
        for _ in range(ANSWERS):
            assert httpx.get(f"http://{address}/healthz", timeout=ANSWER_SECONDS).status_code == 200
    finally:
        over.set()
        flood.join()


def _flood(connection: socket.socket, over: threading.Event) -> None:
    pieces = in_one_piece(*[Frame(Opcode.CONT, b"", fin=False)] * 10_000)
    with suppress(OSError):
        while not over.is_set():
            connection.sendall(pieces)
