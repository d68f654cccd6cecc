"""Ten thousand idle sockets on two web processes: what one costs, how soon a message reaches the last, many rooms.

`python -m benchmarks.sockets` starts Valkey and two web processes and opens the sockets as screens that only look on.
Memory is what the web processes have of their own (proportional set size) with the sockets less without, kernel buffers
not included. For the cost against the number of rooms there is one socket in each room, and messages go to one room
after the other.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

from app.chat import Room
from benchmarks.crowd import Crowd
from benchmarks.front import Front, open_front, use_redis
from benchmarks.halls import hall, show
from benchmarks.machine import Usage, many_files, named, parts_of_house
from benchmarks.sentences import sentences

KILOBYTE = 1024


def main() -> None:
    """Prints the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sockets", type=int, default=10_000)
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--rooms", default="1,100,10000", type=lambda text: [int(each) for each in text.split(",")])
    parser.add_argument("--messages", type=int, default=20, help="to the full hall")
    asked = parser.parse_args()
    print(named())
    many_files(asked.sockets + 1000)
    full_hall(asked.sockets, asked.processes, asked.messages)
    for rooms in asked.rooms:
        many_rooms(min(rooms, asked.sockets), asked.processes)


def full_hall(sockets: int, processes: int, messages: int) -> None:
    """Everybody in one room."""
    with _front(processes) as front:
        room = hall("hall")
        _warm_up(front)
        before = front.web_memory()
        began = time.monotonic()
        crowd = _crowd(front, ["hall"] * sockets)
        opened = time.monotonic() - began
        crowd.hush()
        memory = (front.web_memory() - before) / sockets
        print(f"{sockets} sockets on {processes} web processes, opened in {opened:.1f} s")
        print(f"  memory a socket: {memory / KILOBYTE:.1f} KB")
        parts = parts_of_house(front.pid)
        used, times = Usage.of(parts), []
        for number, text in enumerate(islice(sentences(), messages), start=2):
            began = time.monotonic()
            show(room, number, [text])
            times.append(crowd.gather(1) - began)
            crowd.told()
            crowd.forget()
        cpu = Usage.of(parts).since(used)["web"] / messages
        middle, worst = statistics.median(times), max(times)
        print(
            f"  a message reaches the last of them in {1000 * middle:.0f} ms (worst of {messages}: {1000 * worst:.0f})"
        )
        print(f"  processor time of the web a message: {1000 * cpu:.0f} ms", flush=True)
        crowd.close()


def many_rooms(rooms: int, processes: int, messages: int = 4000) -> None:
    """One socket in each room; a message goes to one room after the other."""
    with _front(processes) as front:
        halls = [hall(f"hall-{number}") for number in range(rooms)]
        crowd = _crowd(front, [each.name for each in halls])
        crowd.hush()
        parts = parts_of_house(front.pid)
        used = Usage.of(parts)
        _round(crowd, halls, messages)
        spent = Usage.of(parts).since(used)
        costs = [f"{part} {1e6 * spent.get(part, 0) / messages:.0f} µs" for part in ("web", "valkey")]
        print(f"  {rooms} rooms: a message costs {' + '.join(costs)} of processor time", flush=True)
        crowd.close()


def _round(crowd: Crowd, halls: Sequence[Room], messages: int) -> None:
    for number, text in enumerate(islice(sentences(), messages)):
        place, seq = number % len(halls), number // len(halls) + 2
        before = crowd.bytes[place]
        show(halls[place], seq, [text])
        until = time.monotonic() + 30
        while crowd.bytes[place] == before:
            crowd.look(1.0)
            if time.monotonic() > until:
                raise RuntimeError(f"message {seq} did not come to {halls[place].name}")


def _crowd(front: Front, names: Sequence[str]) -> Crowd:
    return Crowd(front.port, [f"/ws/rooms/{name}?after=1" for name in names], b'"hello"')


@contextmanager
def _front(processes: int) -> Iterator[Front]:
    with tempfile.TemporaryDirectory() as folder, open_front(Path(folder), WEB_CONCURRENCY=str(processes)) as front:
        use_redis(front.redis_url)
        yield front


def _warm_up(front: Front) -> None:
    """What a process loads when the first socket opens is no socket's memory."""
    hall("warm-up")
    _crowd(front, ["warm-up"] * 50).close()
    time.sleep(1)


if __name__ == "__main__":
    main()
