"""Events: what has happened in a room, in one order for everyone, without a gap."""

from __future__ import annotations

from sqlalchemy import Select, and_, select

from app.chat import Event
from app.store.rows import row_to_event
from app.store.session import reading, retrying
from app.store.tables import events, messages, rooms


@retrying
def since(room_id: str, after: int, limit: int) -> tuple[Event, ...]:
    """List the events after a seq, at most `limit`; a message that was removed since comes with an empty text."""
    asked = _events().where(events.c.room_id == room_id, events.c.seq > after)
    with reading() as look:
        rows = look.execute(asked.order_by(events.c.seq).limit(limit)).mappings().all()
    return tuple(row_to_event(row) for row in rows)


def _events() -> Select[tuple[object, ...]]:
    """Join each event with the message that it is about, in one statement: one state of the database."""
    about = and_(messages.c.room_id == events.c.room_id, messages.c.id == events.c.message_id)
    return select(
        events.c.room_id.label("event_room_id"),
        events.c.seq.label("event_seq"),
        events.c.at.label("event_at"),
        events.c.kind,
        events.c.message_id,
        events.c.payload,
        *messages.c,
    ).select_from(events.outerjoin(messages, about))


@retrying
def last_seq(room_id: str) -> int | None:
    """Tell the seq of a room's newest event, 0 if nothing has happened yet; None if there is no such room."""
    with reading() as look:
        return look.scalar(select(rooms.c.last_seq).where(rooms.c.id == room_id))
