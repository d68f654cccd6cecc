"""Cases: what was reported, as the operator's queue has it; what is sealed of it outlives the room for some days."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, and_, delete, func, select, update

from app.chat.reports import Case
from app.store import audit
from app.store.rows import Row, Values
from app.store.session import reading, retrying, transaction
from app.store.tables import cases


@retrying
def queue(limit: int, *, settled: bool = False) -> tuple[Case, ...]:
    """List what nobody is done with (or all of it), the newest first."""
    asked = select(cases).order_by(cases.c.at.desc(), cases.c.id).limit(limit)
    with reading() as look:
        rows = look.execute(asked if settled else asked.where(cases.c.settled_at.is_(None))).mappings().all()
    return tuple(_case(row) for row in rows)


@retrying
def find(case_id: str) -> Case | None:
    """Find a case by its id, or by the beginning of it where only one begins so."""
    with reading() as look:
        rows = look.execute(select(cases).where(cases.c.id.startswith(case_id, autoescape=True)).limit(2)).mappings()
        found = [_case(row) for row in rows]
    return found[0] if len(found) == 1 else None


@retrying
def settle(case_id: str, now: datetime, by: str) -> bool:
    """Be done with a case, until somebody reports its message again; say whether there is such a case."""
    with transaction() as tx:
        done = bool(tx.execute(update(cases).where(cases.c.id == case_id).values(settled_at=now)).rowcount)
        if done:
            audit.enter(tx, now, by, "settle", case_id)
        return done


@retrying
def purge(now: datetime) -> int:
    """Delete what has been kept for long enough; say how many."""
    with transaction() as tx:
        return tx.execute(delete(cases).where(cases.c.dies_at <= now)).rowcount


def outlive(tx: Connection, room_id: str, dies_at: datetime) -> Values:
    """Have what is sealed of a room outlive it; say on its receipt how many there are, and until when."""
    sealed = and_(cases.c.room_id == room_id, cases.c.sealed.is_not(None))
    number = tx.scalar(select(func.count()).select_from(cases).where(sealed)) or 0
    if not number:
        return {}
    tx.execute(update(cases).where(sealed).values(dies_at=dies_at))
    return {"capsules": number, "capsules_until": dies_at}


def _case(row: Row) -> Case:
    return Case(**{name: row[name] for name in Case.__dataclass_fields__})
