"""A whole room by the contract alone: five participants, three ways to listen, one order.

Run it against any Parley: `python tests/support/walk.py http://127.0.0.1:8000`. It makes a room, joins three
participants over WebSocket, one over Server-Sent Events and one by long poll, lets all of them speak, and
compares what each of them was shown. It knows the contract and nothing of the code behind it.
"""

import argparse
import asyncio
import json
import sys
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.asyncio.client import connect

Json = dict[str, Any]
API = "/api/v1"
TIMEOUT_SECONDS = 100.0
SPEAKERS = ("Ada", "Grace", "Alan", "Edsger", "Barbara")


@dataclass
class Listener:
    """One participant and all that he was shown."""

    nickname: str
    token: str
    how: str
    shown: list[Json] = field(default_factory=list)
    accepted: set[str] = field(default_factory=set)
    errors: list[Json] = field(default_factory=list)

    def take(self, frame: Json) -> None:
        """Sorts one frame."""
        match frame.get("type"):
            case "event":
                self.shown.append(frame)
            case "accepted":
                self.accepted.add(frame["id"])
            case "error" | "rejected" | "held" | "reset":
                self.errors.append(frame)

    def messages(self) -> list[tuple[int, str, str]]:
        """What was said, as it was shown: seq, id, text."""
        said = [event for event in self.shown if event["kind"] == "message"]
        return [(event["seq"], event["message"]["id"], event["message"]["text"]) for event in said]


@dataclass(frozen=True)
class Report:
    """What came of a walk."""

    room: str
    sent: int
    listeners: tuple[Listener, ...]
    seconds: float

    def faults(self) -> list[str]:
        """Everything that breaks the contract; nothing is what it should be."""
        found = [f"{each.nickname}: {each.errors[:3]}" for each in self.listeners if each.errors]
        first = self.listeners[0].messages()
        for each in self.listeners:
            seqs = [event["seq"] for event in each.shown]
            if seqs != list(range(1, len(seqs) + 1)):
                found.append(f"{each.nickname} ({each.how}): seqs are not 1…{len(seqs)} without a gap")
            if len(each.messages()) != self.sent:
                found.append(f"{each.nickname} ({each.how}) was shown {len(each.messages())} of {self.sent}")
            if each.messages() != first:
                found.append(f"{each.nickname} ({each.how}) was shown something else than {self.listeners[0].nickname}")
        if len({message_id for _, message_id, _ in first}) != self.sent:
            found.append("a message was shown twice")
        return found


async def walk(base: str, count: int = 500) -> Report:
    """Makes a room, has `count` messages said by five and heard by all of them.

    Args:
        base: where Parley is, without a slash at the end.
        count: how many messages, shared out among the five.
    """
    began = time.monotonic()
    async with httpx.AsyncClient(base_url=base, timeout=TIMEOUT_SECONDS) as http:
        made = (await http.post(f"{API}/rooms", json={"title": "The walk", "ttl": "1h"})).raise_for_status().json()
        room = made["room"]["name"]
        ways = ("websocket", "websocket", "websocket", "events stream", "long poll")
        five = [await _join(http, room, nickname, how) for nickname, how in zip(SPEAKERS, ways, strict=True)]
        share = count // len(five)
        async with asyncio.timeout(TIMEOUT_SECONDS), asyncio.TaskGroup() as group:
            for listener in five[:3]:
                group.create_task(_over_websocket(base, room, listener, share, share * 5))
            group.create_task(_over_events_stream(http, room, five[3], share * 5))
            group.create_task(_by_long_poll(http, room, five[4], share * 5))
            for listener in five[3:]:
                group.create_task(_post(http, room, listener, share))
        return Report(room, share * 5, tuple(five), time.monotonic() - began)


async def _join(http: httpx.AsyncClient, room: str, nickname: str, how: str) -> Listener:
    answer = await http.post(f"{API}/rooms/{room}/participants", json={"nickname": nickname})
    return Listener(nickname, answer.raise_for_status().json()["token"], how)


async def _over_websocket(base: str, room: str, listener: Listener, share: int, total: int) -> None:
    address = base.replace("http", "ws", 1) + f"/ws/rooms/{room}?after=0"
    headers = {"Authorization": f"Bearer {listener.token}"}
    async with connect(address, additional_headers=headers, max_size=None) as socket:
        hello = json.loads(await socket.recv())
        assert hello["type"] == "hello", hello
        assert hello["you"]["nickname"] == listener.nickname, hello
        speaking = asyncio.create_task(_say(socket, listener, share))
        while len(listener.shown) < total or len(listener.accepted) < share:
            frame = json.loads(await socket.recv())
            for each in frame if isinstance(frame, list) else [frame]:
                listener.take(each)
        await speaking


async def _say(socket: Any, listener: Listener, share: int) -> None:
    for number in range(share):
        said = {"type": "say", "id": str(uuid.uuid4()), "text": f"{listener.nickname} says {number} ✓"}
        await socket.send(json.dumps(said))


async def _post(http: httpx.AsyncClient, room: str, listener: Listener, share: int) -> None:
    for number in range(share):
        said = {"id": str(uuid.uuid4()), "text": f"{listener.nickname} says {number} ✓"}
        headers = {"Authorization": f"Bearer {listener.token}"}
        answer = await http.post(f"{API}/rooms/{room}/messages", json=said, headers=headers)
        assert (answer.status_code, answer.json()["state"]) == (202, "accepted"), answer.text
        listener.accepted.add(said["id"])


async def _over_events_stream(http: httpx.AsyncClient, room: str, listener: Listener, total: int) -> None:
    headers = {"Authorization": f"Bearer {listener.token}"}
    async with http.stream("GET", f"{API}/rooms/{room}/events/stream?after=0", headers=headers) as answer:
        seq, kind = None, "message"
        async for line in answer.aiter_lines():
            name, _, value = line.partition(": ")
            if name == "id":
                seq = int(value)
            elif name == "event":
                kind = value
            elif name == "data" and kind == "message":
                event = json.loads(value)
                assert event["seq"] == seq, (event, seq)
                listener.take(event)
            elif not line:
                kind = "message"
            if len(listener.shown) >= total:
                return


async def _by_long_poll(http: httpx.AsyncClient, room: str, listener: Listener, total: int) -> None:
    after = 0
    headers = {"Authorization": f"Bearer {listener.token}"}
    while len(listener.shown) < total:
        answer = await http.get(f"{API}/rooms/{room}/events?after={after}&wait=10", headers=headers)
        for event in answer.raise_for_status().json()["events"]:
            listener.take(event)
            after = event["seq"]


def main() -> int:
    """Prints what was seen; 1 if it breaks the contract."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("base", nargs="?", default="http://127.0.0.1:8000")
    parser.add_argument("--messages", type=int, default=500)
    asked = parser.parse_args()
    report = asyncio.run(walk(asked.base.rstrip("/"), asked.messages))
    for each in report.listeners:
        print(f"{each.nickname:8} {each.how:14} shown {len(each.shown)} accepted {len(each.accepted)}")
    print(f"room {report.room}: {report.sent} messages in {report.seconds:.1f} s")
    faults = report.faults()
    print("\n".join(faults) or "all five were shown the same messages in the same order, seq 1…N without a gap")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
