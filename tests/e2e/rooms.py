"""Rooms and talk made over the API, so that a browser test begins where its own story begins."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import httpx

API = "/api/v1"
TIMEOUT_SECONDS = 30.0


@dataclass(frozen=True)
class Room:
    """A room that a test has made."""

    base: str
    name: str
    code: str
    host_token: str
    host_url: str

    @property
    def path(self) -> str:
        """Its address on whatever way leads to the house."""
        return f"/{self.name}"

    @property
    def desk(self) -> str:
        """The host link, as an address on whatever way leads to the house."""
        return self.host_url.removeprefix(self.base)

    def call(self, method: str, path: str = "", body: Any = None, token: str | None = None) -> Any:
        """Calls the room's API; as its host, as whoever holds the token, or with "" as nobody."""
        token = self.host_token if token is None else token
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        url = f"{self.base}{API}/rooms/{self.name}{path}"
        answer = httpx.request(method, url, json=body, headers=headers, timeout=TIMEOUT_SECONDS)
        answer.raise_for_status()
        return answer.json()

    def wait_for(self, text: str) -> None:
        """Waits until a text is shown."""
        after, seen = 0, list[str]()
        while text not in seen:
            events = self.call("GET", f"/events?after={after}&wait=20")["events"]
            assert events, f"not shown: {text}"
            after, seen = events[-1]["seq"], [event.get("message", {}).get("text") for event in events]

    def join(self, nickname: str = "Edsger") -> Speaker:
        """Somebody who takes part without a browser, and is not the host."""
        return Speaker(self, self.call("POST", "/participants", {"nickname": nickname}, token="")["token"])


@dataclass(frozen=True)
class Speaker:
    """A participant without a browser."""

    room: Room
    token: str

    def say(self, text: str) -> str:
        """Says something and waits until it is shown; gives its id."""
        message_id = str(uuid.uuid4())
        answer = self.room.call("POST", "/messages?wait=20", {"id": message_id, "text": text}, self.token)
        assert "message" in answer or answer["state"] == "held", answer
        return message_id

    def say_many(self, texts: list[str]) -> None:
        """Says much, in this order, and waits until all of it is shown."""
        with httpx.Client(base_url=self.room.base, timeout=TIMEOUT_SECONDS) as http:
            for text in texts[:-1]:
                url, body = f"{API}/rooms/{self.room.name}/messages", {"id": str(uuid.uuid4()), "text": text}
                http.post(url, json=body, headers={"Authorization": f"Bearer {self.token}"}).raise_for_status()
        self.say(texts[-1])


def make_room(base: str, **wanted: Any) -> Room:
    """Makes a room over the API."""
    answer = httpx.post(f"{base}{API}/rooms", json={"ttl": "1h", **wanted}, timeout=TIMEOUT_SECONDS)
    answer.raise_for_status()
    made = answer.json()
    return Room(base, made["room"]["name"], made["room"]["code"], made["host_token"], made["host_url"])
