"""Transcripts: what was said in a room and is still to be seen."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, select

from app.chat import Message
from app.store.rows import MESSAGE, columns_to_message
from app.store.session import reading, retrying
from app.store.tables import SHOWN, events, messages, votes

BATCH = 500  # messages in memory at a time, however long the transcript

Line = tuple[int, Message]
Shown = tuple[datetime, Message]


def page(room_id: str, before: int | None, limit: int) -> tuple[tuple[Line, ...], bool]:
    """Give the newest messages before a seq (or of all), oldest first, and whether there are older ones."""
    asked = _shown(room_id) if before is None else _shown(room_id).where(messages.c.seq < before)
    rows = _rows(asked.order_by(messages.c.seq.desc()).limit(limit + 1))
    return tuple(_line(row) for row in reversed(rows[:limit])), len(rows) > limit


def page_after(room_id: str, after: int, limit: int) -> tuple[tuple[Line, ...], bool]:
    """Give the first messages after a seq, oldest first, and whether there are newer ones."""
    rows = _rows(_shown(room_id).where(messages.c.seq > after).order_by(messages.c.seq).limit(limit + 1))
    return tuple(_line(row) for row in rows[:limit]), len(rows) > limit


def questions(room_id: str, limit: int) -> tuple[Line, ...]:
    """Give a room's questions, the most voted first, then the oldest."""
    asked = _shown(room_id).where(messages.c.question.is_(True))
    return tuple(map(_line, _rows(asked.order_by(messages.c.votes.desc(), messages.c.seq).limit(limit))))


def voted(room_id: str, participant_id: str, ids: Collection[str]) -> frozenset[str]:
    """Tell for which of these messages a participant has voted."""
    his = (votes.c.room_id == room_id, votes.c.message_id.in_(ids), votes.c.participant_id == participant_id)
    return frozenset(row[0] for row in _rows(select(votes.c.message_id).where(*his)))


def everything(room_id: str) -> Iterator[Line]:
    """Give the whole transcript, oldest first, read in batches; the database is held between none of them."""
    after = 0
    while rows := _rows(_shown(room_id).where(messages.c.seq > after).order_by(messages.c.seq).limit(BATCH)):
        yield from (_line(row) for row in rows)
        after = rows[-1][0]


def newest(room_id: str, limit: int) -> tuple[datetime | None, tuple[Shown, ...]]:
    """Tell when something last happened in a room, and its newest messages, newest first, with when each was shown."""
    # In this order: what happens in between is told again later, never missed.
    changed = _rows(select(events.c.at).where(events.c.room_id == room_id).order_by(events.c.seq.desc()).limit(1))
    rows = _rows(_with_moments(room_id).order_by(messages.c.seq.desc()).limit(limit))
    return changed[0][0] if changed else None, tuple((row[0], columns_to_message(row[1:])) for row in rows)


@retrying
def find(room_id: str, message_id: str) -> tuple[int | None, str, str | None, Message] | None:
    """Find one message, whatever became of it: its seq, its state, the reason and itself."""
    columns = (messages.c.seq, messages.c.state, messages.c.reason, *MESSAGE)
    one = select(*columns).where(messages.c.room_id == room_id, messages.c.id == message_id)
    with reading() as look:
        row = look.execute(one).one_or_none()
    return (row[0], row[1], row[2], columns_to_message(row[3:])) if row else None


@retrying
def of_participant(room_id: str, participant_id: str, limit: int) -> tuple[tuple[int | None, str, str, Message], ...]:
    """List what one participant said, whatever became of it, newest first: its seq, its state, the reason, itself."""
    columns = (messages.c.seq, messages.c.state, messages.c.reason, *MESSAGE)
    his = select(*columns).where(messages.c.room_id == room_id, messages.c.participant_id == participant_id)
    with reading() as look:
        rows = look.execute(his.order_by(messages.c.at.desc(), messages.c.id).limit(limit)).all()
    return tuple((row[0], row[1], row[2] or "", columns_to_message(row[3:])) for row in rows)


def _shown(room_id: str) -> Select[tuple[Any, ...]]:
    return select(messages.c.seq, *MESSAGE).where(messages.c.room_id == room_id, messages.c.state == SHOWN)


def _with_moments(room_id: str) -> Select[tuple[Any, ...]]:
    its_event = and_(events.c.room_id == messages.c.room_id, events.c.seq == messages.c.seq)
    shown = and_(messages.c.room_id == room_id, messages.c.state == SHOWN)
    return select(events.c.at, *MESSAGE).select_from(messages.join(events, its_event)).where(shown)


@retrying
def _rows(asked: Select[tuple[Any, ...]]) -> Sequence[Sequence[Any]]:
    with reading() as look:
        return look.execute(asked).all()


def _line(row: Sequence[Any]) -> Line:
    return row[0], columns_to_message(row[1:])
