"""A network cable for one browser: passes everything on to the house, until somebody cuts it."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

CHUNK = 65536
ANSWER_SECONDS = 60.0

Answer = TypeVar("Answer")


class Cable:
    """A way to the house that can be cut: then every connection is dropped, and new ones are refused."""

    def __init__(self, target: str) -> None:
        host, _, port = target.rpartition("//")[2].partition(":")
        self._target = (host, int(port))
        self._door = _door(0)
        self._port: int = self._door.getsockname()[1]
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.StreamWriter] = set()
        self._refused: tuple[bytes, ...] = ()
        self._refusals = 0
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)

    @property
    def base(self) -> str:
        """The house's address as seen through the cable."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def refusals(self) -> int:
        """How many connections were dropped for what they asked."""
        return self._refusals

    def cut(self) -> None:
        """Takes the network away."""
        self._do(self._cut)

    def mend(self) -> None:
        """Brings the network back."""
        self._do(self._listen)

    def refuse(self, *paths: str) -> None:
        """Drops, from now on, every connection whose first request is for one of these paths."""
        self._refused = tuple(f"GET {path}".encode() for path in paths)

    def plug_in(self) -> None:
        """Begins to pass on."""
        self._thread.start()
        self.mend()

    def unplug(self) -> None:
        """Ends for good."""
        self._do(self._cut)
        self._door.close()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(ANSWER_SECONDS)
        self._loop.close()

    def _do(self, what: Callable[[], Coroutine[Any, Any, Answer]]) -> Answer:
        return asyncio.run_coroutine_threadsafe(what(), self._loop).result(ANSWER_SECONDS)

    async def _listen(self) -> None:
        self._server = await asyncio.start_server(self._pass_on, sock=self._door)

    async def _cut(self) -> None:
        if self._server is None:
            return
        # Bound but not listening: the port stays ours, and whoever knocks is refused.
        self._server.close()
        self._door, self._server = _door(self._port), None
        for writer in list(self._open):
            writer.transport.abort()

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open.add(writer)
        try:
            first = await reader.read(CHUNK)
            if first.startswith(self._refused):
                self._refusals += 1
            elif first:
                await self._both_ways(first, reader, writer)
        except OSError:
            pass  # one side is gone: so is the other, below
        finally:
            self._open.discard(writer)
            writer.transport.abort()

    async def _both_ways(self, first: bytes, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        house_reader, house_writer = await asyncio.open_connection(*self._target)
        self._open.add(house_writer)
        house_writer.write(first)
        ways = [asyncio.create_task(_carry(reader, house_writer)), asyncio.create_task(_carry(house_reader, writer))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            await asyncio.wait(ways, timeout=0.2)  # the last bytes of the other way
        finally:
            for way in ways:
                way.cancel()
            self._open.discard(house_writer)
            house_writer.transport.abort()


@contextmanager
def cable_to(target: str) -> Iterator[Cable]:
    """A cable as long as the block runs."""
    cable = Cable(target)
    cable.plug_in()
    try:
        yield cable
    finally:
        cable.unplug()


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    except OSError:
        pass  # cut


def _door(port: int) -> socket.socket:
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.bind(("127.0.0.1", port))
    return door
