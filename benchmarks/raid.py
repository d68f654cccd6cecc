"""A raid on a lesson: two hundred devices break in on fifty who talk. `make raid`, or `python -m benchmarks.raid`.

First the fifty talk among themselves; the host lets through what is held of theirs. Then the raiders come
(`benchmarks.raiders`). Told is how many of their messages anybody saw, what became of the fifty's, and the time from a
word to everybody's screen as a ratio of raid to calm, in one run; also who had how much of the processors, which the
raiders share with the house.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Coroutine, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from benchmarks.device import Device
from benchmarks.machine import Usage, named, parts_of_house
from benchmarks.raiders import Plan, Score
from benchmarks.sentences import sentences
from tests.support.house import ROOT, House, open_house

TALKERS, RAIDERS = 50, 200
SCHOOL = "198.51.1.1"
SAFETY = {"links": "hold", "words": "hold", "flood": "hold", "repeats": "hold", "raid": "auto"}
MAY_BE_SHOWN = 1 / 1000
MAY_TAKE = 2.0
PAUSE_SECONDS = (4.0, 8.0)
HOST_LOOKS_SECONDS = 0.2
PATIENCE_SECONDS = 60.0
TIMEOUT_SECONDS = 60.0
RAIDERS_END_SECONDS = 300.0


@dataclass
class Tally:
    """What the fifty said, and what became of it; moments on the monotonic clock, `clock` in Unix seconds."""

    said: dict[str, float] = field(default_factory=dict)
    clock: dict[str, float] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    trails: dict[str, list[dict[str, Any]]] = field(default_factory=dict)

    def hops(self) -> dict[str, float]:
        """How long each stage of the walk took half of them, in seconds; a trail has milliseconds."""
        found: dict[str, list[float]] = {}
        for message_id, stages in self.trails.items():
            at = self.clock[message_id]
            for stage in stages:
                then = datetime.fromisoformat(stage["at"]).timestamp()
                found.setdefault(stage["stage"], []).append(then - at)
                at = then
        return {stage: statistics.median(times) for stage, times in found.items()}


class Raid:
    """The room, and all who are in it."""

    def __init__(self, house: House, seconds: float, messages: int) -> None:
        """Make ready for a calm and a raid of so many seconds each."""
        self.house, self.seconds, self.messages = house, seconds, messages
        self.http = httpx.AsyncClient(base_url=house.base, timeout=TIMEOUT_SECONDS, trust_env=False)
        self.dice = random.Random(7)
        self.good, self.calm = Tally(), Tally()
        self.shown: dict[str, float] = {}
        self.held: set[str] = set()
        self.banned: set[str] = set()
        self.score = Score()

    async def run(self) -> None:
        """Plays all of it."""
        async with self.http:
            asked = {"title": "A lesson", "safety": SAFETY}
            made = (await self.http.post("/api/v1/rooms", json=asked)).raise_for_status().json()
            self.name, self.host = made["room"]["name"], {"Authorization": f"Bearer {made['host_token']}"}
            self.talkers = [await self._joins(number) for number in range(TALKERS)]
            watching = [asyncio.create_task(self._watch()), asyncio.create_task(self._keep_the_peace())]
            await self._in_turn("calm", self._talk(self.calm, 1))
            await self._in_turn("raid", self._talk(self.good, 2), self._broken_in())
            await self._settled()
            for tally in (self.calm, self.good):
                await self._ask_for_trails(tally)
            for task in watching:
                task.cancel()
            for task in watching:
                with suppress(asyncio.CancelledError):
                    await task
            await asyncio.gather(*(each.leave() for each in self.talkers))

    async def _in_turn(self, what: str, *parts: Coroutine[Any, Any, None]) -> None:
        house = {**parts_of_house(self.house.process.pid), "lesson": [os.getpid()]}
        began, before = time.monotonic(), Usage.of(house)
        await asyncio.gather(*parts)
        seconds, used = time.monotonic() - began, Usage.of(house).since(before)
        shares = ", ".join(f"{part} {100 * spent / seconds:.0f} %" for part, spent in used.items() if spent >= 0.1)
        print(f"{what}: {seconds:.0f} s; of one processor's time: {shares}", flush=True)

    # -- those who mean well

    async def _joins(self, number: int) -> Device:
        return await Device.joins(self.http, self.house.sockets, self.name, f"Pupil {number}", SCHOOL)

    async def _talk(self, tally: Tally, which: int) -> None:
        texts = sentences(which)
        await asyncio.gather(*(self._talker(each, texts, tally) for each in self.talkers))

    async def _talker(self, device: Device, texts: Iterator[str], tally: Tally) -> None:
        until = time.monotonic() + self.seconds
        while True:
            await asyncio.sleep(self.dice.uniform(*PAUSE_SECONDS))
            if time.monotonic() > until:
                return
            message_id = str(uuid.uuid4())
            tally.said[message_id], tally.clock[message_id] = time.monotonic(), time.time()
            word = await device.say(message_id, f"{next(texts)} ({len(tally.said)})")
            if word != "accepted":
                tally.refused.append(word)

    # -- those who do not

    async def _broken_in(self) -> None:
        plan = Plan(self.house.base, self.house.sockets, self.name, RAIDERS, self.messages, self.seconds)
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "benchmarks.raiders"),
            cwd=ROOT,
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        try:
            printed, _ = await asyncio.wait_for(
                process.communicate(json.dumps(asdict(plan)).encode()), RAIDERS_END_SECONDS
            )
        finally:
            if process.returncode is None:
                process.kill()
        self.score = Score(**json.loads(printed))

    # -- those who look

    async def _watch(self) -> None:
        """The wall: everybody sees what it shows."""
        path = f"{self.house.sockets}/ws/rooms/{self.name}?after=0"
        with suppress(WebSocketException):
            async with connect(path, max_size=None, compression=None) as wall:
                async for frame in wall:
                    told = json.loads(frame)
                    for each in told if isinstance(told, list) else [told]:
                        if each["type"] == "event" and each["kind"] == "message":
                            self.shown[each["message"]["id"]] = time.monotonic()

    async def _keep_the_peace(self) -> None:
        """The host lets through what is held of the fifty's, and bans whoever said anything else, with all he said."""
        while True:
            held = (await self.http.get(f"/api/v1/rooms/{self.name}/held", headers=self.host)).raise_for_status().json()
            for message in held["messages"]:
                await self._decide(message)
            await asyncio.sleep(HOST_LOOKS_SECONDS)

    async def _decide(self, message: dict[str, Any]) -> None:
        message_id, author = message["id"], message["participant_id"]
        if message_id in self.held:
            return
        self.held.add(message_id)
        path = f"/api/v1/rooms/{self.name}"
        if self._is_good(message_id):
            await self.http.post(f"{path}/messages/{message_id}/release", headers=self.host)
        elif author not in self.banned:
            self.banned.add(author)
            asked = {"remove_messages": True}
            await self.http.post(f"{path}/participants/{author}/ban", headers=self.host, json=asked)

    def _is_good(self, message_id: str) -> bool:
        return message_id in self.calm.said or message_id in self.good.said

    async def _settled(self) -> None:
        """Waits until all that the fifty said is shown, or nobody can hope for it any more."""
        until = time.monotonic() + PATIENCE_SECONDS
        while self.lost() and time.monotonic() < until:
            await asyncio.sleep(0.1)

    async def _ask_for_trails(self, tally: Tally) -> None:
        for message_id in tally.said.keys() & self.shown:
            path = f"/api/v1/rooms/{self.name}/messages/{message_id}/trail"
            answer = (await self.http.get(path, headers=self.host)).raise_for_status()
            tally.trails[message_id] = answer.json()["stages"]

    # -- what came of it

    def lost(self) -> set[str]:
        """What the fifty said and nobody was shown."""
        return (self.calm.said.keys() | self.good.said.keys()) - self.shown.keys()

    def seen(self) -> set[str]:
        """What the raiders said and everybody was shown."""
        return {each for each in self.shown if not self._is_good(each)}

    def delays(self, tally: Tally) -> Sequence[float]:
        """From a word to the wall, in seconds, without what waited for the host."""
        return [
            self.shown[each] - at for each, at in tally.said.items() if each in self.shown and each not in self.held
        ]


def main() -> None:
    """Plays the raid and prints what came of it; ends with 1 where it is worse than it may be."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20.0)
    parser.add_argument("--messages", type=int, default=2000, help="of the raiders, all together")
    asked = parser.parse_args()
    print(named())
    with (
        tempfile.TemporaryDirectory(prefix="parley-raid-") as folder,
        open_house(Path(folder), TRUSTED_PROXIES="1") as house,
    ):
        raid = Raid(house, asked.seconds, asked.messages)
        asyncio.run(raid.run())
    raise SystemExit(0 if told(raid) else 1)


def told(raid: Raid) -> bool:
    """Prints the figures; says whether they are as good as they have to be."""
    score, seen, lost = raid.score, raid.seen(), raid.lost()
    tried = len(score.accepted) + sum(score.refused.values()) + sum(score.turned_away.values())
    share = len(seen) / max(1, tried)
    print(
        f"the raiders joined {score.joined} times (not let in: {score.turned_away}) and tried to speak {tried} times:"
    )
    print(f"  {len(score.accepted)} accepted, refused {score.refused}; {len(raid.banned)} banned by the host")
    print(f"  of theirs shown {len(seen)} ({share:.4f}; at most {MAY_BE_SHOWN})")
    good = raid.calm.said.keys() | raid.good.said.keys()
    print(f"the fifty said {len(raid.calm.said)} in the calm, {len(raid.good.said)} in the raid: {len(lost)} lost,")
    print(f"  {len(raid.held & good)} held, refused {raid.calm.refused + raid.good.refused}")
    calm, loud = (statistics.median(raid.delays(tally) or [float("nan")]) for tally in (raid.calm, raid.good))
    print(f"  from a word to the wall: p50 {1000 * calm:.0f} ms calm, {1000 * loud:.0f} ms in the raid,")
    print(f"  {loud / calm:.2f} times (at most {MAY_TAKE})")
    for when, tally in (("calm", raid.calm), ("raid", raid.good)):
        hops = ", ".join(f"{stage} after {1000 * took:.0f} ms" for stage, took in tally.hops().items())
        print(f"  {when}: {hops}")
    return share <= MAY_BE_SHOWN and not lost and loud < MAY_TAKE * calm


if __name__ == "__main__":
    main()
