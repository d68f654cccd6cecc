"""Presence on a real server: each participant counted once, told when the number changes, gone when not seen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from redis import Redis

from app.bus import bell, channels, participants, presence
from app.chat import Room
from tests.integration.bus.conftest import a_participant, a_room


@pytest.fixture
def told(room: Room, bus: Redis) -> Iterator[Callable[[], list[int]]]:
    """The numbers that were told on the room's bell."""
    pubsub = bus.pubsub(ignore_subscribe_messages=True)
    pubsub.subscribe(channels.bell(room.id))
    pubsub.get_message(timeout=1)

    def numbers() -> list[int]:
        bus.publish(channels.bell(room.id), bell.GONE)
        found = []
        while True:
            message = pubsub.get_message(timeout=5)
            if message is None:
                continue
            ring = bell.heard(str(message["data"]))
            if ring.kind == bell.GONE:
                return found
            assert ring.kind == bell.PRESENCE
            found.append(int(ring.words[0]))

    yield numbers
    pubsub.close()


def test_each_participant_counts_once(room: Room, told: Callable[[], list[int]]) -> None:
    assert presence.enter(room.id, ["ada"]) == 1
    assert presence.enter(room.id, ["ada", "grace"]) == 2
    assert presence.enter(room.id, ["grace"]) == 2
    assert presence.leave(room.id, ["ada"]) == 1
    assert presence.leave(room.id, ["ada"]) == 1
    assert presence.count(room.id) == 1
    assert told() == [1, 2, 1]


def test_rooms_are_counted_apart(room: Room) -> None:
    presence.enter(room.id, ["ada"])
    assert presence.count(a_room().id) == 0


def test_who_was_not_seen_for_a_while_is_no_longer_there(room: Room, bus: Redis, told: Callable[[], list[int]]) -> None:
    presence.enter(room.id, ["ada", "grace"])
    long_ago = datetime.now(UTC).timestamp() - 1
    bus.zadd(channels.key(room.id, "present"), {"ada": long_ago})
    assert presence.count(room.id) == 1
    assert presence.enter(room.id, ["grace"]) == 1
    assert told() == [2, 1]


def test_a_room_that_nobody_looks_after_empties_by_itself(room: Room, bus: Redis) -> None:
    presence.enter(room.id, ["ada"])
    assert 0 < bus.ttl(channels.key(room.id, "present")) <= 60  # type: ignore[operator]


def test_a_participant_is_known_by_the_hash_of_the_token(room: Room) -> None:
    ada = a_participant(room)
    participants.project(room, ada, "hash of a token")
    assert participants.find(room.id, "hash of a token") == ada
    assert participants.get(room.id, ada.id) == ada
    assert participants.find(room.id, "another hash") is None
    assert participants.find(a_room().id, "hash of a token") is None
