"""The handshake: what is offered and declined, and what is refused before any socket is open."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest
from websockets.sync.client import connect

from tests.conformance.fuzzing import web

UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Version": "13",
}


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with web(tmp_path_factory.mktemp("handshake")) as address:
        yield address


def test_compression_is_declined(address: str) -> None:
    with connect(f"ws://{address}/ws/echo", compression="deflate", proxy=None) as socket:
        assert socket.request
        assert "permessage-deflate" in socket.request.headers["Sec-WebSocket-Extensions"]
        assert socket.response
        assert "Sec-WebSocket-Extensions" not in socket.response.headers
        socket.send("hello")
        assert socket.recv(timeout=30) == "hello"


@pytest.mark.parametrize("missing", ["Sec-WebSocket-Key", "Sec-WebSocket-Version"])
def test_a_handshake_without_a_needed_header_is_refused(address: str, missing: str) -> None:
    headers = {name: value for name, value in UPGRADE.items() if name != missing}
    answer = httpx.get(f"http://{address}/ws/echo", headers=headers, timeout=30)
    assert answer.status_code == 400


def test_another_version_of_the_protocol_is_told_ours(address: str) -> None:
    answer = httpx.get(f"http://{address}/ws/echo", headers=UPGRADE | {"Sec-WebSocket-Version": "8"}, timeout=30)
    assert answer.status_code == 426
    assert answer.headers["Sec-WebSocket-Version"] == "13"
