"""A web process that is replaced says goodbye, is gone soon, and nobody misses a message."""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import socket
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import httpx
import pytest
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake

from tests.support import members
from tests.support.client import Venue, browser, make_room
from tests.support.house import FOR_A_ROOM, House, eventually, open_house

RESTART, COME_AGAIN = 1012, 1013
LISTENERS = 200
MESSAGES = 80
SAYS_AGAIN_SECONDS = 1.0
GONE_WITHIN_SECONDS = 5.0
SLACK_SECONDS = 3.0
"""For a busy machine; the house's own clock ends at four seconds."""


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("restart"), only=FOR_A_ROOM) as running:
        yield running


@pytest.fixture
def venue(here: House) -> Iterator[Venue]:
    eventually(lambda: _serves(here), 60)
    with browser(here.base) as http:
        yield make_room(here.base, http)


def stop_web(house: House) -> float:
    """Tells the web to go, as a deployment does; answers how long that took."""
    pid = members.children(house)["web"]
    began = time.monotonic()
    os.kill(pid, signal.SIGTERM)
    # The house collects its child at once, so the number is nobody's then.
    eventually(lambda: members.parent(pid) != house.process.pid, 30)
    return time.monotonic() - began


@dataclass
class Listener:
    """Somebody in the room who comes back whenever the connection ends, and may have something to say."""

    address: str
    to_say: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    seqs: list[int] = field(default_factory=list)
    accepted: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    goodbyes: list[tuple[float, int | None]] = field(default_factory=list)
    listens: asyncio.Event = field(default_factory=asyncio.Event)

    async def follow(self, until: int) -> None:
        """Comes back until so many messages were shown."""
        while len(self.ids) < until:
            try:
                # Every event of this room is a message: the last seq is their number.
                async with connect(f"{self.address}after={len(self.ids)}", open_timeout=60) as link:
                    await self._listen(link, until)
            except ConnectionClosed as closed:
                self.goodbyes.append((time.monotonic(), closed.rcvd.code if closed.rcvd else None))
            except (OSError, InvalidHandshake, TimeoutError):
                pass  # the next process is not there yet
            await asyncio.sleep(random.uniform(0, 0.5))

    async def _listen(self, link: ClientConnection, until: int) -> None:
        speaking = asyncio.create_task(self._speak(link))
        try:
            while len(self.ids) < until:
                told = json.loads(await link.recv())
                for each in told if isinstance(told, list) else [told]:
                    self._take(each)
                self.listens.set()
        finally:
            speaking.cancel()

    async def _speak(self, link: ClientConnection) -> None:
        """Says bit by bit what was not shown yet, so again what may have been lost with the last connection.

        What was not even accepted is said until it is, as the pages do: a house that has just begun may be too busy.
        """
        left = [each for each in self.to_say if each not in self.ids]
        with suppress(ConnectionClosed):
            while left:
                for message_id in left:
                    # No id in the text: to the list of words, one in a thousand reads as one that is held for the host.
                    text = f"My point {self.to_say.index(message_id)}"
                    await link.send(json.dumps({"type": "say", "id": message_id, "text": text}))
                    await asyncio.sleep(0.05)
                await asyncio.sleep(SAYS_AGAIN_SECONDS)
                left = [each for each in self.to_say if each not in self.accepted and each not in self.ids]

    def _take(self, told: dict[str, object]) -> None:
        if told["type"] == "accepted":
            self.accepted.add(str(told["id"]))
        elif told["type"] == "event":
            assert isinstance(told["seq"], int)
            assert isinstance(told["message"], dict)
            self.seqs.append(told["seq"])
            self.ids.append(told["message"]["id"])
        elif told["type"] in ("held", "rejected"):
            raise AssertionError(f"nobody will be shown this one: {told}")
        elif told["type"] == "error":
            self.refused.append(str(told["code"]))

    def lacks(self, said: list[str]) -> str:
        """What is still waited for here, when the time is up; nothing if all has come."""
        missing = [f"{each}{' (accepted)' * (each in self.accepted)}" for each in said if each not in self.ids]
        if not missing:
            return ""
        codes = [code for _, code in self.goodbyes]
        return f"after {len(self.ids)}: {missing}, goodbyes {codes}, refused {Counter(self.refused)}"


def test_hundreds_are_told_to_come_back_and_miss_nothing(here: House, venue: Venue) -> None:
    address = f"{here.sockets}/ws/rooms/{venue.name}?"
    said = [str(uuid.uuid4()) for _ in range(MESSAGES)]
    speaker = Listener(f"{address}token={venue.join().token}&", to_say=said)
    everyone = [speaker, *(Listener(address) for _ in range(LISTENERS))]

    async def story() -> float:
        async with asyncio.timeout(100), asyncio.TaskGroup() as group:
            for each in everyone:
                group.create_task(each.follow(MESSAGES))
            for each in everyone:
                await each.listens.wait()
            return await asyncio.to_thread(stop_web, here)

    try:
        took = asyncio.run(story())
    except TimeoutError:
        waiting = [f"{number} {lacks}" for number, each in enumerate(everyone) if (lacks := each.lacks(said))]
        pytest.fail(f"the room has {len(venue.texts())} messages; who waits (0 speaks):\n" + "\n".join(waiting[:10]))
    assert took < GONE_WITHIN_SECONDS + SLACK_SECONDS
    # Whoever comes back while the machine is too busy may be asked to come again.
    assert {code for each in everyone for _, code in each.goodbyes} <= {RESTART, COME_AGAIN}
    moments = [moment for each in everyone for moment, code in each.goodbyes if code == RESTART]
    assert len(moments) >= len(everyone)
    assert max(moments) - min(moments) > 0.5, "they were sent away all at once"
    assert all(each.seqs == list(range(1, MESSAGES + 1)) for each in everyone)
    assert all(each.ids == speaker.ids for each in everyone)
    assert sorted(speaker.ids) == sorted(said)
    assert speaker.accepted <= set(speaker.ids)


def test_who_never_answers_the_goodbye_and_who_keeps_a_connection_for_later_hold_nobody_up(
    here: House, venue: Venue
) -> None:
    place = urlsplit(here.base)
    assert place.hostname
    with socket.create_connection((place.hostname, place.port or 80), 20) as mute, httpx.Client() as idle:
        assert idle.get(f"{here.base}/healthz").is_success
        mute.sendall(
            f"GET /ws/rooms/{venue.name} HTTP/1.1\r\nHost: {place.netloc}\r\nUpgrade: websocket\r\n"
            "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n".encode()
        )
        while b'"hello"' not in mute.recv(65536):
            pass
        assert stop_web(here) < GONE_WITHIN_SECONDS + SLACK_SECONDS
        goodbye = b""
        while data := mute.recv(65536):
            goodbye += data
    assert RESTART.to_bytes(2, "big") in goodbye


def test_what_was_accepted_right_before_the_end_is_shown_soon_after(here: House, venue: Venue) -> None:
    with venue.join().screen() as mine:
        said = [mine.say(f"Quick, {number} more before it ends") for number in range(50)]
        accepted = {mine.until(lambda frame: frame["type"] == "accepted")["id"] for _ in said}
        stop_web(here)
    assert accepted == set(said)
    eventually(lambda: _serves(here), 60)
    eventually(lambda: len(venue.texts()) == len(said), 40)


def _serves(house: House) -> bool:
    try:
        return httpx.get(f"{house.base}/healthz", timeout=2).is_success
    except httpx.HTTPError:
        return False
