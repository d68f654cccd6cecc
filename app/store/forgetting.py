"""Forgetting a room: first the room itself, then, in bounded batches, everything that it held."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Table, and_, delete, insert, select, tuple_, update

from app.chat import Receipt
from app.store import cases as kept_on
from app.store.ledger import hold
from app.store.receipts import lock, plus
from app.store.rows import Row, Values, row_to_receipt
from app.store.session import retrying, scrub, transaction
from app.store.tables import actions, appeals, cases, events, messages, participants, receipts, reports, rooms, votes
from config.settings import settings

BATCH = 500  # rows a transaction: a room of any size holds no lock for long

HELD: tuple[tuple[Table, ColumnElement[Any]], ...] = (
    (votes, tuple_(votes.c.message_id, votes.c.participant_id)),
    (messages, messages.c.id),
    (events, events.c.seq),
    (actions, actions.c.number),
    (appeals, appeals.c.message_id),
    (reports, tuple_(reports.c.message_id, reports.c.participant_id)),
    (cases, cases.c.id),
    (participants, participants.c.id),
)


def forget(room_id: str, now: datetime) -> Receipt | None:
    """Delete everything of a room and give the receipt; None if there never was such a room.

    May run twice, also after it was cut short: the receipt is begun with the first deletion, counts each batch in that
    batch's own transaction, and is given to nobody before the last.
    """
    _begin(room_id, now)
    while (receipt := _go_on(room_id, now)) and receipt["forgotten_at"] is None:
        pass
    scrub()
    return row_to_receipt(receipt) if receipt else None


@retrying
def _begin(room_id: str, now: datetime) -> None:
    """Delete the room's own row: from now on it is gone for everyone and its name is free.

    What is sealed for the operator lives on for some days, which the receipt says.
    """
    with transaction() as tx:
        if room := hold(tx, room_id):
            days = settings().capsule_days
            kept = kept_on.outlive(tx, room_id, now + timedelta(days=days)) if days else {}
            tx.execute(insert(receipts).values(_blank(room) | kept))
            tx.execute(delete(rooms).where(rooms.c.id == room_id))


def _blank(room: Row) -> Values:
    counts = {"rooms": 1} | {table.name: 0 for table, _ in HELD}
    return {
        "room_id": room["id"],
        "name": room["name"],
        "created_at": room["created_at"],
        "closed_at": room["closed_at"],
        "forgotten_at": None,
        "counts": counts,
    }


@retrying
def _go_on(room_id: str, now: datetime) -> Row | None:
    """Delete one more batch and count it; when nothing is left, sign the receipt."""
    with transaction() as tx:
        receipt = lock(tx, room_id)
        if receipt is None or receipt["forgotten_at"]:
            return receipt
        deleted = _delete_some(tx, room_id)
        news: Values = {"counts": plus(receipt["counts"], deleted)} if deleted else {"forgotten_at": now}
        tx.execute(update(receipts).where(receipts.c.room_id == room_id).values(news))
        return {**receipt, **news}


def _delete_some(tx: Connection, room_id: str) -> dict[str, int]:
    """Delete at most a batch of the first table that still holds something of the room, and count it."""
    for table, key in HELD:
        parts = getattr(key, "clauses", [key])
        its = table.c.room_id == room_id
        if table is cases:
            its = and_(its, cases.c.dies_at.is_(None))
        rows = tx.execute(select(*parts).where(its).limit(BATCH)).all()
        if batch := [tuple(row) if len(row) > 1 else row[0] for row in rows]:
            tx.execute(delete(table).where(its, key.in_(batch)))
            return {table.name: len(batch)}
    return {}
