from __future__ import annotations

import pytest

from app.chat import Room, State, new_id
from app.store import events, messages, participants, rooms
from tests.integration.store.builders import LATER, NOON, a_message, a_participant, passed

pytestmark = pytest.mark.usefixtures("database")


def test_everything_that_happens_is_one_numbered_story(room: Room):
    ada, message = a_participant(room), a_message(room)
    participants.join(ada, "token", NOON)
    messages.keep(room.id, [passed(message)], NOON)
    participants.rename(room.id, ada.id, "Ada L.", NOON)
    rooms.change(room.id, LATER, state=State.PAUSED)
    messages.remove(room.id, message.id, LATER)
    story = events.since(room.id, 0, 10)
    assert [(event.seq, event.kind) for event in story] == [(1, "message"), (2, "renamed"), (3, "room"), (4, "removed")]
    assert events.since(room.id, 1, 2) == story[1:3]
    assert events.since(room.id, 4, 10) == ()
    assert events.last_seq(room.id) == 4


def test_a_new_room_has_no_events_and_no_room_has_no_last(room: Room):
    assert events.last_seq(room.id) == 0
    assert events.since(room.id, 0, 10) == ()
    assert events.last_seq(new_id()) is None
    assert events.since(new_id(), 0, 10) == ()
