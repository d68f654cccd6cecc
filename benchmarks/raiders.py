"""Those who break in, in a process of their own. `benchmarks.raid` starts it and reads the line that it prints.

They join in a crowd and send slurs, towers of accents, text that runs backwards, links and the same line over and over,
under names that look like others'; whoever is banned comes back on a new device.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import sys
import uuid
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field

import httpx

from benchmarks.device import Device, Refused

JOINING_SECONDS = 60.0
PUT_OUT = ("banned", "muted", "unauthorized")
# Said by nobody who means well; in rot13, so that this page can be read anywhere.
SLURS = ("lbh ner n shpxvat vqvbg", "fuvg grnpure", "shpx guvf yrffba", "lbh ovgpu", "nffubyr")
LEET = str.maketrans("aeios", "431o$")
ZALGO = "\u0336\u0489\u035c\u0321\u0327\u0358"
BACKWARDS = "\u202e"


@dataclass(frozen=True)
class Plan:
    """Who breaks in where, and how much they say.

    Attributes:
        base: where the house is.
        sockets: where its sockets are.
        room: the room's name.
        devices: how many at a time.
        messages: of all together.
        seconds: for how long.
    """

    base: str
    sockets: str
    room: str
    devices: int
    messages: int
    seconds: float


@dataclass
class Score:
    """What came of it."""

    accepted: list[str] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)
    joined: int = 0
    turned_away: dict[str, int] = field(default_factory=dict)


class Raiders:
    """All of them."""

    def __init__(self, plan: Plan) -> None:
        """Prepare what they will say."""
        self.plan, self.score = plan, Score()
        self.dice = random.Random(7)
        self.kinds: Iterator[str] = itertools.cycle(kinds())
        self.http = httpx.AsyncClient(base_url=plan.base, timeout=JOINING_SECONDS, trust_env=False)

    async def break_in(self) -> Score:
        """Comes, says what it has to say, and goes."""
        async with self.http, asyncio.TaskGroup() as group:
            for number in range(self.plan.devices):
                group.create_task(self._raider(number))
        return self.score

    async def _raider(self, number: int) -> None:
        most, seconds = max(1, self.plan.messages // self.plan.devices), self.plan.seconds
        await asyncio.sleep(self.dice.uniform(0, seconds / 4))
        device = await self._join(number)
        for _ in range(most):
            await asyncio.sleep(self.dice.uniform(0, 2 * seconds * 3 / 4 / most))
            if device is None or not device.is_in:
                device = await self._join(number)
            if device is None:
                continue
            message_id = str(uuid.uuid4())
            word = await device.say(message_id, next(self.kinds))
            if word == "accepted":
                self.score.accepted.append(message_id)
                continue
            _one_more(self.score.refused, word)
            if word in PUT_OUT:
                await device.leave()
        if device:
            await device.leave()

    async def _join(self, number: int) -> Device | None:
        nickname = self.dice.choice(
            (f"Pupil {number % 50}", "H\u043est", "Mr Okoye", f"xX{number}Xx", f"P\u0443pil {number}")
        )
        network = f"198.51.{100 + number % 150}.{1 + number // 150}"
        try:
            device = await Device.joins(self.http, self.plan.sockets, self.plan.room, nickname, network)
        except Refused as why:
            _one_more(self.score.turned_away, str(why))
            return None
        self.score.joined += 1
        return device


def _one_more(times: dict[str, int], what: str) -> None:
    times[what] = times.get(what, 0) + 1


def kinds() -> list[str]:
    """All kinds of what they say."""
    rot13 = str.maketrans("abcdefghijklmnopqrstuvwxyz", "nopqrstuvwxyzabcdefghijklm")
    slurs = [slur.translate(rot13) for slur in SLURS]
    bad = [*slurs, *(slur.translate(LEET) for slur in slurs)]
    bad += [" ".join(slur) for slur in slurs[:2]]
    bad += ["".join(letter + ZALGO for letter in slur) for slur in slurs]
    bad += [BACKWARDS + slur[::-1] + BACKWARDS for slur in slurs]
    bad += [f"free points at https://prize{number}.example/win" for number in range(6)]
    return [*bad, *["RAID RAID RAID"] * 6, *[f"spam spam {chr(97 + number)}" for number in range(6)]]


def main() -> None:
    """Reads the plan from standard input and prints the score, both as JSON."""
    plan = Plan(**json.loads(sys.stdin.read()))
    print(json.dumps(asdict(asyncio.run(Raiders(plan).break_in()))))


if __name__ == "__main__":
    main()
