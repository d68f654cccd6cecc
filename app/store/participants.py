"""Participants: who joined a room, with which device, under which nickname, and what the host decided about him."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, delete, insert, or_, select, tuple_, update

from app.chat import Banned, NicknameTaken, NoSuchRoom, Participant, ParticipantRenamed, nickname_key, plain_key
from app.chat.actions import Deed
from app.store import actions, ledger
from app.store.ledger import hold
from app.store.rows import Row, participant_to_row, participant_to_snapshot, row_to_participant, row_to_room
from app.store.session import reading, retrying, transaction
from app.store.tables import participants

CHANGEABLE = frozenset({"muted_until", "banned", "admitted"})
# Whom a page of them may be about.
WAITING, LIMITED = "waiting", "limited"


@retrying
def join(participant: Participant, token_hash: str, now: datetime) -> tuple[Participant, str]:
    """Keep a new participant, or the one who comes back with his device: under the nickname and the token given now.

    Whoever comes back keeps his glyph and what the host decided about him. May run twice: the second time he is there.

    Returns:
        Him as he is now, and the hash of the token that he had before, "" for none.

    Raises:
        NoSuchRoom: the room is gone.
        NicknameTaken: the host or a helper is called so.
        Banned: the device may not come back.
    """
    with transaction() as tx:
        room = hold(tx, participant.room_id)
        if not room:
            raise NoSuchRoom
        _leave_to_moderators(tx, room, participant, now)
        there = _one(tx, participant.room_id, participant.id)
        if not there:
            new = replace(participant, joined_at=now)
            tx.execute(insert(participants).values(**_row(new), token_hash=token_hash))
            return new, ""
        back = _come_back(row_to_participant(there), participant)
        tx.execute(update(participants).where(_is(back)).values(**_row(back), token_hash=token_hash))
        if back.nickname != there["nickname"]:
            _tell(tx, room, back, now)
        return back, there["token_hash"]


def _come_back(before: Participant, now: Participant) -> Participant:
    """Take over what somebody who comes back is now; what the host decided stays."""
    if before.banned:
        raise Banned
    return replace(
        before,
        nickname=now.nickname,
        role=now.role,
        role_key=now.role_key,
        admitted=before.admitted or now.admitted,
        entered_with=now.entered_with,
        version=before.version + 1,
    )


def _row(participant: Participant) -> dict[str, Any]:
    return {
        **participant_to_row(participant),
        "nickname": participant.nickname,
        "nickname_key": nickname_key(participant.nickname),
    }


@retrying
def find(room_id: str, token_hash: str) -> Participant | None:
    """Find who holds a token in a room."""
    return _look(participants.c.room_id == room_id, participants.c.token_hash == token_hash)


@retrying
def get(room_id: str, participant_id: str) -> Participant | None:
    """Find a participant by his id."""
    return _look(participants.c.room_id == room_id, participants.c.id == participant_id)


def _look(*conditions: ColumnElement[bool]) -> Participant | None:
    with reading() as look:
        row = look.execute(select(participants).where(*conditions)).mappings().one_or_none()
    return row_to_participant(row) if row else None


@retrying
def rename(room_id: str, participant_id: str, nickname: str, now: datetime) -> Participant | None:
    """Give a participant another nickname and keep the event; None if the room or he is gone.

    May run twice: who is called so already is not renamed again.

    Raises:
        NicknameTaken: the host or a helper is called so.
    """
    with transaction() as tx:
        room = hold(tx, room_id)
        row = room and _one(tx, room_id, participant_id)
        if not room or not row:
            return None
        before = row_to_participant(row)
        if nickname == before.nickname:
            return before
        after = replace(before, nickname=nickname, version=before.version + 1)
        _leave_to_moderators(tx, room, after, now)
        tx.execute(update(participants).where(_is(after)).values(_row(after)))
        _tell(tx, room, after, now)
        return after


@retrying
def enter(room_id: str, participant_id: str, entered_with: str) -> Participant | None:
    """Keep that a participant has given the room's password; None if the room or he is gone. May run twice."""
    with transaction() as tx:
        row = hold(tx, room_id) and _one(tx, room_id, participant_id)
        return _changed(tx, row_to_participant(row), {"entered_with": entered_with}) if row else None


@retrying
def decide(room_id: str, participant_id: str, now: datetime, by: str, deed: Deed, **decided: Any) -> Participant | None:
    """Keep what was decided about a participant, and by whom; None if the room or he is gone.

    May run twice: what is so already is not changed again.
    """
    if unknown := decided.keys() - CHANGEABLE:
        raise TypeError(f"a participant's {', '.join(sorted(unknown))} cannot be decided")
    with transaction() as tx:
        row = hold(tx, room_id) and _one(tx, room_id, participant_id)
        if not row:
            return None
        before = row_to_participant(row)
        after = _changed(tx, before, decided)
        if after != before:
            actions.enter(tx, room_id, now, by, deed, about=participant_id)
        return after


def _changed(tx: Connection, before: Participant, decided: Mapping[str, Any]) -> Participant:
    after = replace(before, **decided)
    if after == before:
        return before
    after = replace(after, version=before.version + 1)
    tx.execute(update(participants).where(_is(after)).values(participant_to_row(after)))
    return after


@retrying
def turn_away(room_id: str, participant_id: str, now: datetime, by: str) -> bool:
    """Forget somebody who waits to be let in; say whether there was such a one. May run twice."""
    with transaction() as tx:
        if not hold(tx, room_id):
            return False
        waits = and_(participants.c.admitted.is_(False), participants.c.banned.is_(False))
        his = (participants.c.room_id == room_id, participants.c.id == participant_id, waits)
        gone = bool(tx.execute(delete(participants).where(*his)).rowcount)
        if gone:
            actions.enter(tx, room_id, now, by, Deed.TURN_AWAY, about=participant_id)
        return gone


def _leave_to_moderators(tx: Connection, room: Row, participant: Participant, now: datetime) -> None:
    """Refuse a nickname that looks like one of those who keep the peace: whether they are there or not."""
    of_this_room = (participants.c.room_id == participant.room_id, participants.c.role.is_not(None))
    others = select(participants).where(*of_this_room, participants.c.id != participant.id)
    key, here = plain_key(participant.nickname), row_to_room(room)
    for each in map(row_to_participant, tx.execute(others).mappings()):
        if plain_key(each.nickname) == key and here.role_of(each, now):
            raise NicknameTaken


def _one(tx: Connection, room_id: str, participant_id: str) -> Row | None:
    his = select(participants).where(participants.c.room_id == room_id, participants.c.id == participant_id)
    return tx.execute(his).mappings().one_or_none()


def _is(participant: Participant) -> ColumnElement[bool]:
    return and_(participants.c.room_id == participant.room_id, participants.c.id == participant.id)


def _tell(tx: Connection, room: Row, after: Participant, now: datetime) -> None:
    """Keep the event that he is called otherwise now."""
    seen = replace(after, role=row_to_room(room).role_of(after, now))
    ledger.enter(tx, room, [{"kind": ParticipantRenamed.kind, "payload": participant_to_snapshot(seen)}], now)


@dataclass(frozen=True, slots=True)
class Sought:
    """Whom a page of participants is about.

    Attributes:
        like: part of a nickname, or of what looks like it; "" for all.
        only: `WAITING` for those whom nobody has let in, `LIMITED` for the muted and the banned, "" for all.
    """

    like: str = ""
    only: str = ""

    def conditions(self, now: datetime) -> list[ColumnElement[bool]]:
        """What has to be so of each."""
        found: list[ColumnElement[bool]] = []
        if self.only == WAITING:
            found += [participants.c.admitted.is_(False), participants.c.banned.is_(False)]
        elif self.only == LIMITED:
            found.append(or_(participants.c.banned.is_(True), participants.c.muted_until > now))
        if self.like:
            alike = participants.c.nickname_key.contains(nickname_key(self.like), autoescape=True)
            found.append(or_(participants.c.nickname.contains(self.like, autoescape=True), alike))
        return found


@retrying
def page(
    room_id: str, sought: Sought, after: str | None, limit: int, now: datetime
) -> tuple[tuple[Participant, ...], bool]:
    """Give a room's participants, who came last first, and whether there are more.

    Args:
        room_id: the room.
        sought: which of them.
        after: the id of the last of the page before.
        limit: how many at most.
        now: the time that tells whether a mute still holds.
    """
    asked = select(participants).where(participants.c.room_id == room_id, *sought.conditions(now))
    order = (participants.c.joined_at, participants.c.id)
    with reading() as look:
        if after is not None:
            last = select(*order).where(participants.c.room_id == room_id, participants.c.id == after)
            place: Sequence[Any] | None = look.execute(last).one_or_none()
            if place is None:
                return (), False
            asked = asked.where(tuple_(*order) < tuple_(*place))
        rows = look.execute(asked.order_by(*(each.desc() for each in order)).limit(limit + 1)).mappings().all()
    return tuple(map(row_to_participant, rows[:limit])), len(rows) > limit
