"""Reports: kept once for each reader and message, with what is sealed for the operator."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, insert, select, update

from app.chat import Message, new_id
from app.chat.actions import Deed
from app.chat.reports import Reported
from app.store import actions
from app.store.ledger import hold
from app.store.rows import MESSAGE, Row, columns_to_message
from app.store.session import reading, retrying, transaction
from app.store.tables import SHOWN, cases, messages, reports

AROUND = 10  # messages that are sealed with a reported one: half of them before it, where there are as many after it
REASONS_LOOKED_AT = 2000

Seal = Callable[[bytes], bytes]


@retrying
def make(  # noqa: PLR0917 - a report has as many parts
    room_id: str,
    message_id: str,
    participant_id: str,
    reason: str,
    now: datetime,
    seal: Seal | None = None,
    author: Mapping[str, str] | None = None,
) -> int | None:
    """Keep somebody's report of a message that is shown; say how many there are, None if there is no such message.

    May run twice: who has reported a message has reported it. The first report seals the message and those around it,
    with what else is known of its author.
    """
    with transaction() as tx:
        room = hold(tx, room_id)
        row = room and _shown(tx, room_id, message_id)
        if not room or not row:
            return None
        made = tx.execute(select(reports.c.participant_id, reports.c.case_id).where(_about(room_id, message_id))).all()
        if participant_id not in {each[0] for each in made}:
            content = {"reason": reason, "author": dict(author or {})}
            case_id = made[0][1] if made else _open_case(tx, room, row, now, seal, content)
            _count(tx, case_id, len(made) + 1)
            his = {"participant_id": participant_id, "at": now, "reason": reason, "case_id": case_id}
            tx.execute(insert(reports).values(room_id=room_id, message_id=message_id, **his))
        return len({participant_id, *(each[0] for each in made)})


@retrying
def is_made(room_id: str, message_id: str, participant_id: str) -> bool:
    """Tell whether somebody has reported a message."""
    with reading() as look:
        his = and_(_about(room_id, message_id), reports.c.participant_id == participant_id)
        return look.scalar(select(func.count()).where(his)) != 0


def _shown(tx: Connection, room_id: str, message_id: str) -> Sequence[Any] | None:
    this = and_(messages.c.room_id == room_id, messages.c.id == message_id, messages.c.state == SHOWN)
    return tx.execute(select(messages.c.seq, *MESSAGE).where(this)).one_or_none()


def _open_case(  # noqa: PLR0917 - the parts of a case
    tx: Connection, room: Row, reported: Sequence[Any], now: datetime, seal: Seal | None, content: Mapping[str, Any]
) -> str:
    case_id, sealed = new_id(), None
    if seal:
        told = {**content, "room": {"name": room["name"], "title": room["title"]}, "reported_at": now.isoformat()}
        whole = {**told, "message": _told(reported), "around": [_told(row) for row in _around(tx, reported)]}
        sealed = seal(json.dumps(whole, ensure_ascii=False).encode("utf-8", "surrogatepass"))
    row = {"id": case_id, "room_id": room["id"], "room_name": room["name"], "at": now, "reports": 0, "sealed": sealed}
    tx.execute(insert(cases).values(row))
    return case_id


def _around(tx: Connection, reported: Sequence[Any]) -> list[Sequence[Any]]:
    """The messages nearest to a reported one, in their order."""
    seq, message = reported[0], columns_to_message(reported[1:])
    near = select(messages.c.seq, *MESSAGE).where(messages.c.room_id == message.room_id, messages.c.state == SHOWN)
    earlier = near.where(messages.c.seq < seq).order_by(messages.c.seq.desc()).limit(AROUND)
    later = near.where(messages.c.seq > seq).order_by(messages.c.seq).limit(AROUND)
    before, after = tx.execute(earlier).all(), tx.execute(later).all()
    kept_after = min(len(after), max(AROUND // 2, AROUND - len(before)))
    return [*reversed(before[: AROUND - kept_after]), *after[:kept_after]]


def _told(row: Sequence[Any]) -> dict[str, Any]:
    message = columns_to_message(row[1:])
    who = {"nickname": message.nickname, "participant_id": message.participant_id}
    return {"seq": row[0], "at": message.at.isoformat(), "id": message.id, **who, "text": message.text}


def _count(tx: Connection, case_id: str, number: int) -> None:
    """One more report: whoever was done with it looks again."""
    tx.execute(update(cases).where(cases.c.id == case_id).values(reports=number, settled_at=None))


@retrying
def waiting(room_id: str, limit: int) -> tuple[Reported, ...]:
    """List the messages whose reports nobody has dealt with, the last reported first."""
    undecided = and_(reports.c.room_id == room_id, reports.c.dismissed_at.is_(None))
    last = func.max(reports.c.at)
    by_message = select(reports.c.message_id, func.count(), func.min(reports.c.at), last, func.max(reports.c.case_id))
    asked = by_message.where(undecided).group_by(reports.c.message_id).order_by(last.desc()).limit(limit)
    with reading() as look:
        rows = look.execute(asked).all()
        ids = [row[0] for row in rows]
        said = _messages(look, room_id, ids)
        why = _reasons(look, undecided, ids)
        sealed = _sealed(look, [row[4] for row in rows])
    return tuple(
        Reported(
            message=said[row[0]],
            number=row[1],
            reasons=why[row[0]],
            first_at=row[2],
            last_at=row[3],
            sealed=row[4] in sealed,
        )
        for row in rows
        if row[0] in said
    )


def _messages(look: Connection, room_id: str, ids: Sequence[str]) -> dict[str, Message]:
    these = select(*MESSAGE).where(messages.c.room_id == room_id, messages.c.id.in_(ids))
    return {row[0]: columns_to_message(row) for row in look.execute(these)}


def _reasons(look: Connection, undecided: ColumnElement[bool], ids: Sequence[str]) -> dict[str, dict[str, int]]:
    given = select(reports.c.message_id, reports.c.reason).where(undecided, reports.c.message_id.in_(ids))
    counted: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for message_id, reason in look.execute(given.limit(REASONS_LOOKED_AT)):
        counted[message_id][reason] += 1
    return counted


def _sealed(look: Connection, ids: Sequence[str]) -> frozenset[str]:
    return frozenset(look.scalars(select(cases.c.id).where(cases.c.id.in_(ids), cases.c.sealed.is_not(None))))


@retrying
def dismiss(room_id: str, message_id: str, now: datetime, by: str) -> bool:
    """Let a reported message be; say whether it was reported. May run twice: the second finds nothing to do."""
    with transaction() as tx:
        if not hold(tx, room_id):
            return False
        if close(tx, room_id, message_id, now):
            actions.enter(tx, room_id, now, by, Deed.DISMISS, about=message_id)
            return True
        return tx.scalar(select(func.count()).where(_about(room_id, message_id))) != 0


def close(tx: Connection, room_id: str, message_id: str, now: datetime) -> bool:
    """Deal with a message's reports in the transaction that decides about it; say whether there were any."""
    undecided = and_(_about(room_id, message_id), reports.c.dismissed_at.is_(None))
    return bool(tx.execute(update(reports).where(undecided).values(dismissed_at=now)).rowcount)


def _about(room_id: str, message_id: str) -> ColumnElement[bool]:
    return and_(reports.c.room_id == room_id, reports.c.message_id == message_id)
