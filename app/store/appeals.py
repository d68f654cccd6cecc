"""Appeals: an author asks once that somebody looks at his message again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, insert, select, update

from app.chat import Message
from app.chat.refusals import AlreadyAppealed, NothingToAppeal
from app.store.ledger import hold
from app.store.rows import MESSAGE, columns_to_message
from app.store.session import reading, retrying, transaction
from app.store.tables import HELD, REJECTED, appeals, messages


@dataclass(frozen=True, slots=True)
class Appeal:
    """An appeal that nobody has answered, with the message; the text of a rejected one is erased."""

    at: datetime
    text: str
    state: str
    reason: str
    message: Message


@retrying
def make(room_id: str, message_id: str, participant_id: str, text: str, now: datetime) -> bool:
    """Keep an author's appeal; False if he has no such message.

    Raises:
        AlreadyAppealed, NothingToAppeal: it is not taken.
    """
    with transaction() as tx:
        row = _of_author(tx, room_id, message_id, participant_id)
        if row is None:
            return False
        if row not in (HELD, REJECTED):
            raise NothingToAppeal
        if tx.scalar(select(appeals.c.at).where(_about(room_id, message_id))):
            raise AlreadyAppealed
        tx.execute(insert(appeals).values(room_id=room_id, message_id=message_id, at=now, text=text))
        return True


def _of_author(tx: Connection, room_id: str, message_id: str, participant_id: str) -> str | None:
    """Lock the room and tell a message's state, if it is this author's."""
    if not hold(tx, room_id):
        return None
    his = and_(messages.c.room_id == room_id, messages.c.id == message_id, messages.c.participant_id == participant_id)
    return tx.scalar(select(messages.c.state).where(his))


@retrying
def is_made(room_id: str, message_id: str) -> bool:
    """Tell whether a message was appealed for, answered or not."""
    with reading() as look:
        return look.scalar(select(appeals.c.at).where(_about(room_id, message_id))) is not None


@retrying
def waiting(room_id: str, limit: int) -> tuple[Appeal, ...]:
    """List the appeals that nobody has answered, the oldest first."""
    its_message = and_(messages.c.room_id == appeals.c.room_id, messages.c.id == appeals.c.message_id)
    columns = (appeals.c.at, appeals.c.text, messages.c.state, messages.c.reason, *MESSAGE)
    asked = select(*columns).select_from(appeals.join(messages, its_message))
    unanswered = asked.where(appeals.c.room_id == room_id, appeals.c.answered_at.is_(None))
    with reading() as look:
        rows = look.execute(unanswered.order_by(appeals.c.at, appeals.c.message_id).limit(limit)).all()
    return tuple(Appeal(row[0], row[1], row[2], row[3] or "", columns_to_message(row[4:])) for row in rows)


def close(tx: Connection, room_id: str, message_id: str, now: datetime) -> bool:
    """Answer an appeal in the transaction that decides about its message, and erase it; say whether there was one."""
    unanswered = and_(_about(room_id, message_id), appeals.c.answered_at.is_(None))
    return bool(tx.execute(update(appeals).where(unanswered).values(text="", answered_at=now)).rowcount)


def _about(room_id: str, message_id: str) -> ColumnElement[bool]:
    return and_(appeals.c.room_id == room_id, appeals.c.message_id == message_id)
