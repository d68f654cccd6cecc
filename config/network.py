"""Small questions about this machine's network: is a port free, what is our address, does the web answer."""

from __future__ import annotations

import asyncio
import contextlib
import socket

ELSEWHERE = ("192.0.2.1", 9)
"""An address that is nobody's (RFC 5737). Nothing is sent to it; it only makes the system choose a way out."""

ANSWER_SECONDS = 2.0


def is_free(host: str, port: int) -> bool:
    """Say whether a port can be listened on."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError:
            return False
    return True


def free_port(host: str, near: int, tries: int = 200) -> int:
    """Find a free port, the nearest above a wish."""
    first = min(near, 65535 - tries)
    for port in range(first, first + tries):
        if is_free(host, port):
            return port
    raise OSError(f"no free port from {first} to {first + tries}")


def local_address() -> str | None:
    """Tell this machine's address in the room's network, which a second device can open."""
    with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as way_out:
        way_out.connect(ELSEWHERE)
        address = str(way_out.getsockname()[0])
        return None if address.startswith("127.") else address
    return None


async def answers(host: str, port: int, path: str) -> bool:
    """Say whether a web server answers a GET with 200."""
    with contextlib.suppress(OSError, TimeoutError):
        async with asyncio.timeout(ANSWER_SECONDS):
            return b" 200 " in await _first_line(host, port, path)
    return False


async def _first_line(host: str, port: int, path: str) -> bytes:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(f"GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
        return await reader.readline()
    finally:
        writer.close()
