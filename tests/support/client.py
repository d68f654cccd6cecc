"""A client for tests: it knows the contract and nothing of the code behind it."""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

Json = dict[str, Any]
API = "/api/v1"
WAIT_SECONDS = 40.0
PATIENCE = 3
"""How often a slow machine is asked whether a message is shown by now."""

CUT = 1006
"""Not a code that is sent: the connection ended without a goodbye (RFC 6455, 7.1.5)."""


def new_id() -> str:
    """A message's id, as a client makes it."""
    return str(uuid.uuid4())


def seqs(events: Iterable[Json]) -> list[int]:
    """The numbers of events."""
    return [event["seq"] for event in events]


def texts(events: Iterable[Json]) -> list[str]:
    """What was said, as events tell it."""
    return [event["message"]["text"] for event in events if event["kind"] == "message"]


def bearer(token: str | None) -> dict[str, str]:
    """The header that says who is asking."""
    return {"Authorization": f"Bearer {token}"} if token else {}


@dataclass(frozen=True)
class Venue:
    """One room of a house, made for one test."""

    base: str
    http: httpx.Client
    room: Json
    host_token: str
    host_url: str

    @property
    def name(self) -> str:
        return str(self.room["name"])

    @property
    def api(self) -> str:
        return f"{API}/rooms/{self.name}"

    def call(self, method: str, path: str = "", token: str | None = None, **more: Any) -> httpx.Response:
        """One call about this room; `path` is what follows its name."""
        return self.http.request(method, self.api + path, headers=bearer(token) | more.pop("headers", {}), **more)

    def host(self, method: str, path: str = "", **more: Any) -> httpx.Response:
        """One call about this room by its host."""
        return self.call(method, path, self.host_token, **more)

    def join(self, nickname: str = "Ada", password: str | None = None) -> Guest:
        """A new participant."""
        asked = {"nickname": nickname} | ({"password": password} if password else {})
        answer = self.call("POST", "/participants", json=asked)
        assert answer.status_code == 201, answer.text
        return Guest(self, answer.json()["participant"], answer.json()["token"])

    def now(self) -> Json:
        """The room as it is told just now."""
        return dict(self.call("GET").raise_for_status().json()["room"])

    def events(self, after: int = 0) -> list[Json]:
        """All events after a seq."""
        return list(self.call("GET", f"/events?after={after}").raise_for_status().json()["events"])

    def texts(self) -> list[str]:
        """All that was said, in order, as the events tell it."""
        return texts(self.events())

    @contextmanager
    def screen(self, token: str | None = None, after: int = 0, **more: Any) -> Iterator[Screen]:
        """An open socket of this room; it has read the hello."""
        with open_screen(self.base, self.name, token, after, **more) as screen:
            screen.hello = screen.next()
            assert screen.hello["type"] == "hello", screen.hello
            yield screen


@dataclass(frozen=True)
class Guest:
    """One participant."""

    venue: Venue
    participant: Json
    token: str

    @property
    def id(self) -> str:
        return str(self.participant["id"])

    def call(self, method: str, path: str = "", **more: Any) -> httpx.Response:
        return self.venue.call(method, path, self.token, **more)

    def post(self, text: str, message_id: str | None = None, wait: int | None = None) -> httpx.Response:
        """Says something over HTTP."""
        query = "" if wait is None else f"?wait={wait}"
        return self.call("POST", f"/messages{query}", json={"id": message_id or new_id(), "text": text})

    def say(self, text: str) -> Json:
        """Says something and waits until it is on the screens; answers the message with its seq."""
        message_id = new_id()
        for _ in range(PATIENCE):
            answer = self.post(text, message_id, wait=25)
            assert answer.status_code in (201, 202), answer.text
            if answer.status_code == 201:
                return dict(answer.json()["message"])
            assert answer.json()["state"] == "accepted", answer.text
        raise AssertionError("accepted, and not delivered")

    def screen(self, after: int = 0, **more: Any) -> Any:
        """This participant's open socket."""
        return self.venue.screen(self.token, after, **more)


@dataclass
class Screen:
    """One open socket, and all that it was shown."""

    socket: ClientConnection
    hello: Json = field(default_factory=dict)
    frames: list[Json] = field(default_factory=list)
    _unread: list[Json] = field(default_factory=list)

    def send(self, what: object) -> None:
        """Sends a frame: bytes and text as they are, anything else as JSON."""
        self.socket.send(what if isinstance(what, str | bytes) else json.dumps(what, ensure_ascii=False))

    def say(self, text: str, message_id: str | None = None) -> str:
        """Says something; answers the id."""
        message_id = message_id or new_id()
        self.send({"type": "say", "id": message_id, "text": text})
        return message_id

    def next(self, seconds: float = WAIT_SECONDS) -> Json:
        """The next object, whether it came alone or in an array."""
        while not self._unread:
            got = json.loads(self.socket.recv(timeout=seconds))
            self._unread += got if isinstance(got, list) else [got]
        self.frames.append(self._unread.pop(0))
        return self.frames[-1]

    def until(self, holds: Callable[[Json], object], seconds: float = WAIT_SECONDS) -> Json:
        """Reads until something comes that is waited for."""
        end = time.monotonic() + seconds
        while not holds(frame := self.next(max(0.01, end - time.monotonic()))):
            pass
        return frame

    def until_type(self, kind: str, seconds: float = WAIT_SECONDS) -> Json:
        """Reads until an object of a type comes."""
        return self.until(lambda frame: frame["type"] == kind, seconds)

    def until_text(self, text: str, seconds: float = WAIT_SECONDS) -> Json:
        """Reads until a message with a text is shown; answers its event."""
        return self.until(lambda frame: (frame.get("message") or {}).get("text") == text, seconds)

    def events(self) -> list[Json]:
        """The events among what was read."""
        return [frame for frame in self.frames if frame["type"] == "event"]

    def seqs(self) -> list[int]:
        """The numbers of the events that were read."""
        return seqs(self.events())

    def types(self) -> list[str]:
        """What was read, by type, without the presence, which comes when it likes."""
        return [frame["type"] for frame in self.frames if frame["type"] != "presence"]

    def closing(self, seconds: float = WAIT_SECONDS) -> int:
        """Reads until the socket is closed by the other side; answers the close code."""
        end = time.monotonic() + seconds
        try:
            while True:
                self.next(max(0.01, end - time.monotonic()))
        except ConnectionClosed as closed:
            return int(closed.rcvd.code) if closed.rcvd else CUT


def make_room(base: str, http: httpx.Client, **asked: Any) -> Venue:
    """Makes a room that lives for an hour, unless something else is asked for."""
    answer = http.post(f"{API}/rooms", json={"ttl": "1h"} | asked)
    assert answer.status_code == 201, answer.text
    made = answer.json()
    return Venue(base, http, made["room"], made["host_token"], made["host_url"])


@contextmanager
def browser(base: str) -> Iterator[httpx.Client]:
    """A client with a jar for cookies, as a browser has it; it uses no proxy."""
    with httpx.Client(base_url=base, timeout=60.0, trust_env=False) as http:
        yield http


@contextmanager
def open_screen(
    base: str, name: str, token: str | None = None, after: int | None = 0, query: str = "", **more: Any
) -> Iterator[Screen]:
    """An open socket, of which nothing has been read."""
    address = base.replace("http", "ws", 1) + f"/ws/rooms/{name}"
    address += "?" + "&".join(part for part in (f"after={after}" if after is not None else "", query) if part)
    options = {
        "additional_headers": bearer(token) | more.pop("headers", {}),
        "max_size": None,
        "max_queue": None,
        "proxy": None,
        "open_timeout": WAIT_SECONDS,
    }
    with connect(address, **(options | more)) as socket:
        yield Screen(socket)


def problem(answer: httpx.Response, status: int) -> Json:
    """What an answer says is wrong, held against the contract's shape (RFC 9457)."""
    assert answer.status_code == status, f"{answer.status_code}: {answer.text[:500]}"
    assert answer.headers["Content-Type"] == "application/problem+json"
    told = dict(answer.json())
    assert {"type", "title", "status", "detail", "errors"} <= set(told), told
    assert told["status"] == status
    assert told["title"]
    assert told["detail"]
    assert all(set(error) == {"field", "message"} and error["message"] for error in told["errors"])
    return told


def fields(answer: httpx.Response, status: int = 422) -> set[str]:
    """Which fields an answer says are wrong."""
    return {error["field"] for error in problem(answer, status)["errors"]}
