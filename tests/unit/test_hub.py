"""The hub: who comes first into a room is live, whoever comes and goes meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import gevent
import pytest

from app.bus import channels
from app.bus import hub as hubs
from app.bus.bell import Parcel, Word
from app.bus.follower import Follower
from app.bus.hub import Hub
from app.bus.listener import Heard

ROOM = "0197c1d2-3e4f-7a5b-8c6d-7e8f90a1b2c3"


class Reader(Follower):
    """Somebody who only looks on, and what he was shown."""

    def __init__(self, room_id: str, participant_id: str | None, seq: int) -> None:
        super().__init__(room_id, participant_id, seq)
        self.shown: list[str] = []

    def take(self, parcel: Parcel) -> None:
        self.shown += parcel.texts

    def tell(self, word: Word) -> None:
        """Nothing is told here."""

    def finish(self, code: int, word: str = "") -> None:
        """Nobody is sent away here."""


class BusyListener:
    """A listener whose way to Redis takes a moment, in which others have their turn."""

    @staticmethod
    def meanwhile() -> None:
        """Nobody comes."""

    def __init__(self, hear: Callable[[Sequence[Heard]], None], _wanted: object) -> None:
        self.hear = hear

    def listen_to(self, channel: str) -> None:
        self.hear([{"type": "subscribe", "channel": channel, "data": 1}])
        self.meanwhile()

    def let_go(self, _channel: str, _is_wanted: object) -> None:
        """Nothing was really heard."""


def reading(monkeypatch: pytest.MonkeyPatch, events: list[str]) -> tuple[BusyListener, Reader]:
    """Somebody who has been shown all events of a room so far, and what his hub listens with."""
    monkeypatch.setattr(hubs, "Listener", BusyListener)
    hub = Hub(lambda _room, after: Parcel(after + 1, len(events), events[after:]), lambda _room: None)
    reader = Reader(ROOM, None, 0)
    hub.join(reader)
    hub.catch_up(reader)
    assert isinstance(hub._listener, BusyListener)
    return hub._listener, reader


def test_who_comes_first_is_live_even_if_somebody_comes_and_goes_before_the_room_is_heard(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(hubs, "Listener", BusyListener)
    hub = Hub(lambda _room, after: Parcel(after + 1, after, []), lambda _room: None)
    first, other = Reader(ROOM, None, 0), Reader(ROOM, None, 0)

    def come_and_go() -> None:
        hub.join(other)
        hub.leave(other)

    monkeypatch.setattr(BusyListener, "meanwhile", staticmethod(come_and_go))
    hub.join(first)
    hub.catch_up(first)
    assert first.live
    assert len(hub) == 1


def test_what_was_not_heard_is_fetched_before_what_comes_after_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log has 1, 2 and 3; of their rings the second was lost, and the first comes once more."""
    events = ["one"]
    listener, reader = reading(monkeypatch, events)
    events += ["two", "three"]
    for ring in ("E 1 1\none", "E 3 3\nthree"):
        listener.hear([{"type": "message", "channel": channels.bell(ROOM), "data": ring}])
    gevent.sleep(0)
    assert reader.shown == ["one", "two", "three"]
    assert reader.live


def test_after_a_lost_line_everybody_is_shown_what_was_not_heard(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two was rung while nobody could hear it, and nothing comes after it: the renewed line alone has to bring it."""
    events = ["one"]
    listener, reader = reading(monkeypatch, events)
    events += ["two"]
    listener.hear([{"type": "subscribe", "channel": channels.bell(ROOM), "data": 1}])
    gevent.sleep(0)
    assert reader.shown == ["one", "two"]
    assert reader.live
