"""Rooms: made, found, changed, closed and, at their end, forgotten."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.chat import NameTaken, Raid, Room, RoomChanged, State, new_code
from app.chat.actions import HOST, HOUSE, Deed
from app.store import actions, forgetting
from app.store.ledger import enter, hold
from app.store.rows import Row, Values, fields_to_row, room_to_row, room_to_snapshot, row_to_room
from app.store.session import reading, retrying, scrub, transaction
from app.store.tables import receipts, rooms

__all__ = ["any_alive", "by_code", "change", "close", "create", "find", "forget", "get", "guard", "over", "scrub"]

CHANGEABLE = frozenset(
    {
        *("title", "rules", "state", "moderation", "slow_mode", "max_length", "password_hash", "ends_at", "embed"),
        *("safety", "door", "guests", "raid"),
    }
)
# Nobody but those who moderate is told of it: no event of the room.
UNTOLD = frozenset({"raid"})
STATE_DEEDS = {State.OPEN: Deed.RESUME, State.PAUSED: Deed.PAUSE, State.CLOSED: Deed.CLOSE}
CODE_ATTEMPTS = 8  # 29^7 codes: even two in a row that are taken will not be seen

forget = forgetting.forget


def create(room: Room) -> Room:
    """Keep a new room; raise NameTaken when a room of that name is alive.

    May run twice: the second time it finds its own room. A code that is in use is replaced by another.
    """
    for _ in range(CODE_ATTEMPTS):
        if kept := _keep_new(room):
            return kept
        room = replace(room, code=new_code())
    raise RuntimeError("no free code was found")


@retrying
def _keep_new(room: Room) -> Room | None:
    """Keep a room unless its code is taken."""
    try:
        with transaction() as tx:
            tx.execute(insert(rooms).values(room_to_row(room)))
        return room
    except IntegrityError:
        return _kept_before(room)


def _kept_before(room: Room) -> Room | None:
    """Find out what a new room clashed with: itself, a name, or (None) only a code."""
    if itself := get(room.id):
        return itself
    if find(room.name):
        raise NameTaken
    return None


def find(name: str) -> Room | None:
    """Find the living room of a name."""
    return _one(rooms.c.name == name)


def get(room_id: str) -> Room | None:
    """Find a room by its id."""
    return _one(rooms.c.id == room_id)


def by_code(code: str) -> Room | None:
    """Find a room by the code that its visitors type."""
    return _one(rooms.c.code == code)


@retrying
def any_alive() -> bool:
    """Say whether there is any room."""
    with reading() as look:
        return look.execute(select(rooms.c.id).limit(1)).first() is not None


@retrying
def _one(condition: ColumnElement[bool]) -> Room | None:
    with reading() as look:
        row = look.execute(select(rooms).where(condition)).mappings().one_or_none()
    return row_to_room(row) if row else None


@retrying
def change(room_id: str, now: datetime, *, by: str = "", **fields: Any) -> Room | None:
    """Change a room's settings on somebody's word and keep the event; None if the room is gone.

    May run twice: what is so already is not changed again, and makes no event.
    """
    if unknown := fields.keys() - CHANGEABLE:
        raise TypeError(f"a room's {', '.join(sorted(unknown))} cannot be changed")
    with transaction() as tx:
        row = hold(tx, room_id)
        return row_to_room(_changed(tx, row, now, by, fields_to_row(fields))) if row else None


@retrying
def guard(room_id: str, now: datetime, wanted: Callable[[Room], Raid | None]) -> Room | None:
    """Shut a room's doors half where that is wanted; None if it is not, or the room is gone.

    What is wanted is asked of the room as it is held, so that a crowd that is noticed twice at once is one raid.
    """
    with transaction() as tx:
        row = hold(tx, room_id)
        raid = wanted(row_to_room(row)) if row else None
        return row_to_room(_changed(tx, row, now, HOUSE, fields_to_row({"raid": raid}))) if row and raid else None


Edit = Callable[[Room], Room]


@retrying
def entrust(room_id: str, now: datetime, deed: Deed, about: str, edit: Edit) -> Room | None:
    """Change who moderates a room, on the host's word; None if the room is gone.

    The edit is given the room as it is held, so that two changes at once are two. May run twice.
    """
    with transaction() as tx:
        row = hold(tx, room_id)
        if not row:
            return None
        edited = edit(row_to_room(row))
        fields = fields_to_row({"helpers": edited.helpers, "host_key_hash": edited.host_key_hash})
        after = _changed(tx, row, now, "", fields)
        if after is not row:
            actions.enter(tx, room_id, now, HOST, deed, about=about)
        return row_to_room(after)


def close(room_id: str, now: datetime) -> Room | None:
    """Close a room for good; None if it is gone. May run twice: the second time there is nothing to do."""
    return change(room_id, now, state=State.CLOSED)


def _changed(tx: Connection, row: Row, now: datetime, by: str, fields: Values) -> Row:
    different = {name: value for name, value in fields.items() if row[name] != value}
    if not different:
        return row
    if by:
        _book(tx, row["id"], now, by, different)
    if "state" in different:
        different["closed_at"] = now if different["state"] == State.CLOSED else None
    tx.execute(update(rooms).where(rooms.c.id == row["id"]).values(different))
    if different.keys() <= UNTOLD:
        return {**row, **different}
    after = {**row, **different, "last_seq": row["last_seq"] + 1}
    enter(tx, row, [{"kind": RoomChanged.kind, "payload": room_to_snapshot(after)}], now)
    return after


def _book(tx: Connection, room_id: str, now: datetime, by: str, different: Values) -> None:
    """Write into the ledger what was changed, by the settings' names."""
    state = STATE_DEEDS.get(different.get("state", ""))
    deeds = [deed for deed in (state, Deed.LIFE if "ends_at" in different else None) if deed]
    actions.enter(tx, room_id, now, by, *deeds[:1] if state is Deed.CLOSE else deeds)
    if "raid" in different:
        actions.enter(tx, room_id, now, by, Deed.GUARD if different["raid"] else Deed.UNGUARD)
    if others := sorted(name.removesuffix("_hash") for name in different.keys() - {"state", "ends_at", "raid"}):
        actions.enter(tx, room_id, now, by, Deed.SETTINGS, reason=", ".join(others))


@retrying
def over(now: datetime, limit: int) -> tuple[str, ...]:
    """List rooms whose end has passed, the longest first, and those whose forgetting was begun but not finished."""
    ended = select(rooms.c.id).where(rooms.c.ends_at <= now).order_by(rooms.c.ends_at).limit(limit)
    unfinished = select(receipts.c.room_id).where(receipts.c.forgotten_at.is_(None)).limit(limit)
    with reading() as look:
        return tuple([*look.scalars(unfinished), *look.scalars(ended)][:limit])
