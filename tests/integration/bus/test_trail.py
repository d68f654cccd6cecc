"""The trail on a real server: each stage noted once, read in the order of the walk, without anybody's words."""

from __future__ import annotations

import json
from datetime import datetime

from redis import Redis

from app.bus import channels, inbox, rooms, scrub, trail
from app.bus.trail import Stage
from app.chat import Room
from tests.integration.bus.conftest import a_message


def stages(room: Room, message_id: str) -> list[dict[str, str]]:
    return [json.loads(text) for text in trail.read(room.id, message_id)]


def test_a_trail_begins_when_the_message_is_accepted(room: Room) -> None:
    message = a_message(room, "Nobody's business")
    inbox.accept(room, [message])
    (first,) = stages(room, message.id)
    assert (first["stage"], first["outcome"]) == ("accepted", "accepted")
    assert datetime.fromisoformat(first["at"]).tzinfo is not None
    assert "Nobody" not in str(first)


def test_stages_are_read_in_the_order_of_the_walk(room: Room) -> None:
    message = a_message(room)
    expires = rooms.expiry(room)
    trail.note(room.id, {message.id: Stage("delivered", "shown", "task 3")}, expires)
    trail.note(room.id, {message.id: Stage("moderated", "hold", "task 1", "a listed word")}, expires)
    trail.note(room.id, {message.id: Stage("persisted", "held", "task 2")}, expires)
    assert [stage["stage"] for stage in stages(room, message.id)] == ["moderated", "persisted", "delivered"]
    assert stages(room, message.id)[0]["reason"] == "a listed word"
    assert "reason" not in stages(room, message.id)[1]


def test_the_first_to_note_a_stage_stays(room: Room) -> None:
    message = a_message(room)
    for task in ("first", "second"):
        trail.note(room.id, {message.id: Stage("moderated", "pass", task)}, rooms.expiry(room))
    assert [stage["task_id"] for stage in stages(room, message.id)] == ["first"]


def test_a_trail_expires_with_the_room(room: Room, bus: Redis) -> None:
    trail.note(room.id, {"some id": Stage("moderated", "pass")}, rooms.expiry(room))
    trail.note(room.id, {}, rooms.expiry(room))
    assert bus.expiretime(channels.key(room.id, "trail")) == rooms.expiry(room)


def test_a_message_without_a_trail_has_none(room: Room) -> None:
    assert trail.read(room.id, "nobody's") == ()


def test_files_are_rewritten_once_after_a_room_was_forgotten(room: Room, bus: Redis) -> None:
    rooms.project(room)
    assert scrub.scrub() is False
    rooms.forget(room.id, room.name)
    assert scrub.scrub() is True
    assert scrub.scrub() is False
