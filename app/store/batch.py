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
ALWAYS = ("room_id", "id", "seq", "state", "text", *WHO, "at")
SELDOM = ("reason", "source", "url", "question", "role")
NOTHING = (None, None, None, False, None)
DIALECTS = 4  # more than one only where databases are changed, as tests do

NewRow = tuple[str | int | None, ...]
"""A message's values in the order of ALWAYS and SELDOM."""


def new_row(message: Message, state: MessageState, seq: int | None, reason: str | None, text: str) -> NewRow:
    """Spell a new message as a row; the text is what is left of its own."""
    glyph = message.glyph
    who = (message.participant_id, message.nickname, glyph.colour, glyph.sign)
    at = spell_moment(message.at)
    seldom = (reason, message.source, message.url, message.question, message.role or None)
    return (message.room_id, message.id, seq, state, text, *who, at, *seldom)


def insert_rows(tx: Connection, rows: Sequence[NewRow]) -> None:
    """Write new messages.

    Most have nothing in the columns that are seldom used: leaving those out is a fifth of the driver's work.
    """
    common = len(ALWAYS)
    plain = [row[:common] for row in rows if row[common:] == NOTHING]
    if plain:
        tx.exec_driver_sql(_statement(tx.dialect, ALWAYS), plain)
    if len(plain) < len(rows):
        others = [row for row in rows if row[common:] != NOTHING]
        tx.exec_driver_sql(_statement(tx.dialect, ALWAYS + SELDOM), others)


@lru_cache(maxsize=DIALECTS)
def _statement(dialect: Dialect, names: tuple[str, ...]) -> str:
    """Spell the statement as the driver wants it; it may hold nothing but placeholders, or MySQLdb sends row by row."""
    return str(insert(table(messages.name, *map(column, names))).compile(dialect=dialect))
