"""What is a raid, and what is a class that arrives."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest

from app.chat import Participant, Room, glyph_for
from app.chat.raids import Raid, Rush, Thresholds, looks_like_a_raid
from app.chat.roles import HOST, host_mark

MOST = Thresholds(joined=20, turned_away=15)
NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)


def rush(joined: int = 0, turned_away: int = 0, present: int = 50, said: int = 100) -> Rush:
    return Rush(joined=joined, turned_away=turned_away, present=present, said=said)


@pytest.mark.parametrize(
    ("what", "happened"),
    [
        ("a crowd breaks into a lesson", rush(joined=40, present=70)),
        ("a crowd that opens no screens", rush(joined=40, present=5)),
        ("many messages had to be held", rush(turned_away=15)),
        ("many messages had to be held before anybody talked", rush(turned_away=40, said=0)),
    ],
)
def test_a_raid_is_noticed(what: str, happened: Rush) -> None:
    assert looks_like_a_raid(happened, MOST), what


@pytest.mark.parametrize(
    ("what", "happened"),
    [
        ("a lesson", rush()),
        ("a class arrives", rush(joined=30, present=30, said=3)),
        ("a few come late", rush(joined=8, present=30)),
        ("a hall of a thousand fills up while some talk", rush(joined=60, present=1060, said=400)),
        ("somebody swears now and then", rush(turned_away=5)),
    ],
)
def test_what_is_none_is_left_alone(what: str, happened: Rush) -> None:
    assert not looks_like_a_raid(happened, MOST), what


def test_a_raid_ends_by_itself_and_knows_whom_it_brought() -> None:
    raid = Raid(began=NOW, until=NOW + timedelta(minutes=10))
    assert raid.is_on(NOW)
    assert raid.is_on(NOW + timedelta(minutes=9))
    assert not raid.is_on(NOW + timedelta(minutes=10))
    assert raid.brought(NOW + timedelta(minutes=1))
    assert raid.brought(NOW)
    assert not raid.brought(NOW - timedelta(seconds=1))
    assert not raid.brought(None)


def test_during_a_raid_whoever_it_brought_is_kept_waiting_unless_he_moderates(a_room: Callable[..., Room]) -> None:
    raid = Raid(began=NOW, until=NOW + timedelta(minutes=10))
    room, later = a_room(raid=raid, host_key_hash="ab" * 32), NOW + timedelta(minutes=1)
    raider, pupil, host = (
        Participant(id="p", room_id=room.id, nickname="P", glyph=glyph_for("p"), joined_at=joined, **more)
        for joined, more in (
            (later, {}),
            (NOW - timedelta(minutes=5), {}),
            (later, {"role": HOST, "role_key": host_mark(room.host_key_hash)}),
        )
    )
    assert room.keeps_waiting(raider, later)
    assert not room.keeps_waiting(raider, raid.until)
    assert not room.keeps_waiting(pupil, later)
    assert not room.keeps_waiting(host, later)
    assert not a_room().keeps_waiting(raider, later)
