"""People and places for the tests of the words."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import settings

from app.chat import Asked, Author, Facts, Glyph, Message, Room
from tests.unit.conftest import NOON

# How long one example takes says more about the machine than about the words; test_chat_speed.py measures that.
settings.register_profile("words", deadline=None)
settings.load_profile("words")


@pytest.fixture
def noon() -> datetime:
    return NOON


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
