"""Rooms and events made directly in Redis, as the house's own parts would: no database and no workers take part."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta

from app.bus import log
from app.bus import rooms as live
from app.chat import Message, Moderation, Room, State, glyph_for, new_code
from app.chat.events import MessageShown

AUTHORS = 300


def hall(name: str) -> Room:
    """A room that everybody finds, with one event."""
    made = datetime.now(UTC)
    room = Room(
        id=str(uuid.uuid4()),
        name=name,
        title="A full hall",
        rules="",
        state=State.OPEN,
        created_at=made,
        ends_at=made + timedelta(hours=1),
        max_length=140,
        moderation=Moderation.AFTER,
        slow_mode=0,
        code=new_code(),
        last_seq=1,
        host_key_hash="",
        password_hash=None,
        sources=(),
    )
    live.project(room)
    show(room, 1, ["Welcome!"])
    return room


def show(room: Room, first: int, texts: list[str]) -> None:
    """Appends messages to a room's log and rings the bell once, as the last hop does."""
    events = [shown(room.id, seq, text) for seq, text in enumerate(texts, start=first)]
    log.append(room.id, events, live.expiry(room), 0)


def shown(room_id: str, seq: int, text: str) -> MessageShown:
    """A message of one of many authors."""
    author = str(uuid.UUID(int=seq % AUTHORS))
    message = Message(
        id=str(uuid.uuid4()),
        room_id=room_id,
        text=text,
        participant_id=author,
        nickname=f"Grace {seq % AUTHORS}",
        glyph=glyph_for(author),
        at=datetime.now(UTC),
    )
    return MessageShown(seq=seq, at=message.at, room_id=room_id, message=message)
