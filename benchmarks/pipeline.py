"""The whole walk at saturation: accepted, moderated, stored in MariaDB, on three screens; against a peer in Node.

`python -m benchmarks.pipeline` starts MariaDB (flush at every commit), then one after the other on this machine, each
with an empty database of its own: the house as it comes; the house with several rooms; the house with a chain for each
message; and the peer (socket.io and mysql2: one insert a message, then emit to the room, no moderation, nothing kept
before it is stored), once with one connection to MariaDB, which keeps everybody's words in order as the house does,
and once with ten, which do not. The same generator loads them all: three people in a room, each of whom has many
messages under way, and a screen. Everything runs on this machine, the generator included.

Nothing counts that did not arrive: afterwards every screen has to have been shown every message, unchanged, once, in
the same order, in the house numbered 1…N.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.frames import masked
from benchmarks.load import Room, Screen, drive, faults, frame_with, open_socket, overtaken
from benchmarks.machine import Usage, many_files, named, parts_of_house
from benchmarks.sentences import sentences
from tests.support import mariadb
from tests.support.house import ROOT, House, clean_environment, eventually, open_house
from tests.support.ports import free_port

SCREENS = 3
WINDOW = 1500
"""Messages under way in all rooms together: the closed loop that keeps every part busy."""
WARM_UP_SECONDS = 2.0
MOST_A_SECOND = 12_000
"""So many messages are written beforehand for each second of the load."""
CONNECTIONS = (1, 10)
"""The peer's connections to the database: one keeps the order, ten are mysql2's own default."""
PEER, PEER_BUILT = ROOT / "benchmarks" / "peer", ROOT / "build" / "peer"
LIFTED = {"SOCKET_BYTES_A_SECOND": "16777216"}
"""Three people say what a hall of a thousand does: the limit for one flooding screen is lifted."""


@dataclass(frozen=True)
class Figure:
    """What one system did."""

    what: str
    rate: float
    messages: int
    cpu: dict[str, float]

    def __str__(self) -> str:
        """The figure in two lines; the second says where the processor's time went."""
        parts = [f"{part} {1000 * used / self.messages:.3f}" for part, used in self.cpu.items()]
        whole = 1000 * sum(self.cpu.values()) / self.messages
        rate = f"{self.what:34} {self.rate:8.0f} messages/s, each on {SCREENS} screens ({self.messages} measured)"
        return f"{rate}\n    CPU ms a message: {whole:.3f} = {' + '.join(parts)}"


def main() -> None:
    """Prints the figures; ends with 1 if anything was lost, doubled or reordered."""
    asked = _asked()
    print(named())
    if why := mariadb.missing():
        print(f"left out, as MariaDB is {why}")
        return
    many_files(4096)
    with mariadb.server() as maria:
        run = Run(maria, asked.seconds, asked.window, asked.profile)
        house = run.of("Parley", asked.settings) if "house" in asked.only else None
        if "rooms" in asked.only:
            run.of(f"Parley, {asked.rooms} rooms", asked.settings, rooms=asked.rooms)
        if "alone" in asked.only:
            alone = run.of("Parley, CHAIN_MAX_MESSAGES=1", asked.settings | {"CHAIN_MAX_MESSAGES": "1"}, window=100)
            if house:
                print(f"ratio of Parley to a chain for each message: {house.rate / alone.rate:.1f}")
        for connections in CONNECTIONS if "peer" in asked.only else ():
            if (peer := run.peer(connections)) and house:
                print(f"ratio of Parley to the peer in Node: {house.rate / peer.rate:.2f}")


def _asked() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=10.0, help="how long each is loaded")
    parser.add_argument("--window", type=int, default=WINDOW, help="messages under way")
    parser.add_argument("--rooms", type=int, default=8, help="rooms where there are several")
    parser.add_argument("--only", default="house,rooms,alone,peer", type=lambda text: text.split(","))
    parser.add_argument("--set", dest="settings", action="append", default=[], help="NAME=VALUE for the house")
    parser.add_argument(
        "--profile", help="PROGRAM of py-spy,PART,FILE: records one part's processes while it is loaded"
    )
    asked = parser.parse_args()
    asked.settings = dict(each.split("=", 1) for each in asked.settings)
    return asked


@dataclass(frozen=True)
class Run:
    """One run of the benchmark: the database and how each system is loaded."""

    maria: mariadb.MariaDB
    seconds: float
    window: int
    profile: str | None = None

    def of(self, what: str, settings: dict[str, str], rooms: int = 1, window: int | None = None) -> Figure:
        """Loads a house of its own."""
        with self._database() as url, tempfile.TemporaryDirectory() as folder:
            environment = {"DATABASE_URL": url, **LIFTED, **settings}
            with open_house(Path(folder), **environment) as house:
                opened = [room_of(house, (window or self.window) // rooms) for _ in range(rooms)]
                parts = parts_of_house(house.process.pid)
                return self._measure(what, opened, say, parts, gapless=True)

    def peer(self, connections: int) -> Figure | None:
        """Loads the peer, where Node is."""
        if why := _build_peer():
            print(f"the peer is left out: {why}")
            return None
        with self._database() as url, _peer_running(url, connections) as (port, pid):
            room = Room("peer", self.window)
            for number in range(SCREENS):
                path = f"/socket.io/?EIO=4&transport=websocket&room=peer&nickname=N{number}"
                sock, rest = open_socket(port, path)
                rest = frame_with(sock, b"0{", rest)
                sock.sendall(masked("40"))
                Screen(room, sock, frame_with(sock, b"40{", rest))
            what = f"socket.io + mysql2, {connections} connection{'s' if connections > 1 else ''}"
            return self._measure(what, [room], _emit, {"node": [pid]})

    def _measure(
        self,
        what: str,
        rooms: Sequence[Room],
        to_text: Callable[[str, str], str],
        parts: dict[str, list[int]],
        *,
        gapless: bool = False,
    ) -> Figure:
        texts = sentences()
        screens = [screen for room in rooms for screen in room.screens]
        for screen in screens:
            share = int(MOST_A_SECOND * (self.seconds + WARM_UP_SECONDS)) // len(screens)
            screen.prepare(itertools.islice(texts, share), to_text)
        parts = {**parts, "mariadb": [self.maria.pid], "generator": [os.getpid()]}
        drive(rooms, WARM_UP_SECONDS)
        with self._profiled(parts):
            before = Usage.of(parts)
            ride = drive(rooms, self.seconds)
            used = Usage.of(parts).since(before)
        wrong = [fault for room in rooms for fault in faults(room, gapless=gapless)]
        for screen in screens:
            screen.sock.close()
        figure = Figure(what, ride.rate, ride.messages, {part: cpu for part, cpu in used.items() if cpu >= 0.02})
        print(figure, flush=True)
        if late := sum(map(overtaken, rooms)):
            print(f"    {late} messages were shown after one that their own author had said later")
        if wrong:
            sys.exit("\n".join(wrong))
        return figure

    @contextmanager
    def _profiled(self, parts: dict[str, list[int]]) -> Iterator[None]:
        if not self.profile:
            yield
            return
        program, part, file = self.profile.split(",")
        form = ["-f", "raw" if file.endswith(".txt") else "flamegraph"]
        each = []
        for pid in parts[part]:
            target = Path(file).with_stem(f"{Path(file).stem}-{pid}")
            length = ["--gil", "-d", str(int(self.seconds)), "-r", "200", "-o", str(target)]
            command = [program, "record", "-p", str(pid), *length, *form]
            each.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        time.sleep(1)
        yield
        for process in each:
            process.wait(60)

    @contextmanager
    def _database(self) -> Iterator[str]:
        url = self.maria.make("bench")
        try:
            yield url
        finally:
            self.maria.drop("bench")


def room_of(house: House, window: int) -> Room:
    """A room of the house with three participants, each with a screen."""
    port = httpx.URL(house.base).port or 80
    with httpx.Client(base_url=f"{house.base}/api/v1", timeout=30) as http:
        name = http.post("/rooms", json={"title": "A full hall", "ttl": "1h"}).raise_for_status().json()["room"]["name"]
        room = Room(name, window)
        for number in range(SCREENS):
            joined = http.post(f"/rooms/{name}/participants", json={"nickname": f"Ada {number}"}).raise_for_status()
            bearer = f"Authorization: Bearer {joined.json()['token']}"
            sock, rest = open_socket(port, f"/ws/rooms/{name}?after=0", [bearer])
            Screen(room, sock, frame_with(sock, b'"hello"', rest))
    return room


def say(message_id: str, text: str) -> str:
    """The words of the contract."""
    return json.dumps({"type": "say", "id": message_id, "text": text}, ensure_ascii=False)


def _emit(message_id: str, text: str) -> str:
    """An event as Engine.IO 4 and socket.io 4 spell it: a message (4) that is an event (2)."""
    return "42" + json.dumps(["say", {"id": message_id, "text": text}], ensure_ascii=False)


def _build_peer() -> str | None:
    """Installs the peer's packages once; says why where that cannot be done."""
    if missing := [name for name in ("node", "npm") if not shutil.which(name)]:
        return f"not installed: {', '.join(missing)}"
    PEER_BUILT.mkdir(parents=True, exist_ok=True)
    for file in PEER.iterdir():
        shutil.copy(file, PEER_BUILT)
    if (PEER_BUILT / "node_modules").is_dir():
        return None
    command = ["npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts"]
    done = subprocess.run(command, cwd=PEER_BUILT, capture_output=True, text=True, check=False, timeout=300)
    return f"npm ci failed: {done.stderr[-500:]}" if done.returncode else None


@contextmanager
def _peer_running(url: str, connections: int) -> Iterator[tuple[int, int]]:
    port = free_port()
    own = {"PORT": str(port), "DATABASE": url.partition("?")[0], "CONNECTIONS": str(connections)}
    command = ["node", "server.js"]
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            command,
            cwd=PEER_BUILT,
            env=clean_environment() | {"NODE_ENV": "production"} | own,
            stdout=said,
            stderr=subprocess.STDOUT,
        )
        try:
            eventually(lambda: os.pread(said.fileno(), 100, 0).startswith(b"listening"), 30)
            yield port, process.pid
        finally:
            process.terminate()
            process.wait(10)


if __name__ == "__main__":
    main()
