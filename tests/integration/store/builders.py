"""People and rooms for the store's tests, with human defaults."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from app.chat import (
    Glyph,
    Message,
    Moderation,
    Outcome,
    Participant,
    Room,
    State,
    Verdict,
    glyph_for,
    hash_token,
    new_code,
    new_id,
)

NOON = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)
LATER = NOON + timedelta(minutes=5)


def a_room(name: str = "lovelace", **changes: object) -> Room:
    """A room that lives for a day."""
    values = {
        "id": new_id(),
        "name": name,
        "title": "Übung: Zahlen 🎓",
        "rules": "Be kind.",
        "state": State.OPEN,
        "code": new_code(),
        "created_at": NOON,
        "ends_at": NOON + timedelta(days=1),
        "max_length": 140,
        "moderation": Moderation.AFTER,
        "slow_mode": 0,
        "host_key_hash": hash_token("the host's token"),
        "password_hash": None,
    }
    return Room(**{**values, **changes})  # type: ignore[arg-type]


def a_message(room: Room, text: str = "Hello, world", nickname: str = "Ada", at: datetime = NOON) -> Message:
    """A message from somebody in a room."""
    return Message(
        id=new_id(),
        room_id=room.id,
        text=text,
        participant_id=new_id(),
        nickname=nickname,
        glyph=Glyph("teal", "★"),
        at=at,
    )


def a_participant(room: Room, nickname: str = "Ada") -> Participant:
    """Somebody in a room."""
    id_ = new_id()
    return Participant(id=id_, room_id=room.id, nickname=nickname, glyph=glyph_for(id_))


def passed(message: Message) -> tuple[Message, Verdict]:
    """A message that may be shown."""
    return message, Verdict(Outcome.PASS, message.text)


def held(message: Message, reason: str = "waits for the host") -> tuple[Message, Verdict]:
    """A message that the host is to look at."""
    return message, Verdict(Outcome.HOLD, message.text, reason, "words")


def rejected(message: Message, reason: str = "not here") -> tuple[Message, Verdict]:
    """A message that nobody is to see."""
    return message, Verdict(Outcome.REJECT, message.text, reason, "words")
