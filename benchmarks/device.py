"""A device in a room, as our own page is one: it joins by HTTP and talks over a socket."""

from __future__ import annotations

import asyncio
import json
import random
from contextlib import suppress
from http import HTTPStatus
from typing import Any

import httpx
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

Json = dict[str, Any]

ANSWER_SECONDS = 60.0
NICKNAME_MOST = 18
GONE = "gone"
"""What became of a message if the line was cut before anything was said about it."""


class Refused(Exception):
    """It may not join; the text is the refusal's code."""


class Device:
    """One device that has joined, with its socket open."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._asked: dict[str, asyncio.Future[str]] = {}
        self._why = GONE
        self._hearing = asyncio.create_task(self._hear())

    @classmethod
    async def joins(cls, http: httpx.AsyncClient, sockets: str, room: str, nickname: str, network: str) -> Device:
        """Comes in; where somebody is called so already it puts a figure behind its nickname, as people do.

        Args:
            http: where the house is.
            sockets: where its sockets are, as in `ws://127.0.0.1:8000`.
            room: its name.
            nickname: wished for.
            network: an address, as a proxy in front would tell it.

        Raises:
            Refused: it is not let in.
        """
        told = {"X-Forwarded-For": network}
        while True:
            answer = await http.post(f"/api/v1/rooms/{room}/participants", json={"nickname": nickname}, headers=told)
            if answer.status_code != HTTPStatus.CONFLICT:
                break
            nickname = f"{nickname[:NICKNAME_MOST]} {random.randrange(1000)}"
        if not answer.is_success:
            raise Refused(answer.json()["code"])
        path = f"{sockets}/ws/rooms/{room}?token={answer.json()['token']}"
        try:
            return cls(await connect(path, additional_headers=told, compression=None, max_size=None))
        except WebSocketException as error:
            raise Refused(GONE) from error

    @property
    def is_in(self) -> bool:
        """Whether its line is open."""
        return not self._hearing.done()

    async def say(self, message_id: str, text: str) -> str:
        """Says something; answers "accepted", or the code of the refusal, or why the line was cut."""
        answer = self._asked[message_id] = asyncio.get_running_loop().create_future()
        try:
            with suppress(WebSocketException):
                await self._socket.send(json.dumps({"type": "say", "id": message_id, "text": text}))
            if not self.is_in:
                return self._why
            return await asyncio.wait_for(answer, ANSWER_SECONDS)
        finally:
            del self._asked[message_id]

    async def leave(self) -> None:
        """Goes."""
        await self._socket.close()
        await self._hearing

    async def _hear(self) -> None:
        try:
            async for frame in self._socket:
                told = json.loads(frame)
                for each in told if isinstance(told, list) else [told]:
                    self._told(each)
        except WebSocketException:
            pass
        finally:
            for answer in self._asked.values():
                if not answer.done():
                    answer.set_result(self._why)

    def _told(self, each: Json) -> None:
        match each["type"]:
            case "accepted" | "error" if answer := self._asked.get(each.get("id", "")):
                if not answer.done():
                    answer.set_result(each.get("code", "accepted"))
            case "shut":
                self._why = each["reason"]
