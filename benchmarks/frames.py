"""WebSocket frames for load generators: a client's, masked beforehand, and a server's, taken apart afterwards."""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10


def masked(text: str, opcode: int = TEXT) -> bytes:
    """One whole frame as a client sends it (RFC 6455, 5.2)."""
    payload, mask = text.encode(), os.urandom(4)
    size = len(payload)
    if size < 126:
        head = bytes((0x80 | opcode, 0x80 | size))
    elif size < 65536:
        head = struct.pack("!BBH", 0x80 | opcode, 0x80 | 126, size)
    else:
        head = struct.pack("!BBQ", 0x80 | opcode, 0x80 | 127, size)
    key = (mask * (size // 4 + 1))[:size]
    hidden = int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")
    return head + mask + hidden.to_bytes(size, "big")


def taken_apart(data: bytes | memoryview) -> Iterator[tuple[int, bytes]]:
    """The whole frames of a server, as (opcode, payload); what is not whole at the end is left out."""
    place, end = 0, len(data)
    while place + 2 <= end:
        opcode, size, start = data[place] & 15, data[place + 1], place + 2
        if size == 126:
            size, start = int.from_bytes(data[start : start + 2], "big"), start + 2
        elif size == 127:
            size, start = int.from_bytes(data[start : start + 8], "big"), start + 8
        if start + size > end:
            return
        yield opcode, bytes(data[start : start + size])
        place = start + size
