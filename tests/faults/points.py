"""Every named crash point is come by: workers die at theirs one after the other, the web by chance."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections import Counter
from contextlib import suppress

import httpx

from config.settings import CRASH_POINTS
from tests.faults.crowd import API
from tests.faults.ordeal import Room
from tests.faults.parts import KILLED, Parts
from tests.support.house import ROOT, clean_environment

ON_THE_WEB = ("accept.before", "accept.after", "publish.before", "resume.replayed")
IN_WORKERS = tuple(point for point in CRASH_POINTS if point not in ON_THE_WEB)
CHORES = ("sweep", "forget")
HELD_UP = {"sweep.sent": ("worker", "worker2", "chores")}
"""Who is frozen until somebody has died: the sweep has nothing to send as long as the worker gets everything done."""

WEB_DIES_SECONDS = 120
TRIES = 3
DIES_SECONDS = 40.0
"""How long a worker may wait for its death."""

BY_CHANCE = ",".join(f"{point}={chance}" for point, chance in zip(ON_THE_WEB, (0.05, 0.05, 0.2, 0.02), strict=True))
"""How likely a web process dies at each of its points."""


class Doom:
    """Sees to it that somebody dies at every point."""

    def __init__(self, parts: Parts, doomed: str, times: int) -> None:
        self.parts, self.doomed, self.times = parts, doomed, times
        self.missed: list[str] = []
        self.deaths: Counter[str] = Counter()
        self.forgotten: list[str] = []

    async def __call__(self, rooms: list[Room], http: httpx.AsyncClient) -> None:
        async with asyncio.TaskGroup() as group:
            forgetting = group.create_task(self._forget_rooms(http))
            resuming = group.create_task(self._resume(http, rooms[0].name))
            await asyncio.gather(self._workers(), self._web())
            forgetting.cancel()
            resuming.cancel()

    def at(self, point: str) -> int:
        """How many died there."""
        return self.deaths[point] + (self._in_log(point) if point in ON_THE_WEB else 0)

    def _in_log(self, point: str) -> int:
        return self.parts.house.log().count(f'"point": "{point}"')

    async def _web(self) -> None:
        """Waits until chance has done its work."""
        for _ in range(int(WEB_DIES_SECONDS * self.times)):
            if all(self._in_log(point) >= self.times for point in ON_THE_WEB):
                return
            await asyncio.sleep(1)
        self.missed += [point for point in ON_THE_WEB if self._in_log(point) < self.times]

    async def _resume(self, http: httpx.AsyncClient, room: str) -> None:
        """Somebody comes back to the doomed web process again and again, for those who die while he is told."""
        while self._in_log("resume.replayed") < self.times:
            with suppress(httpx.TransportError):
                await http.get(f"{self.doomed}{API}/rooms/{room}/events?after=0&limit=1")
            await asyncio.sleep(0.1)

    async def _workers(self) -> None:
        nursery = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "tests.faults.nursery"),
            cwd=ROOT,
            env=self._environment(),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        assert nursery.stdin is not None
        assert nursery.stdout is not None
        try:
            assert await nursery.stdout.readline() == b"ready\n"
            for point in IN_WORKERS * self.times:
                queues = "rooms,chores" if point.startswith(CHORES) else "messages"
                for _ in range(TRIES):
                    nursery.stdin.write(f"{point} {queues}\n".encode())
                    if await self._dies(point, nursery.stdout):
                        break
                else:
                    self.missed.append(point)
        finally:
            nursery.stdin.close()
            with suppress(TimeoutError):
                await asyncio.wait_for(nursery.wait(), 10)

    async def _dies(self, point: str, nursery: asyncio.StreamReader) -> bool:
        """Lets one worker live; says whether it died where it should."""
        pid = int(await nursery.readline())
        answer = asyncio.create_task(nursery.readline())
        frozen = [self.parts.freeze(name) for name in HELD_UP.get(point, ())]
        done, _ = await asyncio.wait([answer], timeout=DIES_SECONDS)
        for each in filter(None, frozen):
            self.parts.thaw(each)
        if not done:
            os.kill(pid, signal.SIGKILL)
            await answer
            return False
        died = answer.result().split() == [point.encode(), str(KILLED).encode()]
        self.deaths[point] += died
        return died

    def _environment(self) -> dict[str, str]:
        house = self.parts.house
        own = {"VAR_DIR": str(house.folder / "var"), "LOG_LEVEL": "error", "PYTHONPATH": str(ROOT)}
        if self.parts.sql:
            own["DATABASE_URL"] = self.parts.sql.server.url("parley")
        return clean_environment() | own

    async def _forget_rooms(self, http: httpx.AsyncClient) -> None:
        """Rooms that come and go, for those who die while they forget one."""
        base = self.parts.house.base
        while True:
            with suppress(httpx.TransportError, KeyError):
                made = (await http.post(f"{base}{API}/rooms", json={"ttl": "1h"})).json()
                headers = {"Authorization": f"Bearer {made['host_token']}"}
                name = made["room"]["name"]
                if (await http.delete(f"{base}{API}/rooms/{name}", headers=headers)).status_code == 202:
                    self.forgotten.append(name)
            await asyncio.sleep(0.5)

    async def remembered(self) -> list[str]:
        """Rooms that should be forgotten and are not."""
        base, found = self.parts.house.base, []
        async with httpx.AsyncClient(timeout=10, trust_env=False) as http:
            for name in self.forgotten:
                for _ in range(600):
                    receipt = await http.get(f"{base}{API}/rooms/{name}/receipt")
                    room = await http.get(f"{base}{API}/rooms/{name}")
                    if receipt.status_code == 200 and room.status_code in (404, 410):
                        break
                    await asyncio.sleep(0.1)
                else:
                    found.append(f"{name}: {room.status_code}, its receipt {receipt.status_code}")
        return found
