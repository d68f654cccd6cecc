from dataclasses import FrozenInstanceError
from datetime import timedelta

import pytest

from app.chat import RoomIsClosed, RoomIsOver, RoomIsPaused, Source, State

A_MOMENT = timedelta(microseconds=1)


def test_an_open_room_takes_messages_until_its_time_is_up(room, noon):
    room.admit(noon)
    room.admit(room.ends_at - A_MOMENT)
    assert not room.is_over(room.ends_at - A_MOMENT)
    assert room.is_over(room.ends_at)
    with pytest.raises(RoomIsOver):
        room.admit(room.ends_at)


@pytest.mark.parametrize(("state", "refusal"), [(State.PAUSED, RoomIsPaused), (State.CLOSED, RoomIsClosed)])
def test_a_room_that_is_not_open_takes_no_message(a_room, noon, state, refusal):
    with pytest.raises(refusal):
        a_room(state=state).admit(noon)


@pytest.mark.parametrize("state", State)
def test_a_room_whose_time_is_up_says_so_whatever_its_state(a_room, noon, state):
    with pytest.raises(RoomIsOver):
        a_room(state=state, ends_at=noon).admit(noon)


def test_a_room_whose_state_came_as_plain_text_is_the_same(a_room, noon):
    with pytest.raises(RoomIsPaused):
        a_room(state="paused").admit(noon)


def test_a_room_cannot_be_changed_in_passing(room):
    with pytest.raises(FrozenInstanceError):
        room.title = "Chemistry"


def test_a_source_knows_its_networks():
    assert Source("mastodon", "#parley") == Source(kind="mastodon", query="#parley")
    with pytest.raises(ValueError, match="x, mastodon, bluesky"):
        Source("friendster", "#parley")
    with pytest.raises(ValueError, match="search for"):
        Source("x", "  ")
