"""New messages by the batch: one statement, spelled once, that the driver fills in by itself.

What SQLAlchemy does to each value of each row was half of what keeping a message cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import Connection, Dialect, column, insert, table

from app.chat import Message
from app.store.columns import spell_moment
from app.store.tables import MessageState, messages

WHO = ("participant_id", "nickname", "glyph_colour", "glyph_sign")
ALWAYS = ("room_id", "id", "seq", "state", "text", *WHO, "at", "question")
SELDOM = ("reason", "source", "url")
NOTHING = (None, None, None)
DIALECTS = 4  # more than one only where databases are changed, as tests do

NewRow = tuple[str | int | None, ...]
"""A message's values in the order of ALWAYS and SELDOM."""


def new_row(message: Message, state: MessageState, seq: int | None, reason: str | None, text: str) -> NewRow:
    """Spell a new message as a row; the text is what is left of its own."""
    glyph = message.glyph
    who = (message.participant_id, message.nickname, glyph.colour, glyph.sign)
    at = spell_moment(message.at)
    whole = (message.room_id, message.id, seq, state, text, *who, at, message.question)
    return (*whole, reason, message.source, message.url)


def insert_rows(tx: Connection, rows: Sequence[NewRow]) -> None:
    """Write new messages.

    Most batches have nothing in the columns that are seldom used: leaving those out is a fifth of the driver's work.
    """
    if not rows:
        return
    common = len(ALWAYS)
    if all(row[common:] == NOTHING for row in rows):
        tx.exec_driver_sql(_statement(tx.dialect, ALWAYS), [row[:common] for row in rows])
    else:
        tx.exec_driver_sql(_statement(tx.dialect, ALWAYS + SELDOM), list(rows))


@lru_cache(maxsize=DIALECTS)
def _statement(dialect: Dialect, names: tuple[str, ...]) -> str:
    """Spell the statement as the driver wants it; it may hold nothing but placeholders, or MySQLdb sends row by row."""
    return str(insert(table(messages.name, *map(column, names))).compile(dialect=dialect))
