"""Transcripts: what was said in a room and is still to be seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import Select, select

from app.chat import Message
from app.store.rows import MESSAGE, columns_to_message
from app.store.session import reading, retrying
from app.store.tables import SHOWN, messages

BATCH = 500  # messages in memory at a time, however long the transcript

Line = tuple[int, Message]


def page(room_id: str, before: int | None, limit: int) -> tuple[tuple[Line, ...], bool]:
    """Give the newest messages before a seq (or of all), oldest first, and whether there are older ones."""
    asked = _shown(room_id) if before is None else _shown(room_id).where(messages.c.seq < before)
    rows = _rows(asked.order_by(messages.c.seq.desc()).limit(limit + 1))
    return tuple(_line(row) for row in reversed(rows[:limit])), len(rows) > limit


def everything(room_id: str) -> Iterator[Line]:
    """Give the whole transcript, oldest first, read in batches; the database is held between none of them."""
    after = 0
    while rows := _rows(_shown(room_id).where(messages.c.seq > after).order_by(messages.c.seq).limit(BATCH)):
        yield from (_line(row) for row in rows)
        after = rows[-1][0]


@retrying
def find(room_id: str, message_id: str) -> tuple[int | None, str, str | None, Message] | None:
    """Find one message, whatever became of it: its seq, its state, the reason and itself."""
    columns = (messages.c.seq, messages.c.state, messages.c.reason, *MESSAGE)
    one = select(*columns).where(messages.c.room_id == room_id, messages.c.id == message_id)
    with reading() as look:
        row = look.execute(one).one_or_none()
    return (row[0], row[1], row[2], columns_to_message(row[3:])) if row else None


def _shown(room_id: str) -> Select[tuple[Any, ...]]:
    return select(messages.c.seq, *MESSAGE).where(messages.c.room_id == room_id, messages.c.state == SHOWN)


@retrying
def _rows(asked: Select[tuple[Any, ...]]) -> Sequence[Sequence[Any]]:
    with reading() as look:
        return look.execute(asked).all()


def _line(row: Sequence[Any]) -> Line:
    return row[0], columns_to_message(row[1:])
