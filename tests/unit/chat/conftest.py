"""People and places for the tests of the words."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import settings

from app.chat import Asked, Author, Facts, Glyph, Message, Moderation, Room, State

# How long one example takes says more about the machine than about the words; test_chat_speed.py measures that.
settings.register_profile("words", deadline=None)
settings.load_profile("words")

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture
def noon() -> datetime:
    return NOON


@pytest.fixture
def a_room() -> Callable[..., Room]:
    """Builds rooms: Biology 101, open from eleven to one, unless something else is said."""

    def build(**changes: Any) -> Room:
        usual: dict[str, Any] = {
            "id": "0197c1d2-3e4f-7a5b-8c6d-7e8f90a1b2c3",
            "name": "biology-101",
            "title": "Biology 101",
            "rules": "Be kind.",
            "state": State.OPEN,
            "code": "ACDEFGH",
            "created_at": NOON - timedelta(hours=1),
            "ends_at": NOON + timedelta(hours=1),
            "max_length": 140,
            "moderation": Moderation.AFTER,
            "slow_mode": 0,
            "host_key_hash": "00" * 32,
            "password_hash": None,
        }
        return Room(**(usual | changes))

    return build


def asked(text: str, room: Room, *, author: Author | None = None, facts: Facts | None = None, **message: Any) -> Asked:
    """What a check is asked about something that Ada says at noon."""
    usual: dict[str, Any] = {
        "id": "0197c1d2-3e4f-7a5b-8c6d-7e8f90a1b2c4",
        "room_id": room.id,
        "text": text,
        "participant_id": "ada",
        "nickname": "Ada",
        "glyph": Glyph("blue", "★"),
        "at": NOON,
    }
    return Asked(Message(**(usual | message)), room, author or Author(), facts or Facts())


@pytest.fixture
def room(a_room: Callable[..., Room]) -> Room:
    return a_room()
