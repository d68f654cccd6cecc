"""Who may be in a room, and who may speak in it."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.chat import (
    HELPER,
    HOST,
    NO_ROLE,
    Banned,
    Door,
    Guests,
    HelperKey,
    Muted,
    NotAdmitted,
    Participant,
    PasswordNeeded,
    ReadOnly,
    glyph_for,
    host_mark,
    password_mark,
)
from app.chat.refusals import MUTED_FOR_GOOD
from tests.unit.chat.conftest import NOON

ADA = Participant(id="ada", room_id="some room", nickname="Ada", glyph=glyph_for("ada"))
GRACE_KEY = HelperKey(id="grace's", label="Grace", key_hash="11" * 32, ends_at=NOON + timedelta(minutes=10))


@pytest.fixture
def host(room):
    return replace(ADA, role=HOST, role_key=host_mark(room.host_key_hash))


@pytest.fixture
def grace():
    return replace(ADA, id="grace", role=HELPER, role_key=GRACE_KEY.id)


def test_a_room_is_open_to_everybody_unless_somebody_says_otherwise(room):
    room.let_in(ADA, NOON)
    room.let_speak(ADA, NOON)
    assert not room.is_locked


def test_a_banned_device_is_not_let_in_not_even_a_moderators(room, host):
    for who in (ADA, host):
        with pytest.raises(Banned):
            room.let_in(replace(who, banned=True), NOON)
        with pytest.raises(Banned):
            room.let_speak(replace(who, banned=True), NOON)


def test_a_muted_participant_reads_and_speaks_again_when_his_time_is_up(room):
    muted = replace(ADA, muted_until=NOON + timedelta(seconds=90.5))
    room.let_in(muted, NOON)
    with pytest.raises(Muted) as refused:
        room.let_speak(muted, NOON)
    assert refused.value.retry_after == 91
    room.let_speak(muted, NOON + timedelta(seconds=91))


def test_a_mute_without_an_end_says_no_time(room):
    with pytest.raises(Muted) as refused:
        room.let_speak(replace(ADA, muted_until=MUTED_FOR_GOOD), NOON)
    assert refused.value.retry_after is None


def test_where_guests_only_read_the_host_and_his_helpers_write(room, host, grace):
    reading = replace(room, guests=Guests.READ, helpers=(GRACE_KEY,))
    reading.let_in(ADA, NOON)
    with pytest.raises(ReadOnly):
        reading.let_speak(ADA, NOON)
    reading.let_speak(host, NOON)
    reading.let_speak(grace, NOON)


def test_whoever_knocks_waits_until_he_is_let_in_or_the_door_is_opened(room, host):
    knocking = replace(room, door=Door.KNOCK)
    waiting = replace(ADA, admitted=False)
    assert knocking.is_locked
    assert knocking.waits(waiting)
    with pytest.raises(NotAdmitted):
        knocking.let_in(waiting, NOON)
    knocking.let_in(replace(waiting, admitted=True), NOON)
    room.let_in(waiting, NOON)
    knocking.let_in(replace(host, admitted=False), NOON)


def test_another_password_puts_everybody_out_but_moderators(room, host):
    old, new = (replace(room, password_hash=f"$argon2id${salt}") for salt in ("old", "new"))
    inside = replace(ADA, entered_with=password_mark(old.password_hash))
    old.let_in(inside, NOON)
    for who in (inside, ADA):
        with pytest.raises(PasswordNeeded):
            new.let_in(who, NOON)
    new.let_in(host, NOON)
    room.let_in(inside, NOON)


def test_a_badge_is_worth_what_the_key_behind_it_is_worth(room, host, grace):
    helped = replace(room, helpers=(GRACE_KEY,))
    assert helped.role_of(ADA, NOON) == NO_ROLE
    assert helped.role_of(host, NOON) == HOST
    assert helped.role_of(grace, NOON) == HELPER
    assert helped.role_of(grace, GRACE_KEY.ends_at) == NO_ROLE, "its time is up"
    assert room.role_of(grace, NOON) == NO_ROLE, "it was taken back"
    assert replace(room, host_key_hash="22" * 32).role_of(host, NOON) == NO_ROLE, "the room is another host's now"


def test_nobody_is_a_moderator_by_saying_so(room):
    assert room.role_of(replace(ADA, role=HOST), NOON) == NO_ROLE
    assert room.role_of(replace(ADA, role=HELPER), NOON) == NO_ROLE
    assert room.role_of(replace(ADA, role="operator"), NOON) == NO_ROLE
