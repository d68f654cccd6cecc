"""Held messages: what waits for the host's decision, and what an author learns of it."""

from __future__ import annotations

from sqlalchemy import and_, select

from app.chat import Message
from app.store.rows import MESSAGE, columns_to_message
from app.store.session import reading, retrying
from app.store.tables import HELD, REJECTED, appeals, messages


@retrying
def waiting(room_id: str, limit: int) -> tuple[tuple[Message, str], ...]:
    """List the messages that are held, the oldest first, each with the reason."""
    held = select(messages.c.reason, *MESSAGE).where(messages.c.room_id == room_id, messages.c.state == HELD)
    with reading() as look:
        rows = look.execute(held.order_by(messages.c.at, messages.c.id).limit(limit)).all()
    return tuple((columns_to_message(row[1:]), row[0] or "") for row in rows)


@retrying
def of_author(room_id: str, participant_id: str, limit: int) -> tuple[tuple[Message, str, str, bool], ...]:
    """List what one participant said and nobody else sees, the newest first.

    Each with its state, the reason, and whether its author has asked for another look.
    """
    its_appeal = and_(appeals.c.room_id == messages.c.room_id, appeals.c.message_id == messages.c.id)
    both = messages.outerjoin(appeals, its_appeal)
    unseen = (
        select(messages.c.state, messages.c.reason, appeals.c.at, *MESSAGE)
        .select_from(both)
        .where(
            messages.c.room_id == room_id,
            messages.c.state.in_((HELD, REJECTED)),
            messages.c.participant_id == participant_id,
        )
    )
    with reading() as look:
        rows = look.execute(unseen.order_by(messages.c.at.desc(), messages.c.id).limit(limit)).all()
    return tuple((columns_to_message(row[3:]), row[0], row[1] or "", row[2] is not None) for row in rows)
