"""Leases: two who moderate never decide about one message at the same time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.bus import leases
from app.chat import Room, new_id
from app.chat.refusals import Leased

HELPER = "a helper"


def test_who_comes_second_is_told_who_has_it_and_until_when(room: Room) -> None:
    now, message_id = datetime.now(UTC), new_id()
    lease = leases.take(room, message_id, "host", now)
    for second in (
        lambda: leases.take(room, message_id, HELPER, now),
        lambda: leases.check(room.id, message_id, HELPER, now),
    ):
        with pytest.raises(Leased) as refused:
            second()
        assert refused.value.lease == lease
        assert refused.value.retry_after == 30
    leases.check(room.id, message_id, "host", now)
    assert leases.take(room, new_id(), HELPER, now).by == HELPER
    assert len(leases.all_of(room.id, now)) == 2


def test_a_lease_ends_by_itself(room: Room) -> None:
    now, message_id = datetime.now(UTC), new_id()
    leases.take(room, message_id, "host", now)
    later = now + timedelta(seconds=31)
    assert leases.all_of(room.id, later) == {}
    leases.check(room.id, message_id, HELPER, later)
    assert leases.take(room, message_id, HELPER, later).by == HELPER
    with pytest.raises(Leased):
        leases.take(room, message_id, "host", later)


def test_a_lease_is_given_back_and_made_longer(room: Room) -> None:
    now, message_id = datetime.now(UTC), new_id()
    first = leases.take(room, message_id, "host", now)
    assert leases.take(room, message_id, "host", now + timedelta(seconds=20)).until > first.until
    leases.give_back(room.id, message_id)
    leases.give_back(room.id, message_id)
    assert leases.take(room, message_id, HELPER, now).by == HELPER
