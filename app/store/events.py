"""Events: what has happened in a room, in one order for everyone, without a gap."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, func, select

from app.chat import Event, MessagePinned, MessageShown
from app.store.rows import EVENT, MESSAGE, columns_to_event
from app.store.session import reading, retrying
from app.store.tables import events, messages, rooms

# Each event is joined with the message that it is about, in one statement: one state of the database.
_ABOUT = and_(messages.c.room_id == events.c.room_id, messages.c.id == events.c.message_id)
_SINCE = (
    select(*EVENT, *MESSAGE)
    .select_from(events.outerjoin(messages, _ABOUT))
    .where(events.c.room_id == bindparam("room"), events.c.seq > bindparam("after"))
    .order_by(events.c.seq)
    .limit(bindparam("most"))
)


@retrying
def since(room_id: str, after: int, limit: int) -> tuple[Event, ...]:
    """List the events after a seq, at most `limit`; a message that was removed since comes with an empty text."""
    with reading() as look:
        found = look.execute(_SINCE, {"room": room_id, "after": after, "most": limit}).all()
    return tuple(columns_to_event(row) for row in found)


@retrying
def last_seq(room_id: str) -> int | None:
    """Tell the seq of a room's newest event, 0 if nothing has happened yet; None if there is no such room."""
    with reading() as look:
        return look.scalar(select(rooms.c.last_seq).where(rooms.c.id == room_id))


@retrying
def last_told(room_id: str, *message_ids: str) -> int | None:
    """Tell the seq of the newest event that told one of these messages' texts: it was shown, or pinned later."""
    about = and_(events.c.room_id == room_id, events.c.message_id.in_(message_ids))
    telling = events.c.kind.in_((MessageShown.kind, MessagePinned.kind))
    with reading() as look:
        newest: int | None = look.scalar(select(func.max(events.c.seq)).where(about, telling))
    return newest
