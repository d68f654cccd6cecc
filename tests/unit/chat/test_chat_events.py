from dataclasses import FrozenInstanceError, fields

import pytest

import app.chat
from app.chat import (
    Event,
    MessagePinned,
    MessageRemoved,
    MessageShown,
    ParticipantRenamed,
    QuestionAnswered,
    Receipt,
    RoomChanged,
    VotesCounted,
)


def test_events_are_called_as_the_protocol_calls_them():
    kinds = {kind.kind: kind for kind in Event.__subclasses__()}
    assert kinds == {
        "message": MessageShown,
        "removed": MessageRemoved,
        "room": RoomChanged,
        "renamed": ParticipantRenamed,
        "vote": VotesCounted,
        "answered": QuestionAnswered,
        "pinned": MessagePinned,
    }


def test_every_event_has_its_place_in_the_order(room, noon):
    event = RoomChanged(seq=1, at=noon, room_id=room.id, room=room)
    assert (event.seq, event.kind) == (1, "room")
    with pytest.raises(FrozenInstanceError):
        event.seq = 2
    for kind in Event.__subclasses__():
        assert [field.name for field in fields(kind)][:3] == ["seq", "at", "room_id"]


def test_a_receipt_has_counts_and_no_content(noon):
    receipt = Receipt(
        room_id="r", name="tea", created_at=noon, closed_at=None, forgotten_at=noon, counts={"messages": 3, "keys": 2}
    )
    assert receipt.counts["messages"] == 3


def test_every_word_is_there_to_be_imported():
    assert all(hasattr(app.chat, word) for word in app.chat.__all__)
    assert len(set(app.chat.__all__)) == len(app.chat.__all__)
