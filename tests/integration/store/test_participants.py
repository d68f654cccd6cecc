from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from app.chat import (
    HELPER,
    HOST,
    Banned,
    HelperKey,
    NicknameTaken,
    NoSuchRoom,
    Participant,
    ParticipantRenamed,
    Room,
    host_mark,
    new_id,
)
from app.chat.actions import Deed
from app.chat.refusals import MUTED_FOR_GOOD
from app.store import actions, events, participants, rooms
from app.store.participants import Sought
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


def decide(room_id: str, who: str, deed: Deed, **decided: object) -> Participant | None:
    return participants.decide(room_id, who, LATER, "host", deed, **decided)


def a_host(room: Room, nickname: str = "Mr Smith") -> Participant:
    return replace(a_participant(room, nickname), role=HOST, role_key=host_mark(room.host_key_hash))


def test_whoever_comes_back_is_the_same_under_another_nickname_and_token(room: Room):
    ada = a_participant(room)
    assert participants.join(ada, "first", NOON) == (ada, "")
    back = replace(ada, nickname="Countess", glyph=a_participant(room).glyph)
    kept, old_token = participants.join(back, "second", LATER)
    assert (kept.id, kept.nickname, kept.glyph, kept.joined_at) == (ada.id, "Countess", ada.glyph, NOON)
    assert old_token == "first"
    assert participants.find(room.id, "first") is None
    assert participants.find(room.id, "second") == kept
    (event,) = events.since(room.id, 0, 10)
    assert isinstance(event, ParticipantRenamed)
    assert event.participant.nickname == "Countess"


def test_what_the_host_decided_sticks_when_somebody_comes_back_or_is_called_otherwise(room: Room):
    ada = a_participant(room)
    participants.join(ada, "ada's", NOON)
    until = LATER + timedelta(minutes=5)
    assert decide(room.id, ada.id, Deed.MUTE, muted_until=until)
    participants.join(replace(ada, nickname="Eve"), "ada's new", LATER)
    assert participants.rename(room.id, ada.id, "Mallory", LATER)
    found = participants.get(room.id, ada.id)
    assert found
    assert (found.nickname, found.muted_until) == ("Mallory", until)


def test_a_banned_device_does_not_come_back_until_it_may(room: Room):
    ada = a_participant(room)
    participants.join(ada, "ada's", NOON)
    decide(room.id, ada.id, Deed.BAN, banned=True)
    with pytest.raises(Banned):
        participants.join(replace(ada, nickname="Eve"), "another", LATER)
    found = participants.find(room.id, "ada's")
    assert found
    assert (found.nickname, found.banned) == ("Ada", True)
    decide(room.id, ada.id, Deed.UNBAN, banned=False)
    assert participants.join(ada, "another", LATER)[0].banned is False


def test_each_change_has_a_number_and_what_is_so_already_has_none(room: Room):
    ada = a_participant(room)
    participants.join(ada, "ada's", NOON)
    muted = decide(room.id, ada.id, Deed.MUTE, muted_until=MUTED_FOR_GOOD)
    assert muted
    assert (muted.version, muted.muted_until) == (1, MUTED_FOR_GOOD)
    again = decide(room.id, ada.id, Deed.MUTE, muted_until=MUTED_FOR_GOOD)
    assert again
    assert again.version == 1
    assert [action.deed for action in actions.page(room.id, None, 10)[0]] == [Deed.MUTE], "written down once"
    renamed = participants.rename(room.id, ada.id, "Countess", LATER)
    assert renamed
    assert (renamed.version, renamed.muted_until) == (2, MUTED_FOR_GOOD)


def test_nothing_is_decided_about_who_is_not_there_nor_what_is_not_the_hosts(room: Room):
    assert decide(room.id, new_id(), Deed.BAN, banned=True) is None
    assert decide(new_id(), new_id(), Deed.BAN, banned=True) is None
    with pytest.raises(TypeError):
        decide(room.id, new_id(), Deed.BAN, nickname="Eve")


@pytest.mark.parametrize(
    "alike",
    [
        "Mr Smith",
        "MR  SMITH",
        "mr smith",
        "Mr Ѕmіth",
        "Ｍr Smith",
        "Mr Sm\u200bith",
        "Mr Smlth",
        "𝐌r Smith",
        "Mr Smíth",
    ],
)
def test_nobody_is_called_like_the_host_or_so_that_it_looks_like_it(room: Room, alike: str):
    participants.join(a_host(room), "host's", NOON)
    with pytest.raises(NicknameTaken):
        participants.join(a_participant(room, alike), "eve's", NOON)
    eve = a_participant(room, "Eve")
    participants.join(eve, "eve's", NOON)
    with pytest.raises(NicknameTaken):
        participants.rename(room.id, eve.id, alike, LATER)
    found = participants.get(room.id, eve.id)
    assert found
    assert found.nickname == "Eve"


def test_the_host_may_go_on_being_called_as_he_is(room: Room):
    host = a_host(room)
    participants.join(host, "host's", NOON)
    assert participants.join(replace(host, nickname="mr smith"), "again", LATER)[0].nickname == "mr smith"


def test_the_nickname_of_whoever_is_a_helper_no_longer_is_anybodys(room: Room):
    key = HelperKey(id=new_id(), label="", key_hash="x", ends_at=LATER)
    rooms.entrust(room.id, NOON, Deed.HELPER, key.id, lambda there: replace(there, helpers=(key,)))
    helper = replace(a_participant(room, "Grace"), role=HELPER, role_key=key.id)
    participants.join(helper, "grace's", NOON)
    with pytest.raises(NicknameTaken):
        participants.join(a_participant(room, "grace"), "eve's", NOON)
    rooms.entrust(room.id, NOON, Deed.REVOKE, key.id, lambda there: replace(there, helpers=()))
    participants.join(a_participant(room, "grace"), "eve's", NOON)


def test_only_who_waits_is_turned_away(room: Room):
    waiting, inside = replace(a_participant(room, "Eve"), admitted=False), a_participant(room)
    participants.join(waiting, "eve's", NOON)
    participants.join(inside, "ada's", NOON)
    assert participants.turn_away(room.id, waiting.id, LATER, "host")
    assert participants.get(room.id, waiting.id) is None
    assert not participants.turn_away(room.id, waiting.id, LATER, "host")
    assert not participants.turn_away(room.id, inside.id, LATER, "host")
    assert participants.get(room.id, inside.id) == inside


def test_whoever_waits_goes_on_waiting_however_often_he_comes_back(room: Room):
    eve = replace(a_participant(room, "Eve"), admitted=False)
    participants.join(eve, "eve's", NOON)
    assert not participants.join(eve, "again", LATER)[0].admitted
    decide(room.id, eve.id, Deed.ADMIT, admitted=True)
    assert participants.join(eve, "once more", LATER)[0].admitted


def test_the_keys_that_make_moderators_are_kept_and_told_to_nobody(room: Room):
    key = HelperKey(id=new_id(), label="Grace 🌻", key_hash="a fingerprint", ends_at=LATER)
    rooms.entrust(room.id, NOON, Deed.HELPER, key.id, lambda there: replace(there, helpers=(*there.helpers, key)))
    kept = rooms.get(room.id)
    assert kept
    assert kept.helpers == (key,)
    (event,) = events.since(room.id, 0, 10)
    assert "a fingerprint" not in str(event)


def test_people_are_listed_the_newest_first_and_found_by_their_looks(room: Room):
    names = ("Ada", "Аdam", "Grace", "50%", "C_d")
    everybody = [a_participant(room, name) for name in names]
    for minutes, one in enumerate(everybody):
        participants.join(one, one.id, NOON + timedelta(minutes=minutes))

    def found(like: str = "", after: str | None = None, limit: int = 10) -> list[str]:
        return [each.nickname for each in participants.page(room.id, Sought(like), after, limit, NOON)[0]]

    assert found() == list(reversed(names))
    assert found("ada") == ["Аdam", "Ada"]
    assert found("%") == ["50%"]
    assert found("_") == ["C_d"]
    assert found(limit=2) == ["C_d", "50%"]
    assert found(after=everybody[3].id, limit=2) == ["Grace", "Аdam"]
    assert participants.page(room.id, Sought(), None, 5, NOON)[1] is False
    assert participants.page(room.id, Sought(), None, 4, NOON)[1] is True
    assert found(after=new_id()) == []
