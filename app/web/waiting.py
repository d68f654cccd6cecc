"""A request that waits for something to happen in a room: one more follower of the hub."""

import json
from collections.abc import Iterator
from contextlib import contextmanager

import gevent
from gevent.event import Event

from app.bus.bell import Parcel, Word
from app.bus.follower import NOBODY, Follower, Standing
from app.bus.hub import Hub
from app.bus.wire import Json
from app.web import replay


class Waiter(Follower):
    """Collects what happens until somebody has what he waits for, or his time is up."""

    def __init__(self, room_id: str, participant_id: str | None, seq: int, standing: Standing = NOBODY) -> None:
        super().__init__(room_id, participant_id, seq, standing)
        self.texts: list[str] = []
        self.words: list[str] = []
        self.over = False
        self._news = Event()

    @classmethod
    @contextmanager
    def following(
        cls, hub: Hub, room_id: str, participant_id: str | None, after: int | None = None, standing: Standing = NOBODY
    ) -> Iterator["Waiter"]:
        """A waiter that hears all that comes after `after`, by default from now on."""
        waiter = cls(room_id, participant_id, replay.last_seq(room_id) if after is None else after, standing)
        hub.join(waiter)
        try:
            hub.catch_up(waiter)
            yield waiter
        finally:
            hub.leave(waiter)

    def take(self, parcel: Parcel) -> None:
        """Events of the room."""
        self.texts.extend(parcel.texts)
        self._news.set()

    def tell(self, word: Word) -> None:
        """Words for this participant; the presence is among them and means nothing here."""
        self.words.append(word.text)
        self._news.set()

    def finish(self, code: int, word: str = "") -> None:  # noqa: ARG002 - only a socket can say why
        """There is nothing more to wait for."""
        self.over = True
        self._news.set()

    def wait_for_events(self, seconds: float) -> list[str]:
        """The events since the beginning, as soon as there are any, or none when the time is up."""
        with gevent.Timeout(seconds, False):
            while not self.texts and not self.over:
                self._wait()
        return self.texts

    def wait_to_be_let_in(self, seconds: float) -> None:
        """Waits for whoever has knocked until he is let in or sent away, or the time is up."""
        with gevent.Timeout(seconds, False):
            while self.knocks and not self.over:
                self._wait()

    def wait_for(self, message_id: str, seconds: float) -> tuple[Json | None, Json | None]:
        """The event that shows this message, or the word that its author got about it, or neither in time."""
        with gevent.Timeout(seconds, False):
            while not self.over:
                for event in map(json.loads, self._taken(self.texts)):
                    if event["kind"] == "message" and event["message"]["id"] == message_id:
                        return event, None
                for word in map(json.loads, self._taken(self.words)):
                    if word.get("id") == message_id:
                        return None, word
                self._wait()
        return None, None

    def _wait(self) -> None:
        self._news.wait()
        self._news.clear()

    @staticmethod
    def _taken(texts: list[str]) -> list[str]:
        taken, texts[:] = texts[:], []
        return taken
