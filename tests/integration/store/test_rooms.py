from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from app.chat import Moderation, NameTaken, Raid, Room, RoomChanged, Source, State, hash_token, new_id
from app.store import events, rooms, session
from tests.integration.store.builders import LATER, NOON, a_room

pytestmark = pytest.mark.usefixtures("database")


def test_a_room_is_found_as_it_was_made():
    room = a_room(sources=(Source("mastodon", "#parley"), Source("x", "from:ada")), password_hash="$argon2id$v")
    assert rooms.create(room) == room
    assert rooms.find("lovelace") == rooms.get(room.id) == rooms.by_code(room.code) == room


def test_what_is_not_there_is_not_found():
    assert rooms.find("nobody") is rooms.get(new_id()) is rooms.by_code("XXXXXXX") is None


def test_names_are_told_apart_to_the_letter(room: Room):
    assert rooms.find("Lovelace") is None
    assert rooms.find("lovelacé") is None


def test_a_name_is_taken_while_its_room_lives(room: Room):
    with pytest.raises(NameTaken):
        rooms.create(a_room("lovelace"))


def test_making_the_same_room_twice_makes_it_once(room: Room):
    assert rooms.create(room) == room


def test_a_code_that_is_in_use_is_replaced(room: Room):
    other = rooms.create(a_room("hopper", code=room.code))
    assert other.code != room.code
    assert rooms.by_code(other.code) == other
    assert rooms.by_code(room.code) == room


def test_of_eight_who_want_a_name_at_once_one_gets_it(database: str):
    def attempt(room: Room) -> bool:
        try:
            return rooms.create(room) == room
        except NameTaken:
            return False

    with ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(attempt, [a_room("wanted") for _ in range(8)])) == 1


def test_a_crowd_that_several_workers_notice_at_once_is_one_raid(room: Room):
    def notice(worker: int) -> Room | None:
        raid = Raid(began=NOON + timedelta(seconds=worker), until=LATER)
        return rooms.guard(room.id, NOON, lambda held: None if held.raid else raid)

    with ThreadPoolExecutor(4) as pool:
        told = [changed for changed in pool.map(notice, range(4)) if changed]
    assert told == [rooms.get(room.id)]
    assert told[0].raid
    assert events.last_seq(room.id) == 0


def test_no_raid_is_answered_in_a_room_that_is_gone(room: Room):
    assert rooms.guard(new_id(), NOON, lambda held: Raid(began=NOON, until=LATER)) is None


def test_a_change_is_kept_with_its_event(room: Room):
    ends = NOON + timedelta(days=2)
    changed = rooms.change(
        room.id, LATER, title="New 🎉", state=State.PAUSED, moderation=Moderation.BEFORE, ends_at=ends
    )
    expected = replace(room, title="New 🎉", state=State.PAUSED, moderation=Moderation.BEFORE, ends_at=ends, last_seq=1)
    assert changed == rooms.get(room.id) == expected
    (event,) = events.since(room.id, 0, 10)
    assert isinstance(event, RoomChanged)
    assert (event.seq, event.at, event.room_id) == (1, LATER, room.id)
    assert event.room == replace(expected, host_key_hash="", password_hash=None)


def test_a_change_to_what_is_so_already_makes_no_event(room: Room):
    rooms.change(room.id, LATER, slow_mode=5)
    again = rooms.change(room.id, LATER, slow_mode=5)
    assert again == rooms.get(room.id)
    assert events.last_seq(room.id) == 1


def test_a_new_password_is_kept_and_its_hash_is_in_no_event(room: Room):
    assert rooms.change(room.id, LATER, password_hash="$argon2id$secret")
    kept = rooms.get(room.id)
    assert kept
    assert kept.password_hash == "$argon2id$secret"
    assert hash_token("the host's token") == kept.host_key_hash
    assert "argon2id" not in repr(events.since(room.id, 0, 10))


def test_no_snapshot_holds_a_secret(room: Room):
    rooms.change(room.id, LATER, password_hash="$argon2id$secret")
    with session.reading() as look:
        payloads = look.scalars(text("SELECT payload FROM events")).all()
    assert len(payloads) == 1
    assert "argon2id" not in payloads[0]
    assert room.host_key_hash not in payloads[0]
    assert "hash" not in payloads[0]


def test_only_settings_can_be_changed(room: Room):
    with pytest.raises(TypeError, match="name"):
        rooms.change(room.id, LATER, name="other")


def test_a_room_that_is_gone_cannot_be_changed_or_closed():
    assert rooms.change(new_id(), LATER, title="x") is rooms.close(new_id(), LATER) is None


def test_closing_twice_closes_once(room: Room):
    closed = rooms.close(room.id, LATER)
    assert closed
    assert closed.state == State.CLOSED
    assert rooms.close(room.id, LATER + timedelta(minutes=1)) == closed
    assert [event.kind for event in events.since(room.id, 0, 10)] == ["room"]


def test_rooms_whose_end_has_passed_are_over_longest_first(database: str):
    late = rooms.create(a_room("late", ends_at=NOON - timedelta(seconds=1)))
    later = rooms.create(a_room("later", ends_at=NOON - timedelta(hours=1)))
    now = rooms.create(a_room("now", ends_at=NOON))
    rooms.create(a_room("soon", ends_at=NOON + timedelta(microseconds=1)))
    assert rooms.over(NOON, 10) == (later.id, late.id, now.id)
    assert rooms.over(NOON, 2) == (later.id, late.id)
