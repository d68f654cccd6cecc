"""Receipts: what was deleted of a room, in counts, and when."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, or_, select, update

from app.chat import Receipt
from app.store.rows import Row, row_to_receipt
from app.store.session import reading, retrying, transaction
from app.store.tables import receipts


@retrying
def find(name: str) -> Receipt | None:
    """Find the newest receipt of a room of that name."""
    signed = select(receipts).where(receipts.c.name == name, receipts.c.forgotten_at.is_not(None))
    newest = signed.order_by(receipts.c.forgotten_at.desc(), receipts.c.room_id.desc()).limit(1)
    with reading() as look:
        row = look.execute(newest).mappings().one_or_none()
    return row_to_receipt(row) if row else None


@retrying
def merge(room_id: str, counts: Mapping[str, int]) -> None:
    """Add what was deleted elsewhere, such as keys in Redis; without a receipt there is nothing to add to."""
    with transaction() as tx:
        if receipt := lock(tx, room_id):
            total = plus(receipt["counts"], counts)
            tx.execute(update(receipts).where(receipts.c.room_id == room_id).values(counts=total))


@retrying
def purge(before: datetime, now: datetime) -> int:
    """Delete the receipts of rooms forgotten before a moment; say how many. One that names a capsule outlives that."""
    with transaction() as tx:
        over = or_(receipts.c.capsules_until.is_(None), receipts.c.capsules_until < now)
        return tx.execute(delete(receipts).where(receipts.c.forgotten_at < before, over)).rowcount


def lock(tx: Connection, room_id: str) -> Row | None:
    """Lock a receipt, signed or not, until the transaction ends."""
    return tx.execute(select(receipts).where(receipts.c.room_id == room_id).with_for_update()).mappings().one_or_none()


def plus(counts: Mapping[str, int], more: Mapping[str, int]) -> dict[str, int]:
    """Add counts by name."""
    return {name: counts.get(name, 0) + more.get(name, 0) for name in [*counts, *(more.keys() - counts.keys())]}
