from __future__ import annotations

import pytest

from app.chat import Message, Room, new_id
from app.chat.actions import HOST, Order
from app.chat.reasons import UPHELD
from app.chat.refusals import AlreadyAppealed, NothingToAppeal
from app.store import actions, appeals, messages, transcripts
from app.store.appeals import Appeal
from tests.integration.store.builders import LATER, NOON, a_message, held, passed, rejected

pytestmark = pytest.mark.usefixtures("database")


def keep(room: Room, how: object = held) -> Message:
    message = a_message(room)
    messages.keep(room.id, [how(message)], NOON)  # type: ignore[operator]
    return message


def appeal(message: Message, text: str = "I meant it well.") -> bool:
    return appeals.make(message.room_id, message.id, message.participant_id, text, LATER)


def words(room: Room) -> list[str]:
    return [each.text for each in appeals.waiting(room.id, 10)]


def test_an_author_asks_once(room: Room):
    message = keep(room)
    assert appeal(message)
    assert appeals.waiting(room.id, 10) == (Appeal(LATER, "I meant it well.", "held", "waits for the host", message),)
    with pytest.raises(AlreadyAppealed):
        appeal(message, "Again")
    messages.release(room.id, message.id, LATER)
    assert words(room) == []


def test_nobody_asks_for_another_or_about_what_is_shown(room: Room):
    message = keep(room)
    assert not appeals.make(room.id, message.id, new_id(), "Mine!", NOON)
    assert not appeals.make(room.id, new_id(), message.participant_id, "Where?", NOON)
    assert not appeals.make(new_id(), message.id, message.participant_id, "Where?", NOON)
    with pytest.raises(NothingToAppeal):
        appeal(keep(room, passed))


@pytest.mark.parametrize("how", ["release", "reject", "remove"])
def test_whatever_is_decided_answers_and_erases_an_appeal(room: Room, how: str):
    message = keep(room)
    appeal(message)
    if how == "reject":
        messages.reject(room.id, message.id, LATER, "no")
    else:
        getattr(messages, how)(room.id, message.id, LATER)
    assert words(room) == []
    with pytest.raises((AlreadyAppealed, NothingToAppeal)):
        appeal(message)


def test_what_was_rejected_stays_so_and_its_author_is_told_why(room: Room):
    one, two = keep(room, rejected), keep(room, rejected)
    appeal(one)
    appeal(two)
    assert [each.message.text for each in appeals.waiting(room.id, 10)] == ["", ""]
    assert not messages.release(room.id, one.id, LATER)
    for _ in range(2):
        assert messages.reject(room.id, one.id, LATER, "It is rude.", Order(HOST, "rude"))
        assert messages.reject(room.id, two.id, LATER, "The host did not let it through.")
    assert words(room) == []
    found = [transcripts.find(room.id, each.id) for each in (one, two)]
    assert [each and each[2] for each in found] == ["It is rude.", UPHELD]
    assert [each.deed for each in actions.page(room.id, None, 10)[0]] == ["uphold", "uphold"]
