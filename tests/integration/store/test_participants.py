from __future__ import annotations

from dataclasses import replace

import pytest

from app.chat import NoSuchRoom, ParticipantRenamed, Room, new_id
from app.store import events, participants
from tests.integration.store.builders import LATER, NOON, a_participant, a_room

pytestmark = pytest.mark.usefixtures("database")


def test_who_joined_is_found_by_his_token(room: Room):
    ada, bob = a_participant(room, "Ada 👩🏽‍💻"), a_participant(room, "Боб")
    participants.join(ada, "ada's", NOON)
    participants.join(bob, "bob's", NOON)
    assert participants.find(room.id, "ada's") == ada
    assert participants.find(room.id, "bob's") == bob
    assert participants.find(room.id, "Ada's") is None
    assert participants.find(new_id(), "ada's") is None


def test_joining_twice_joins_once(room: Room):
    ada = a_participant(room)
    participants.join(ada, "ada's", NOON)
    participants.join(ada, "ada's", LATER)
    assert participants.find(room.id, "ada's") == ada


def test_two_may_have_one_nickname(room: Room):
    participants.join(a_participant(room, "Ada"), "one", NOON)
    participants.join(a_participant(room, "Ada"), "two", NOON)


def test_nobody_joins_a_room_that_is_gone(database: str):
    with pytest.raises(NoSuchRoom):
        participants.join(a_participant(a_room()), "ada's", NOON)


def test_a_new_nickname_is_kept_with_its_event(room: Room):
    ada = a_participant(room)
    participants.join(ada, "ada's", NOON)
    countess = replace(ada, nickname="Countess 👑")
    assert participants.rename(room.id, ada.id, "Countess 👑", LATER) == countess
    assert participants.find(room.id, "ada's") == countess
    assert events.since(room.id, 0, 10) == (ParticipantRenamed(seq=1, at=LATER, room_id=room.id, participant=countess),)


def test_renaming_to_the_same_nickname_makes_no_event(room: Room):
    ada = a_participant(room)
    participants.join(ada, "ada's", NOON)
    assert participants.rename(room.id, ada.id, "Ada", LATER) == ada
    assert events.last_seq(room.id) == 0


def test_nobody_is_renamed_who_is_not_there(room: Room):
    assert participants.rename(room.id, new_id(), "Ada", LATER) is None
    assert participants.rename(new_id(), new_id(), "Ada", LATER) is None
