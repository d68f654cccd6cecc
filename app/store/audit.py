"""The audit log: what operators did, in ids and handles; no text of anybody."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from app.chat import new_id
from app.store.session import reading, retrying, transaction
from app.store.tables import audit


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that an operator did: when, by the page or by a command, what, and about which id."""

    at: datetime
    by: str
    action: str
    about: str


@retrying
def note(now: datetime, by: str, action: str, about: str = "") -> None:
    """Write down what is about to be done."""
    with transaction() as tx:
        enter(tx, now, by, action, about)


def enter(tx: Connection, now: datetime, by: str, action: str, about: str = "") -> None:
    """Write down what is done in this transaction."""
    tx.execute(insert(audit).values(id=new_id(), at=now, by=by, action=action, about=about))


@retrying
def page(limit: int) -> tuple[Entry, ...]:
    """List the newest entries, newest first."""
    asked = select(audit.c.at, audit.c.by, audit.c.action, audit.c.about)
    with reading() as look:
        rows = look.execute(asked.order_by(audit.c.at.desc(), audit.c.id.desc()).limit(limit)).all()
    return tuple(Entry(*row) for row in rows)


@retrying
def purge(before: datetime) -> int:
    """Forget entries that are older than a moment; say how many."""
    with transaction() as tx:
        return tx.execute(delete(audit).where(audit.c.at < before)).rowcount
