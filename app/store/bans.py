"""Bans of networks, by their handles, each for a time."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import delete, insert, select

from app.store import audit
from app.store.session import reading, retrying, transaction
from app.store.tables import bans


@retrying
def ban(handle: str, until: datetime, now: datetime, by: str) -> None:
    """Ban a network for a time, instead of whatever ban there is; the audit log says so."""
    with transaction() as tx:
        tx.execute(delete(bans).where(bans.c.handle == handle))
        tx.execute(insert(bans).values(handle=handle, made_at=now, until=until))
        audit.enter(tx, now, by, "ban-network", handle)


@retrying
def unban(handle: str, now: datetime, by: str) -> bool:
    """Let a network be again; say whether it was banned."""
    with transaction() as tx:
        lifted = bool(tx.execute(delete(bans).where(bans.c.handle == handle)).rowcount)
        if lifted:
            audit.enter(tx, now, by, "unban-network", handle)
        return lifted


@retrying
def active(now: datetime) -> dict[str, datetime]:
    """Tell which networks are banned, and until when, the longest last."""
    asked = select(bans.c.handle, bans.c.until).where(bans.c.until > now).order_by(bans.c.until, bans.c.handle)
    with reading() as look:
        return {row[0]: row[1] for row in look.execute(asked)}


@retrying
def purge(now: datetime) -> int:
    """Forget the bans that are over; say how many."""
    with transaction() as tx:
        return tx.execute(delete(bans).where(bans.c.until <= now)).rowcount
