"""The ledger of actions: each is written in the transaction in which it is done, so a second run writes it once."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from statistics import median
from typing import Any

from sqlalchemy import Connection, and_, func, insert, select

from app.chat.actions import Action, Deed, Peace
from app.store.ledger import hold
from app.store.session import reading, retrying, transaction
from app.store.tables import HELD, REJECTED, REMOVED, actions, messages, participants

DECIDED = (Deed.RELEASE, Deed.REJECT)
LOOKED_AT = 1000  # the newest decisions; a median of more would say the same and take longer


def enter(
    tx: Connection, room_id: str, now: datetime, by: str, *deeds: Deed, about: str = "", reason: str | None = None
) -> None:
    """Write what is done in this transaction; the room is held, so the numbers have no gap."""
    if not deeds:
        return
    last = tx.scalar(select(func.max(actions.c.number)).where(actions.c.room_id == room_id)) or 0
    common = {"room_id": room_id, "at": now, "by": by, "about": about, "reason": reason or ""}
    rows = [{**common, "number": number, "action": deed.value} for number, deed in enumerate(deeds, start=last + 1)]
    tx.execute(insert(actions), rows)


@retrying
def note(room_id: str, now: datetime, by: str, deed: Deed, about: str) -> bool:
    """Write down what is done elsewhere than in the store; say whether there is such a room."""
    with transaction() as tx:
        room = hold(tx, room_id)
        if room:
            enter(tx, room_id, now, by, deed, about=about)
        return room is not None


@retrying
def page(room_id: str, before: int | None, limit: int, about: str = "") -> tuple[tuple[Action, ...], bool]:
    """Give the newest actions before a number (or of all), newest first, and whether there are older ones.

    Args:
        room_id: the room.
        before: only those with a smaller number.
        limit: how many at most.
        about: only those about this message, participant or helper; "" for all.
    """
    whom = and_(participants.c.room_id == actions.c.room_id, participants.c.id == actions.c.about)
    lines = select(actions, participants.c.nickname).select_from(actions.outerjoin(participants, whom))
    asked = lines.where(actions.c.room_id == room_id).order_by(actions.c.number.desc()).limit(limit + 1)
    if before is not None:
        asked = asked.where(actions.c.number < before)
    if about:
        asked = asked.where(actions.c.about == about)
    with reading() as look:
        rows = look.execute(asked).mappings().all()
    return tuple(_action(row) for row in rows[:limit]), len(rows) > limit


@retrying
def peace(room_id: str) -> Peace:
    """Count how the peace is kept in a room."""
    deeds = select(actions.c.action, func.count()).where(actions.c.room_id == room_id).group_by(actions.c.action)
    of_room = messages.c.room_id == room_id
    states = (
        select(messages.c.state, messages.c.seq.is_(None), func.count())
        .where(of_room, messages.c.state.in_((HELD, REJECTED, REMOVED)))
        .group_by(messages.c.state, messages.c.seq.is_(None))
    )
    with reading() as look:
        done: dict[str, int] = {row[0]: row[1] for row in look.execute(deeds)}
        kept = {(row[0], bool(row[1])): row[2] for row in look.execute(states)}
        waits = _waits(look.execute(_decisions(room_id)).all())
    waiting, away = kept.get((HELD, True), 0), kept.get((REMOVED, True), 0)
    released = done.get(Deed.RELEASE, 0)
    return Peace(
        held=waiting + away + released + done.get(Deed.REJECT, 0),
        waiting=waiting,
        released=released,
        rejected=kept.get((REJECTED, True), 0),
        removed=away + kept.get((REMOVED, False), 0),
        median_wait_seconds=median(waits) if waits else None,
    )


def _decisions(room_id: str) -> Any:
    its_message = and_(messages.c.room_id == actions.c.room_id, messages.c.id == actions.c.about)
    decided = and_(actions.c.room_id == room_id, actions.c.action.in_(DECIDED))
    newest = select(messages.c.at, actions.c.at).select_from(actions.join(messages, its_message)).where(decided)
    return newest.order_by(actions.c.number.desc()).limit(LOOKED_AT)


def _waits(decisions: Sequence[Any]) -> list[float]:
    """How long each waited; the clocks of two machines may differ a little."""
    return [max(0.0, (decided - said).total_seconds()) for said, decided in decisions]


def _action(row: Any) -> Action:
    return Action(
        number=row["number"],
        at=row["at"],
        by=row["by"],
        deed=Deed(row["action"]),
        about=row["about"],
        reason=row["reason"],
        nickname=row["nickname"] or "",
    )
