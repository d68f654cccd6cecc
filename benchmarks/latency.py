"""How long from somebody's word to another's screen: unloaded, and at half of what the house can do.

`python -m benchmarks.latency` starts the house with MariaDB (with SQLite where there is none) and three screens over
WebSocket. Two of them speak, the third one's clock counts: from the moment in which a message is handed to the kernel
to the moment in which its event has been read. Unloaded: one message after the other at random moments. Then the house
is saturated for a few seconds to see what it can do, and half of that is said at an even pace.
"""

from __future__ import annotations

import argparse
import itertools
import os
import random
import re
import select
import statistics
import tempfile
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from benchmarks.frames import masked
from benchmarks.load import Room, drive
from benchmarks.machine import named
from benchmarks.pipeline import LIFTED, MOST_A_SECOND, WINDOW, room_of, say
from benchmarks.sentences import sentences
from tests.support import mariadb
from tests.support.house import House, open_house

MESSAGE = re.compile(rb'"message":\{"id":"([0-9a-f-]{36})"')
LONGEST_SIGN = 64
PATIENCE_SECONDS = 60.0


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--messages", type=int, default=300, help="unloaded")
    parser.add_argument("--seconds", type=float, default=10.0, help="at half of saturation")
    parser.add_argument("--rate", type=float, help="messages a second instead of half of what saturation was")
    asked = parser.parse_args()
    print(named())
    with _house() as house:
        pauses = [random.Random(2).uniform(0.02, 0.08) for _ in range(asked.messages)]
        talk = Talk(room_of(house, WINDOW))
        talk.speak(pauses[:20])
        _tell("unloaded", talk.speak(pauses))
        rate = asked.rate or _saturation(house) / 2
        talk = Talk(room_of(house, WINDOW))
        talk.speak([1 / rate] * int(rate))
        _tell(f"at {rate:.0f} messages/s", talk.speak([1 / rate] * int(rate * asked.seconds)))


def _tell(what: str, times: Sequence[float]) -> None:
    parts = statistics.quantiles(times, n=100, method="inclusive")
    figures = ", ".join(f"p{place} {1000 * parts[place - 1]:.1f} ms" for place in (50, 90, 99))
    print(f"{what:24} {figures}, worst {1000 * max(times):.1f} ms ({len(times)} messages)", flush=True)


def _saturation(house: House) -> float:
    room, texts = room_of(house, WINDOW), sentences(3)
    for screen in room.screens:
        screen.prepare(itertools.islice(texts, 6 * MOST_A_SECOND // len(room.screens)), say)
    drive([room], 1.0)
    ride = drive([room], 4.0)
    print(f"saturated: {ride.rate:.0f} messages/s")
    for screen in room.screens:
        screen.sock.close()
    return ride.rate


class Talk:
    """Two who speak at given moments, and one who watches the clock."""

    def __init__(self, room: Room) -> None:
        """Take over the room's three screens."""
        self.room = room
        *self.speakers, self.watcher = (screen.sock for screen in room.screens)
        self._said: dict[bytes, float] = {}
        self._tail = b""

    def speak(self, pauses: Sequence[float]) -> list[float]:
        """Says a message after each pause; answers how long each took to the watcher's screen."""
        prepared = [self._prepared(text) for text in itertools.islice(sentences(4), len(pauses))]
        times: list[float] = []
        due = time.monotonic()
        with select.epoll() as poll:
            for screen in self.room.screens:
                poll.register(screen.sock.fileno(), select.EPOLLIN)
            for number, (pause, (message_id, frame)) in enumerate(zip(pauses, prepared, strict=True)):
                due += pause
                while (wait := due - time.monotonic()) > 0:
                    times += self._look(poll, wait)
                self._said[message_id] = time.monotonic()
                self.speakers[number % len(self.speakers)].send(frame)
                times += self._look(poll, 0)
            until = time.monotonic() + PATIENCE_SECONDS
            while self._said:
                times += self._look(poll, 1.0)
                if time.monotonic() > until:
                    raise RuntimeError(f"{len(self._said)} messages did not come")
        return times

    def _prepared(self, text: str) -> tuple[bytes, bytes]:
        message_id = str(uuid.uuid4())
        return message_id.encode(), masked(say(message_id, text))

    def _look(self, poll: select.epoll, wait: float) -> list[float]:
        times = []
        for number, _ in poll.poll(wait):
            if number != self.watcher.fileno():
                os.read(number, 1 << 18)
                continue
            data = self._tail + self.watcher.recv(1 << 18)
            now, end = time.monotonic(), 0
            for found in MESSAGE.finditer(data):
                end = found.end()
                times.append(now - self._said.pop(found[1]))
            self._tail = data[max(end, len(data) - LONGEST_SIGN) :]
        return times


@contextmanager
def _house() -> Iterator[House]:
    with tempfile.TemporaryDirectory() as folder:
        if why := mariadb.missing():
            print(f"with SQLite, as MariaDB is {why}")
            with open_house(Path(folder), **LIFTED) as house:
                yield house
            return
        with mariadb.server() as maria, open_house(Path(folder), DATABASE_URL=maria.make("bench"), **LIFTED) as house:
            yield house


if __name__ == "__main__":
    main()
