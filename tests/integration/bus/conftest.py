"""A private Valkey server with nothing in it, and this process's bus pointed at it."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from redis import Redis

from app.bus import connection
from app.chat import Glyph, Message, Moderation, Participant, Room, State, hash_token, new_code, new_id
from config import valkey
from config.settings import settings
from tests.support.house import eventually


@pytest.fixture(scope="session")
def server() -> Iterator[Path]:
    """A Valkey server's socket; short, as sockets' names have to be."""
    with tempfile.TemporaryDirectory(prefix="parley-") as folder:
        path = Path(folder) / "s"
        process = subprocess.Popen(valkey.command(path, Path(folder)), stdout=subprocess.DEVNULL)
        try:
            eventually(lambda: valkey.answers(path))
            yield path
        finally:
            process.terminate()
            process.wait(60)


@pytest.fixture(autouse=True)
def bus(server: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Redis]:
    """The bus with an empty server; answers a client that looks at what is in it."""
    monkeypatch.setenv("REDIS_URL", f"unix://{server}")
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    _forget_clients()
    client = Redis(unix_socket_path=str(server), decode_responses=True)
    client.flushall()
    yield client
    client.close()
    _forget_clients()


def _forget_clients() -> None:
    settings.cache_clear()
    connection.redis.cache_clear()
    connection.script.cache_clear()


@pytest.fixture
def setting(monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Changes settings of this process: `setting(LOG_KEEP_EVENTS=10)`."""

    def change(**values: object) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, str(value))
        settings.cache_clear()

    return change


@pytest.fixture
def room() -> Room:
    """A room that lives for an hour."""
    return a_room()


def a_room(**changes: object) -> Room:
    now = datetime.now(UTC)
    values = {
        "id": new_id(),
        "name": "lovelace",
        "title": "Übung: Zahlen 🎓",
        "rules": "Be kind.",
        "state": State.OPEN,
        "code": new_code(),
        "created_at": now,
        "ends_at": now + timedelta(hours=1),
        "max_length": 140,
        "moderation": Moderation.AFTER,
        "slow_mode": 0,
        "host_key_hash": hash_token("the host's token"),
        "password_hash": None,
    }
    return Room(**{**values, **changes})  # type: ignore[arg-type]


def a_participant(room: Room, nickname: str = "Ada") -> Participant:
    return Participant(id=new_id(), room_id=room.id, nickname=nickname, glyph=Glyph("blue", "★"))


def a_message(room: Room, text: str = "Hello!", **changes: object) -> Message:
    values = {
        "id": new_id(),
        "room_id": room.id,
        "text": text,
        "participant_id": "0197c1d2-3e4f-7a5b-8c6d-7e8f90a1b2c3",
        "nickname": "Ada",
        "glyph": Glyph("blue", "★"),
        "at": datetime.now(UTC),
    }
    return Message(**{**values, **changes})  # type: ignore[arg-type]
