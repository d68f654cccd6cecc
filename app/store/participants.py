"""Participants: who joined a room, with which device, and under which nickname."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from app.chat import NoSuchRoom, Participant, ParticipantRenamed, nickname_key
from app.store.ledger import enter, hold
from app.store.rows import Row, Values, participant_to_snapshot, row_to_participant
from app.store.session import reading, retrying, transaction
from app.store.tables import participants
from app.store.trouble import StoreRefused


def join(participant: Participant, token_hash: str, now: datetime) -> None:
    """Keep a new participant; raise NoSuchRoom when the room is gone. May run twice: the second time he is there."""
    row = _row(participant, token_hash, now)
    try:
        _keep_new(participant.room_id, row)
    except StoreRefused:
        if find(participant.room_id, token_hash) != participant:
            raise


@retrying
def _keep_new(room_id: str, row: Values) -> None:
    with transaction() as tx:
        if not hold(tx, room_id):
            raise NoSuchRoom
        tx.execute(insert(participants).values(row))


def _row(participant: Participant, token_hash: str, now: datetime) -> Values:
    return {
        "room_id": participant.room_id,
        "id": participant.id,
        "token_hash": token_hash,
        "nickname": participant.nickname,
        "nickname_key": nickname_key(participant.nickname),
        "glyph_colour": participant.glyph.colour,
        "glyph_sign": participant.glyph.sign,
        "joined_at": now,
    }


@retrying
def find(room_id: str, token_hash: str) -> Participant | None:
    """Find who holds a token in a room."""
    his = select(participants).where(participants.c.room_id == room_id, participants.c.token_hash == token_hash)
    with reading() as look:
        row = look.execute(his).mappings().one_or_none()
    return row_to_participant(row) if row else None


@retrying
def rename(room_id: str, participant_id: str, nickname: str, now: datetime) -> Participant | None:
    """Give a participant another nickname and keep the event; None if the room or he is gone.

    May run twice: who is called so already is not renamed again.
    """
    with transaction() as tx:
        room = hold(tx, room_id)
        row = room and _one(tx, room_id, participant_id)
        if not room or not row:
            return None
        before = row_to_participant(row)
        after = replace(before, nickname=nickname)
        if after != before:
            _rename(tx, room, after, now)
        return after


def _one(tx: Connection, room_id: str, participant_id: str) -> Row | None:
    his = select(participants).where(participants.c.room_id == room_id, participants.c.id == participant_id)
    return tx.execute(his).mappings().one_or_none()


def _rename(tx: Connection, room: Row, after: Participant, now: datetime) -> None:
    his = update(participants).where(participants.c.room_id == after.room_id, participants.c.id == after.id)
    tx.execute(his.values(nickname=after.nickname, nickname_key=nickname_key(after.nickname)))
    enter(tx, room, [{"kind": ParticipantRenamed.kind, "payload": participant_to_snapshot(after)}], now)
