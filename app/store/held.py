"""Held messages: what waits for the host's decision, and what an author learns of it."""

from __future__ import annotations

from sqlalchemy import select

from app.chat import Message
from app.store.rows import MESSAGE, columns_to_message
from app.store.session import reading, retrying
from app.store.tables import HELD, REJECTED, messages


@retrying
def waiting(room_id: str, limit: int) -> tuple[tuple[Message, str], ...]:
    """List the messages that are held, the oldest first, each with the reason."""
    held = select(messages.c.reason, *MESSAGE).where(messages.c.room_id == room_id, messages.c.state == HELD)
    with reading() as look:
        rows = look.execute(held.order_by(messages.c.at, messages.c.id).limit(limit)).all()
    return tuple((columns_to_message(row[1:]), row[0] or "") for row in rows)


@retrying
def of_author(room_id: str, participant_id: str, limit: int) -> tuple[tuple[Message, str, str], ...]:
    """List what one participant said and nobody else sees, the newest first, each with its state and the reason."""
    unseen = select(messages.c.state, messages.c.reason, *MESSAGE).where(
        messages.c.room_id == room_id,
        messages.c.state.in_((HELD, REJECTED)),
        messages.c.participant_id == participant_id,
    )
    with reading() as look:
        rows = look.execute(unseen.order_by(messages.c.at.desc(), messages.c.id).limit(limit)).all()
    return tuple((columns_to_message(row[2:]), row[0], row[1] or "") for row in rows)
