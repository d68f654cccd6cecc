"""What a page begins with while the database is away: the last of what the log has, without what was removed."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from redis import Redis

from app.bus import log, rooms
from app.chat import Room
from app.chat.events import Event, MessageRemoved, MessageShown
from app.chat.refusals import Unavailable
from app.web import recent
from tests.integration.bus.conftest import a_message

NOW = datetime(2026, 11, 24, 10, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def no_database(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> None:
        raise Unavailable

    monkeypatch.setattr(recent, "aside", away)


def happened(room: Room, *events: Event) -> None:
    log.append(room.id, events, rooms.expiry(room), 0)


def test_the_page_begins_with_the_last_messages_of_the_log_and_listens_after_its_last_event(room: Room) -> None:
    said = [a_message(room, f"line {number}") for number in range(1, 5)]
    happened(
        room, *(MessageShown(room_id=room.id, seq=number, at=NOW, message=each) for number, each in enumerate(said, 1))
    )
    happened(room, MessageRemoved(room_id=room.id, seq=5, at=NOW, id=said[3].id))
    found = recent.said_in(room, 4)
    assert [(message["seq"], message["text"]) for message in found.messages] == [(2, "line 2"), (3, "line 3")]
    assert (found.after, found.away) == (5, True)


def test_the_page_stays_up_where_the_log_is_empty_or_away_too(
    room: Room, bus: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert recent.said_in(room, 4) == recent.Recent([], room.last_seq, away=True)

    def away(*_: Any) -> None:
        raise Unavailable

    monkeypatch.setattr(log, "latest", away)
    assert recent.said_in(room, 4) == recent.Recent([], room.last_seq, away=True)
