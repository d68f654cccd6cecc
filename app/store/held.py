"""Held messages: what waits for the host's decision."""

from __future__ import annotations

from sqlalchemy import select

from app.chat import Message
from app.store.rows import MESSAGE, columns_to_message
from app.store.session import reading, retrying
from app.store.tables import HELD, messages


@retrying
def waiting(room_id: str, limit: int) -> tuple[tuple[Message, str], ...]:
    """List the messages that are held, the oldest first, each with the reason."""
    held = select(messages.c.reason, *MESSAGE).where(messages.c.room_id == room_id, messages.c.state == HELD)
    with reading() as look:
        rows = look.execute(held.order_by(messages.c.at, messages.c.id).limit(limit)).all()
    return tuple((columns_to_message(row[1:]), row[0] or "") for row in rows)
