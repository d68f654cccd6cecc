"""The courier: what has hurry sets out at once, and takes along what has none."""

from __future__ import annotations

import queue
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pytest

from app.bus import chain
from app.bus.courier import PATIENCE_SECONDS, Courier
from app.chat import Room

LONG = 60


@dataclass(frozen=True)
class Sent:
    """A chain as it was given to the broker, which stands aside here."""

    ids: tuple[str, ...]
    at: float


Broker = queue.SimpleQueue[Sent]


@pytest.fixture
def broker(monkeypatch: pytest.MonkeyPatch) -> Broker:
    chains: Broker = queue.SimpleQueue()

    def deliver(_room_id: str, _name: str, ids: Sequence[str]) -> None:
        chains.put(Sent(tuple(ids), time.monotonic()))

    monkeypatch.setattr(chain, "deliver", deliver)
    return chains


def test_what_has_no_hurry_rides_along_with_what_has(broker: Broker, a_room: Callable[..., Room]) -> None:
    courier, room = Courier(), a_room()
    courier.hand(room, ["zero"])
    assert broker.get(timeout=LONG).ids == ("zero",)
    courier.hand(room, ["one", "two"], hurry=False)
    courier.hand(room, ["three"])
    courier.hand(room, ["four"], hurry=False)
    courier.taken(room.id)
    assert broker.get(timeout=LONG).ids == ("one", "two", "three", "four")


def test_what_has_no_hurry_sets_out_by_itself(broker: Broker, a_room: Callable[..., Room]) -> None:
    courier, began = Courier(), time.monotonic()
    courier.hand(a_room(), ["one", "two"], hurry=False)
    sent = broker.get(timeout=LONG)
    assert sent.ids == ("one", "two")
    assert sent.at - began >= PATIENCE_SECONDS


def test_no_other_room_waits_for_it(broker: Broker, a_room: Callable[..., Room]) -> None:
    courier = Courier()
    courier.hand(a_room(id="raided"), ["one"], hurry=False)
    courier.hand(a_room(id="calm"), ["two"])
    assert [broker.get(timeout=LONG).ids for _ in range(2)] == [("two",), ("one",)]
