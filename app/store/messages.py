"""Messages are kept, released, rejected and removed here: the writing half, which only hops may use."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, select, update
from sqlalchemy.exc import IntegrityError

from app.chat import Message, MessagePinned, MessageRemoved, MessageShown, Outcome, Verdict
from app.chat.actions import HOST, Deed, Order
from app.chat.reasons import UPHELD
from app.store import actions, appeals, reports
from app.store.batch import NewRow, insert_rows, new_row
from app.store.ledger import enter, enter_shown, hold
from app.store.rows import Row, Values
from app.store.session import retrying, scrub, transaction
from app.store.tables import HELD, REJECTED, REMOVED, SHOWN, MessageState, messages, rooms, votes

ERASED = {"text": "", "url": None}
STATES: dict[Outcome, MessageState] = {Outcome.PASS: SHOWN, Outcome.HOLD: HELD, Outcome.REJECT: REJECTED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """What became of a message in the store.

    Attributes:
        state: what it is now.
        seq: the number of its event, if it was ever shown.
        reason: why it is not shown.
        at: when it was shown, if that was just now.
    """

    state: MessageState
    seq: int | None
    reason: str | None
    at: datetime | None = field(default=None, compare=False)


@retrying
def keep(room_id: str, judged: Sequence[tuple[Message, Verdict]], now: datetime) -> dict[str, Kept]:
    """Keep judged messages in their order: what passed gets the room's next seq, in one commit.

    May run twice: a message that is there already is left alone and answered as it is. Without the room: nothing.
    """
    try:
        return _keep(room_id, judged, now, look=False)
    except IntegrityError:  # nearly always a second run; whatever else it is, it comes again
        return _keep(room_id, judged, now, look=True)


def _keep(room_id: str, judged: Sequence[tuple[Message, Verdict]], now: datetime, *, look: bool) -> dict[str, Kept]:
    """Keep messages in one transaction; look for those that are there already only if the primary key has met one."""
    with transaction() as tx:
        room = hold(tx, room_id)
        if not room:
            return {}
        known = _known(tx, room_id, [message.id for message, _ in judged]) if look else {}
        return _keep_new(tx, room, judged, known, now)


def _known(tx: Connection, room_id: str, ids: Sequence[str]) -> dict[str, Kept]:
    columns = (messages.c.id, messages.c.state, messages.c.seq, messages.c.reason)
    there = select(*columns).where(messages.c.room_id == room_id, messages.c.id.in_(ids))
    return {row.id: Kept(state=row.state, seq=row.seq, reason=row.reason) for row in tx.execute(there)}


def _keep_new(
    tx: Connection, room: Row, judged: Sequence[tuple[Message, Verdict]], kept: dict[str, Kept], now: datetime
) -> dict[str, Kept]:
    """Keep what is not kept yet, and add it to that."""
    rows: list[NewRow] = []
    seq = room["last_seq"]
    for message, verdict in judged:
        if message.id in kept:
            continue
        state = STATES[verdict.outcome]
        if state == SHOWN:
            seq += 1
            one = Kept(state=state, seq=seq, reason=verdict.reason, at=now)
        else:
            one = Kept(state=state, seq=None, reason=verdict.reason)
        kept[message.id] = one
        rows.append(_row(message, verdict, one))
    insert_rows(tx, rows)
    enter_shown(tx, room, seq - room["last_seq"], now)
    return kept


def _row(message: Message, verdict: Verdict, kept: Kept) -> NewRow:
    """Spell a judged message as a row; the text of a rejected one is not kept at all."""
    if kept.state == REJECTED:
        return new_row(replace(message, url=None), kept.state, kept.seq, kept.reason, "")
    return new_row(message, kept.state, kept.seq, kept.reason, verdict.text)


def _shown(message_id: str) -> Values:
    return {"kind": MessageShown.kind, "message_id": message_id}


def _removed(message_id: str) -> Values:
    return {"kind": MessageRemoved.kind, "message_id": message_id}


def remove(room_id: str, message_id: str, now: datetime, by: str = HOST) -> bool:
    """Take a message away and erase its text; say whether it is away. May run twice: the second finds it away."""
    done = _remove(room_id, message_id, now, by)
    return done and _erased()


@retrying
def _remove(room_id: str, message_id: str, now: datetime, by: str) -> bool:
    with transaction() as tx:
        room, row = _held_with(tx, room_id, message_id)
        if room and row and row["state"] != REMOVED:
            enter(tx, room, _take_away(tx, room, row, now, by), now)
        return bool(row)


def remove_of(room_id: str, participant_id: str, now: datetime, by: str, limit: int) -> tuple[str, ...]:
    """Take away what one participant said, so many at a time; tell which. May run twice: the second finds them away."""
    gone = _remove_of(room_id, participant_id, now, by, limit)
    if gone:
        _erased()
    return gone


@retrying
def _remove_of(room_id: str, participant_id: str, now: datetime, by: str, limit: int) -> tuple[str, ...]:
    his = (messages.c.room_id == room_id, messages.c.participant_id == participant_id)
    there = select(messages).where(*his, messages.c.state.in_((SHOWN, HELD))).order_by(messages.c.at).limit(limit)
    with transaction() as tx:
        room = hold(tx, room_id)
        rows = tx.execute(there).mappings().all() if room else ()
        if room:
            enter(tx, room, [entry for row in rows for entry in _take_away(tx, room, row, now, by)], now)
        return tuple(row["id"] for row in rows)


def _take_away(tx: Connection, room: Row, row: Row, now: datetime, by: str) -> list[Values]:
    """Erase a message and whatever hangs on it; give the events that say so, where it was ever shown."""
    room_id, message_id = row["room_id"], row["id"]
    _set(tx, row, state=REMOVED, votes=0, **ERASED)
    tx.execute(delete(votes).where(votes.c.room_id == room_id, votes.c.message_id == message_id))
    unpinned = _unpin(tx, room, message_id)
    actions.enter(tx, room_id, now, by, Deed.REMOVE, about=message_id)
    appeals.close(tx, room_id, message_id, now)
    reports.close(tx, room_id, message_id, now)
    return [_removed(message_id), *unpinned] if row["seq"] else []


def _unpin(tx: Connection, room: Row, message_id: str) -> list[Values]:
    """Pin nothing any more if it was this message; give the event that says so."""
    if room["pinned_id"] != message_id:
        return []
    tx.execute(update(rooms).where(rooms.c.id == room["id"]).values(pinned_id=None))
    return [{"kind": MessagePinned.kind}]


@retrying
def release(room_id: str, message_id: str, now: datetime, by: str = HOST) -> bool:
    """Show a message that was held; say whether it is shown. May run twice: the second finds it shown."""
    with transaction() as tx:
        room, row = _held_with(tx, room_id, message_id)
        if not room or not row or row["state"] != HELD:
            return bool(row and row["state"] == SHOWN)
        _set(tx, row, state=SHOWN, seq=room["last_seq"] + 1, reason=None)
        enter(tx, room, [_shown(message_id)], now)
        actions.enter(tx, room_id, now, by, Deed.RELEASE, about=message_id)
        appeals.close(tx, room_id, message_id, now)
        return True


def reject(room_id: str, message_id: str, now: datetime, reason: str, order: Order | None = None) -> bool:
    """Turn down a message that was held and erase it; say whether it is. May run twice: the second finds it so.

    One that is turned down already stays so: whoever has appealed against it is answered. The reason is the sentence
    that its author is told; that of the order goes into the ledger.
    """
    done = _reject(room_id, message_id, now, reason, order or Order())
    return done and _erased()


@retrying
def _reject(room_id: str, message_id: str, now: datetime, reason: str, order: Order) -> bool:
    with transaction() as tx:
        _, row = _held_with(tx, room_id, message_id)
        if not row or row["state"] not in (HELD, REJECTED):
            return False
        appealed = appeals.close(tx, room_id, message_id, now)
        if row["state"] == HELD:
            _set(tx, row, state=REJECTED, reason=reason, **ERASED)
            actions.enter(tx, room_id, now, order.by, Deed.REJECT, about=message_id, reason=order.reason)
        elif appealed:
            _set(tx, row, reason=reason if order.reason else UPHELD)
            actions.enter(tx, room_id, now, order.by, Deed.UPHOLD, about=message_id, reason=order.reason)
        return True


def _held_with(tx: Connection, room_id: str, message_id: str) -> tuple[Row | None, Row | None]:
    """Lock the room and look at one of its messages."""
    room = hold(tx, room_id)
    row = tx.execute(select(messages).where(_is(room_id, message_id))).mappings().one_or_none() if room else None
    return room, row


def _is(room_id: str, message_id: str) -> ColumnElement[bool]:
    return and_(messages.c.room_id == room_id, messages.c.id == message_id)


def _set(tx: Connection, row: Row, **values: object) -> None:
    tx.execute(update(messages).where(_is(row["room_id"], row["id"])).values(**values))


def _erased() -> bool:
    """Erase the text from the database's files, too; what could not be done now is done by the next scrub."""
    scrub()
    return True
