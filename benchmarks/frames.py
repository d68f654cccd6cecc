"""WebSocket frames for load generators: a client's, masked beforehand, and a server's, taken apart afterwards."""

from __future__ import annotations

import os
import struct
import zlib
from collections.abc import Iterator

TEXT = 1
COMPRESSED = 0x40


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


def taken_apart(data: bytes | memoryview) -> Iterator[tuple[int, bytes, int]]:
    """The whole frames of a server: first byte, payload, where it ends; what is not whole at the end is left out."""
    place, end = 0, len(data)
    while place + 2 <= end:
        head, size, start = data[place], data[place + 1], place + 2
        if size == 126:
            size, start = int.from_bytes(data[start : start + 2], "big"), start + 2
        elif size == 127:
            size, start = int.from_bytes(data[start : start + 8], "big"), start + 8
        place = start + size
        if place > end:
            return
        yield head, bytes(data[start:place]), place


class Ear:
    """Takes a server's bytes as they come and keeps the texts; understands permessage-deflate (RFC 7692)."""

    def __init__(self) -> None:
        """Hear nothing yet."""
        self.texts: list[str] = []
        self._rest = b""
        self._inflate = zlib.decompressobj(-zlib.MAX_WBITS)

    def hear(self, data: bytes) -> None:
        """More bytes."""
        self._rest += data
        heard = 0
        for head, payload, end in taken_apart(self._rest):
            heard = end
            if head & 0x0F == TEXT:
                whole = self._inflate.decompress(payload + b"\0\0\xff\xff") if head & COMPRESSED else payload
                self.texts.append(whole.decode())
        self._rest = self._rest[heard:]
