"""The crowd: clients of every kind that behave as the contract says, and write down all that they are told and shown.

They come back at spread moments with the last seq that they saw, and say again what was not confirmed and, after a new
hello, what was not shown. Half of them do only the former: they trust an "accepted", so that no loss is hidden by their
diligence. A fifth of what is said is said twice on purpose. They pace themselves by what is accepted.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
import uuid
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, WebSocketException

from tests.faults.diary import RESET, Diary, Saying, Sight

Json = dict[str, Any]
API = "/api/v1"
REPLAYED = 0.2
BAD = 0.01
LISTED = "shit"
"""A word that the word list has: who says it is held."""

UNCONFIRMED, UNSEEN = 40, 150
"""How many messages a speaker has under way before he waits."""

COMES_BACK = (0.05, 0.6)
"""Between these many seconds a client waits before it comes back."""

PATIENT = httpx.Timeout(30.0, connect=5.0)
AGAIN_CODES = ("unavailable", "too_fast")
TRUSTING = ("socket two", "stream")
SENT_OUT = (1008, 4404, 4410)


@dataclass
class Talk:
    """What all clients of an ordeal share.

    Attributes:
        seed: of everything that they decide by chance.
        rate: how many messages a second each speaker says at most.
        least: they talk on until so many are accepted.
        trust: whether some never say again what was accepted; nobody may where Redis is emptied.
        speaking: whether there is still something to say.
        over: whether everybody goes home.
    """

    seed: int
    rate: float = 1e9
    least: int = 0
    trust: bool = True
    began: float = field(default_factory=time.monotonic)
    speaking: bool = True
    over: bool = False
    accepted: int = 0
    replayed: int = 0
    slowest: float = 0.0
    slowest_was: str = ""

    @property
    def now(self) -> float:
        return time.monotonic() - self.began

    def took(self, seconds: float, what: str) -> None:
        if seconds > self.slowest:
            self.slowest, self.slowest_was = seconds, what


@dataclass(frozen=True)
class Way:
    """How somebody comes into a room: by which address, to which room, as whom."""

    base: str
    room: str
    how: str
    token: str = ""
    participant: str = ""


class Person:
    """One client of one room."""

    def __init__(self, talk: Talk, way: Way) -> None:
        self.talk, self.base, self.room, self.token = talk, way.base, way.room, way.token
        self.diary = Diary(f"{way.how} in {way.room}", way.room, way.participant)
        self.chance = random.Random(f"{talk.seed} {way.room} {way.how}")
        self.trusts = talk.trust and way.how in TRUSTING
        self.shown: set[str] = set()
        self.open: dict[str, Saying] = {}
        self.unseen: dict[str, Saying] = {}
        self.recent: deque[Saying] = deque(maxlen=200)
        self.last = 0
        self.news = asyncio.Event()
        self._next = 0.0

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"} if self.token else {}

    def comes_back(self) -> float:
        return self.chance.uniform(*COMES_BACK)

    # -- what it says
    def new(self) -> Saying:
        number, bad = len(self.diary.said) + 1, self.chance.random() < BAD
        text = f"{self.diary.name} says {number} ✓" + (f" {LISTED}" if bad else "")
        id_ = str(uuid.UUID(int=self.chance.getrandbits(128), version=4))
        saying = Saying(id_, text, self.talk.now, self.diary.tick(), bad=bad)
        self.diary.said[id_] = self.open[id_] = saying
        return saying

    def again(self, saying: Saying) -> None:
        """It says something again, as it was not answered, refused, or not shown."""
        saying.tries += 1
        saying.said_again = saying.said_again or saying.told is not None

    def replay(self) -> Saying | None:
        """Now and then something that was said before, on purpose."""
        if self.recent and self.chance.random() < REPLAYED:
            old = self.chance.choice(self.recent)
            if self.trusts and old.id not in self.shown:
                return None
            self.talk.replayed += 1
            old.said_again = True
            return old
        return None

    async def may_say(self) -> bool:
        """Waits until it may say more; False when there is nothing more to say."""
        while self.talk.speaking and (len(self.open) >= UNCONFIRMED or len(self.unseen) >= UNSEEN):
            self.news.clear()
            with suppress(TimeoutError):
                await asyncio.wait_for(self.news.wait(), 0.5)
        if self.talk.rate < 1e6:
            self._next = max(self._next, self.talk.now - 0.2) + self.chance.uniform(0.5, 1.5) / self.talk.rate
            await asyncio.sleep(max(0.0, self._next - self.talk.now))
        return self.talk.speaking

    def told(self, id_: str, verdict: str, seq: int | None = None) -> None:
        """It was told what became of a message."""
        saying = self.diary.said.get(id_)
        if saying is None:
            self.diary.odd.append(f"{verdict} for {id_}, which it never said")
            return
        self.open.pop(id_, None)
        if saying.told is None:
            saying.told, saying.told_at = self.diary.tick(), self.talk.now
            self.talk.accepted += 1
            self.recent.append(saying)
            if id_ not in self.shown:
                self.unseen[id_] = saying
        saying.verdict = verdict if verdict != "accepted" or not saying.verdict else saying.verdict
        saying.seq = seq or saying.seq
        if verdict in ("held", "rejected"):
            self.unseen.pop(id_, None)
        self.news.set()

    # -- what it is shown
    def show(self, event: Json) -> None:
        """It is shown an event."""
        seq, kind, now = event["seq"], event["kind"], self.talk.now
        if kind == "message":
            message = event["message"]
            id_ = message["id"]
            self.diary.seen.append(Sight(seq, kind, id_, message["text"], message["participant_id"], now))
            self.shown.add(id_)
            self.unseen.pop(id_, None)
            self.news.set()
        else:
            self.diary.seen.append(Sight(seq, kind, event.get("id", ""), at=now))
        self.last = seq

    def reset(self) -> None:
        """It is told to forget what it shows."""
        self.diary.seen.append(Sight(RESET, "reset", at=self.talk.now))
        self.last = 0
        self.shown.clear()

    def hear(self, frame: Json) -> None:
        """One object from the house."""
        match frame:
            case {"type": "event"}:
                self.show(frame)
            case {"type": "accepted" | "held" | "rejected" as verdict, "id": str(id_)}:
                self.told(id_, verdict)
            case {"type": "reset"}:
                self.reset()
            case {"type": "hello" | "presence" | "desk"}:
                pass
            case _:
                self.diary.odd.append(f"a frame: {json.dumps(frame)[:200]}")


class OnSocket(Person):
    """Listens and speaks over a WebSocket; without a token it only listens."""

    def __init__(self, talk: Talk, way: Way) -> None:
        super().__init__(talk, way)
        self.refused: deque[tuple[float, Saying]] = deque()

    async def live(self) -> None:
        while not self.talk.over:
            address = self.base.replace("http", "ws", 1) + f"/ws/rooms/{self.room}?after={self.last}"
            options: Json = {"max_size": None, "max_queue": None, "proxy": None, "compression": None}
            times: Json = {"open_timeout": 10, "close_timeout": 1, "ping_interval": 10, "ping_timeout": 10}
            with suppress(OSError, WebSocketException, TimeoutError, EOFError):
                async with connect(address, additional_headers=self.headers, **options, **times) as socket:
                    await self._stay(socket)
                    if socket.close_code in SENT_OUT:
                        self.diary.odd.append(f"sent out with {socket.close_code}")
            await asyncio.sleep(self.comes_back())

    async def _stay(self, socket: ClientConnection) -> None:
        talking: asyncio.Task[None] | None = None
        try:
            while not self.talk.over:
                try:
                    read = json.loads(await asyncio.wait_for(socket.recv(), 1.0))
                except TimeoutError:
                    continue
                for frame in read if isinstance(read, list) else [read]:
                    if frame["type"] == "hello" and self.token:
                        talking = asyncio.create_task(self._speak(socket))
                    elif frame["type"] == "error":
                        self._refused(frame)
                    else:
                        self.hear(frame)
        except ConnectionClosed:
            return
        finally:
            if talking:
                talking.cancel()
                with suppress(asyncio.CancelledError, OSError, WebSocketException):
                    await talking

    def _refused(self, frame: Json) -> None:
        saying = self.diary.said.get(frame.get("id", ""))
        if frame["code"] not in AGAIN_CODES:
            self.diary.odd.append(f"a refusal: {json.dumps(frame)[:200]}")
        elif saying is not None:
            wait = min(frame.get("retry_after", 1), 2) * self.chance.uniform(0.2, 1.0)
            self.refused.append((self.talk.now + wait, saying))

    async def _speak(self, socket: ClientConnection) -> None:
        self.refused.clear()
        first = {**({} if self.trusts else self.unseen), **self.open}
        for saying in sorted(first.values(), key=lambda each: each.sent):
            await self._say(socket, saying, again=True)
        while not self.talk.over:
            while self.refused and self.refused[0][0] <= self.talk.now:
                await self._say(socket, self.refused.popleft()[1], again=True)
            if not self.talk.speaking or self.refused:
                await asyncio.sleep(0.05)
            elif await self.may_say():
                await self._say(socket, self.new())
                if old := self.replay():
                    await self._say(socket, old)

    async def _say(self, socket: ClientConnection, saying: Saying, *, again: bool = False) -> None:
        if again:
            self.again(saying)
        await socket.send(json.dumps({"type": "say", "id": saying.id, "text": saying.text}))


class OverHttp(Person):
    """Speaks by POST, one message after the other, and listens by stream or by long poll."""

    def __init__(self, talk: Talk, way: Way, http: httpx.AsyncClient, wait: int = 0, listen: str = "") -> None:
        super().__init__(talk, way)
        self.http, self.wait, self.listen = http, wait, listen

    async def live(self) -> None:
        listening = self._stream if self.listen == "stream" else self._poll
        async with asyncio.TaskGroup() as group:
            group.create_task(listening())
            if self.token:
                group.create_task(self._speak())

    # -- speaking
    async def _speak(self) -> None:
        while not self.talk.over:
            if self.open:
                await self._say(next(iter(self.open.values())))
            elif not self.talk.speaking:
                await asyncio.sleep(0.05)
            elif await self.may_say():
                await self._say(self.new())
                if old := self.replay():
                    await self._post(old)

    def say_again_what_was_not_shown(self) -> None:
        for saying in [] if self.trusts else list(self.unseen.values()):
            self.again(saying)
            self.open[saying.id] = saying

    async def _say(self, saying: Saying) -> None:
        """Says something until it is answered; who asked to wait, until it is shown or held."""
        while not await self._post(saying) and not self.talk.over:
            self.again(saying)

    async def _post(self, saying: Saying) -> bool:
        query = f"?wait={self.wait}" if self.wait else ""
        body = {"id": saying.id, "text": saying.text}
        answer = await self._ask("POST", f"/messages{query}", json=body)
        if answer is None:
            await asyncio.sleep(self.comes_back())
            return False
        match answer.status_code:
            case 201:
                self.told(saying.id, "accepted", answer.json()["message"]["seq"])
            case 202:
                state = answer.json()["state"]
                self.told(saying.id, state)
                return not self.wait or state == "held" or saying.id in self.shown
            case 422:
                self.told(saying.id, "rejected")
            case 429 | 503:
                wait = min(float(answer.headers.get("Retry-After", 1)), 2)
                await asyncio.sleep(wait * self.chance.uniform(0.2, 1.0))
                return False
            case _:
                self._odd(answer, "POST a message")
                await asyncio.sleep(1)
                return False
        return True

    async def _ask(self, method: str, path: str, **more: Any) -> httpx.Response | None:
        """One call; None if there was no answer."""
        began = self.talk.now
        try:
            return await self.http.request(
                method, f"{self.base}{API}/rooms/{self.room}{path}", headers=self.headers, **more
            )
        except httpx.TransportError:
            return None
        finally:
            self.talk.took(self.talk.now - began, f"{method} {path.partition('?')[0]} by {self.diary.name}")

    def _odd(self, answer: httpx.Response, what: str) -> None:
        self.diary.odd.append(f"{answer.status_code} for {what} at {self.talk.now:.1f} s: {answer.text[:200]}")

    # -- listening
    async def _stream(self) -> None:
        address = f"{self.base}{API}/rooms/{self.room}/events/stream"
        while not self.talk.over:
            headers = self.headers | {"Last-Event-ID": str(self.last)}
            with suppress(httpx.TransportError, TimeoutError):
                async with self.http.stream("GET", address, headers=headers) as answer:
                    if answer.status_code == 200:
                        await self._read(answer)
                    elif answer.status_code not in (429, 503):
                        await answer.aread()
                        self._odd(answer, "GET the stream")
            await asyncio.sleep(self.comes_back())

    async def _read(self, answer: httpx.Response) -> None:
        seq, kind = 0, "message"
        async for line in answer.aiter_lines():
            name, _, value = line.partition(": ")
            if name == "id":
                seq = int(value)
            elif name == "event":
                kind = value
            elif name == "data":
                self._heard(json.loads(value), seq if kind == "message" else None)
            elif not line:
                kind = "message"
            if self.talk.over:
                return

    def _heard(self, frame: Json, seq: int | None) -> None:
        if seq is not None and frame["seq"] != seq:
            self.diary.odd.append(f"the stream's id {seq} for {frame['seq']}")
        self.hear(frame)
        if frame["type"] == "hello":
            self.say_again_what_was_not_shown()

    async def _poll(self) -> None:
        while not self.talk.over:
            answer = await self._ask("GET", f"/events?after={self.last}&wait=5")
            if answer is not None and answer.status_code == 200:
                for event in answer.json()["events"]:
                    self.show(event)
                continue
            if answer is not None and answer.status_code not in (429, 503):
                self._odd(answer, "GET the events")
            await asyncio.sleep(self.comes_back())


class Host(OverHttp):
    """The host: takes a message away now and then, and gives the room another title."""

    def __init__(self, talk: Talk, way: Way, http: httpx.AsyncClient, every: float) -> None:
        super().__init__(talk, way, http, listen="poll")
        self.every = every
        self.removed: list[str] = []
        self.retitled = 0

    async def _speak(self) -> None:
        while not self.talk.over:
            await asyncio.sleep(self.every * self.chance.uniform(0.5, 1.5))
            if self.talk.speaking:
                await (self._remove() if self.chance.random() < 0.7 else self._retitle())

    async def _remove(self) -> None:
        shown = [sight for sight in self.diary.seen[-200:] if sight.kind == "message"]
        if shown:
            id_ = self.chance.choice(shown).id
            if await self._until(lambda: self._ask("DELETE", f"/messages/{id_}"), 202):
                self.removed.append(id_)

    async def _retitle(self) -> None:
        title = {"title": f"Title {self.retitled + 1}"}
        if await self._until(lambda: self._ask("PATCH", "", json=title), 200):
            self.retitled += 1

    async def _until(self, ask: Callable[[], Any], status: int) -> bool:
        while not self.talk.over:
            answer = await ask()
            if answer is not None and answer.status_code == status:
                return True
            if answer is not None and answer.status_code not in (429, 503):
                self._odd(answer, "what the host asked")
            await asyncio.sleep(self.comes_back())
        return False
