"""The log on a real server: the store's events without a gap, rung as they are appended, filled again when lost."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest
from redis import Redis

from app.bus import bell, channels, log, rooms
from app.chat import Event, MessageShown, Room
from tests.integration.bus.conftest import a_message, a_room


class Store:
    """Stands for the store: a room's events, and how often it was asked."""

    def __init__(self, room: Room, count: int = 0) -> None:
        self.room, self.kept, self.asked = room, list[Event](), 0
        self.say(count)

    def say(self, count: int) -> None:
        for _ in range(count):
            seq = len(self.kept) + 1
            message = a_message(self.room, f"Number {seq}")
            self.kept.append(MessageShown(seq=seq, at=message.at, room_id=self.room.id, message=message))

    def since(self, _room_id: str, after: int, limit: int) -> Sequence[Event]:
        self.asked += 1
        return self.kept[after : after + limit]

    def agree(self) -> None:
        log.agree(self.room.id, rooms.expiry(self.room), self.since, lambda _: len(self.kept))


@pytest.fixture
def store(room: Room) -> Store:
    return Store(room)


def read(room: Room, after: int = 0, limit: int = 10_000) -> list[int] | None:
    parcel = log.since(room.id, after, limit)
    if parcel is None:
        return None
    seqs = [json.loads(text)["seq"] for text in parcel.texts]
    assert seqs == list(range(parcel.first, parcel.last + 1))
    return seqs


@pytest.fixture
def heard(room: Room, bus: Redis) -> Iterator[Callable[[], list[list[int]]]]:
    """What the room's bell has rung: the seqs of each ring."""
    pubsub = bus.pubsub(ignore_subscribe_messages=True)
    pubsub.subscribe(channels.bell(room.id))
    pubsub.get_message(timeout=1)

    def rings() -> list[list[int]]:
        bus.publish(channels.bell(room.id), bell.GONE)
        found = []
        while (ring := bell.heard(_data(pubsub))).kind != bell.GONE:
            found.append([json.loads(text)["seq"] for text in ring.parcel().texts])
        return found

    yield rings
    pubsub.close()


def _data(pubsub: object) -> str:
    while (message := pubsub.get_message(timeout=5)) is None:  # type: ignore[attr-defined]
        pass
    return str(message["data"])


def test_the_log_agrees_with_the_store_and_rings_once(store: Store, heard: Callable[[], list[list[int]]]) -> None:
    store.say(3)
    store.agree()
    assert read(store.room) == [1, 2, 3]
    assert log.head(store.room.id) == 3
    assert heard() == [[1, 2, 3]]


def test_a_second_run_changes_nothing_and_rings_nothing(store: Store, heard: Callable[[], list[list[int]]]) -> None:
    store.say(2)
    store.agree()
    store.agree()
    store.say(1)
    store.agree()
    assert read(store.room) == [1, 2, 3]
    assert heard() == [[1, 2], [3]]


def test_what_is_appended_late_is_passed_over(store: Store) -> None:
    store.say(5)
    store.agree()
    assert log.append(store.room.id, store.kept[1:3], rooms.expiry(store.room), 0) == 5
    assert log.append(store.room.id, store.kept, rooms.expiry(store.room), 0) == 5
    assert read(store.room) == [1, 2, 3, 4, 5]


def test_a_gap_is_refused(store: Store, heard: Callable[[], list[list[int]]]) -> None:
    store.say(5)
    log.append(store.room.id, store.kept[:2], rooms.expiry(store.room), 0)
    assert log.append(store.room.id, store.kept[3:], rooms.expiry(store.room), 0) == 2
    assert read(store.room) == [1, 2]
    assert heard() == [[1, 2]]


def test_two_chains_that_append_across_each_other_make_one_log(store: Store) -> None:
    store.say(4)
    expires = rooms.expiry(store.room)
    log.append(store.room.id, store.kept[:3], expires, 0)
    log.append(store.room.id, store.kept[1:4], expires, 0)
    assert read(store.room) == [1, 2, 3, 4]


def test_a_log_that_was_lost_begins_anew_with_the_last_events(
    store: Store, bus: Redis, setting: Callable[..., None]
) -> None:
    setting(LOG_KEEP_EVENTS=10)
    store.say(100)
    store.agree()
    bus.flushall()
    store.say(1)
    store.agree()
    assert log.head(store.room.id) == 101
    assert read(store.room, 91) == list(range(92, 102))
    assert read(store.room, 0) is None


def test_a_head_that_was_lost_takes_the_stream_along(store: Store, bus: Redis) -> None:
    store.say(3)
    store.agree()
    bus.delete(channels.key(store.room.id, "head"))
    store.say(1)
    store.agree()
    assert read(store.room) == [1, 2, 3, 4]


def test_more_than_a_page_is_fetched_page_by_page(store: Store, setting: Callable[..., None]) -> None:
    setting(LOG_KEEP_EVENTS=5000)
    store.say(2 * log.PAGE + 5)
    store.agree()
    assert read(store.room) == list(range(1, 2 * log.PAGE + 6))


def test_the_log_is_bounded(store: Store, bus: Redis, setting: Callable[..., None]) -> None:
    setting(LOG_KEEP_EVENTS=100)
    for _ in range(20):
        store.say(50)
        store.agree()
    assert bus.xlen(channels.key(store.room.id, "log")) <= 300  # trimmed by whole nodes of the stream
    assert read(store.room, 950) == list(range(951, 1001))
    assert read(store.room, 0) is None


def test_a_page_of_the_log_ends_where_it_was_asked_to(store: Store) -> None:
    store.say(10)
    store.agree()
    assert read(store.room, 2, 3) == [3, 4, 5]


def test_who_has_all_is_told_that_there_is_nothing_newer(store: Store) -> None:
    store.say(2)
    store.agree()
    assert read(store.room, 2) == []
    assert read(store.room, 5) == []


def test_a_room_of_which_nothing_is_known_is_not_called_empty(room: Room) -> None:
    assert log.since(room.id, 0, 10) is None
    assert log.head(room.id) is None


def test_what_was_let_go_is_read_from_the_store_and_the_rest_from_the_log(store: Store) -> None:
    store.say(5)
    store.agree()
    log.let_go(store.room.id, 3, rooms.expiry(store.room))
    log.let_go(store.room.id, 3, rooms.expiry(store.room))
    assert read(store.room, 0) is None
    assert read(store.room, 2) is None
    assert read(store.room, 3) == [4, 5]
    log.let_go(store.room.id, 5, rooms.expiry(store.room))
    assert read(store.room, 0) is None
    assert read(store.room, 5) == []
    store.say(1)
    store.agree()
    assert read(store.room, 5) == [6]


def test_the_log_expires_with_the_room(store: Store, bus: Redis) -> None:
    store.say(1)
    store.agree()
    for noun in ("head", "log"):
        assert bus.expiretime(channels.key(store.room.id, noun)) == rooms.expiry(store.room)


def test_a_projected_room_is_found_as_it_was(room: Room) -> None:
    rooms.project(room)
    assert rooms.find(room.name) == rooms.get(room.id) == room


def test_a_later_change_of_a_room_wins_in_whatever_order_they_come(room: Room) -> None:
    later = replace(room, title="Later", last_seq=2)
    rooms.project(later)
    rooms.project(replace(room, title="Earlier", last_seq=1))
    assert rooms.get(room.id) == later


def test_a_forgotten_room_is_not_brought_back_by_who_comes_late(room: Room) -> None:
    rooms.project(room)
    assert rooms.forget(room.id, room.name) == 2
    rooms.project(room)
    assert rooms.find(room.name) is None
    assert rooms.forget(room.id, room.name) == 0


def test_forgetting_leaves_the_next_room_of_that_name_alone(room: Room) -> None:
    rooms.project(room)
    second = a_room(name=room.name)
    rooms.project(second)
    rooms.forget(room.id, room.name)
    assert rooms.find(room.name) == second


def test_what_was_read_before_something_was_removed_is_read_again(
    store: Store, heard: Callable[[], list[list[int]]]
) -> None:
    """A text that is removed between the look into the store and the log does not get into the log."""
    store.say(3)
    read_before = store.since

    def removed_meanwhile(room_id: str, after: int, limit: int) -> Sequence[Event]:
        events = read_before(room_id, after, limit)
        if store.asked == 1:
            second = store.kept[1]
            assert isinstance(second, MessageShown)
            store.kept[1] = replace(second, message=replace(second.message, text=""))
            log.let_go(store.room.id, 2, rooms.expiry(store.room))
        return events

    log.agree(store.room.id, rooms.expiry(store.room), removed_meanwhile, lambda _: 3)
    assert heard() == [[1, 2, 3]]
    parcel = log.since(store.room.id, 0, 10)
    assert parcel is not None
    assert [json.loads(text)["message"]["text"] for text in parcel.texts] == ["Number 1", "", "Number 3"]


def test_the_floor_never_sinks(store: Store) -> None:
    for seq in (5, 3):
        log.let_go(store.room.id, seq, rooms.expiry(store.room))
        assert log.floor(store.room.id) == 5
