"""A room for the tests of what needs no server."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from app.chat import Moderation, Room, State

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


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
