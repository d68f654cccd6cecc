"""A room's book of events: who holds the room's row writes alone, so commit order is seq order, without a gap."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, insert, literal, select, update

from app.chat import MessageShown
from app.store.rows import Row, Values
from app.store.tables import events, messages, rooms

# Spelled once: making a statement anew costs as much as carrying it out.
_HELD = rooms.c.id == bindparam("held")
_HOLD = select(rooms).where(_HELD).with_for_update()
_COUNT = update(rooms).where(_HELD).values(last_seq=bindparam("last"))
_ENTER_SHOWN = insert(events).from_select(
    ["room_id", "seq", "at", "kind", "message_id"],
    select(
        messages.c.room_id,
        messages.c.seq,
        bindparam("now", type_=events.c.at.type),
        literal(MessageShown.kind),
        messages.c.id,
    ).where(messages.c.room_id == bindparam("held"), messages.c.seq > bindparam("last")),
)


def hold(tx: Connection, room_id: str) -> Row | None:
    """Lock a room's row until the transaction ends; None if there is no such room (any more).

    Every verb that writes into a room begins here. SQLite has no row locks: there the whole transaction holds the lock.
    """
    return tx.execute(_HOLD, {"held": room_id}).mappings().one_or_none()


def enter(tx: Connection, room: Row, entries: Sequence[Values], now: datetime) -> None:
    """Write the next events of a held room, numbered on from its last.

    An entry says its kind and either the message that it is about or a snapshot.
    """
    if not entries:
        return
    numbered = enumerate(entries, start=room["last_seq"] + 1)
    tx.execute(insert(events), [_entry(room, seq, now, entry) for seq, entry in numbered])
    _count(tx, room, len(entries))


def enter_shown(tx: Connection, room: Row, number: int, now: datetime) -> None:
    """Write an event for each new message of a held room that has a seq: the next ones after the room's last.

    The database reads them where they lie: sending each a second time took an eighth of all that keeping costs.
    """
    if not number:
        return
    tx.execute(_ENTER_SHOWN, {"held": room["id"], "last": room["last_seq"], "now": now})
    _count(tx, room, number)


def _count(tx: Connection, room: Row, number: int) -> None:
    tx.execute(_COUNT, {"held": room["id"], "last": room["last_seq"] + number})


def _entry(room: Row, seq: int, now: datetime, entry: Values) -> Values:
    return {"room_id": room["id"], "seq": seq, "at": now, "message_id": None, "payload": None, **entry}
