"""Rows become words here, and words rows: the one place that knows both."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from app.chat import (
    Event,
    Glyph,
    Message,
    MessageRemoved,
    MessageShown,
    Moderation,
    Participant,
    ParticipantRenamed,
    Receipt,
    Room,
    RoomChanged,
    Source,
    State,
)

Row = Mapping[Any, Any]
Values = dict[str, Any]

MESSAGE = tuple(name for name in Message.__dataclass_fields__ if name != "glyph")
SECRETS = ("host_key_hash", "password_hash")


def room_to_row(room: Room) -> Values:
    """Spell a room as a row."""
    row = asdict(room)
    return {**row, "state": room.state.value, "moderation": room.moderation.value, "sources": list(row["sources"])}


def row_to_room(row: Row) -> Room:
    """Read a room from its row."""
    values = {name: row[name] for name in Room.__dataclass_fields__}
    return Room(**{**values, **_room_words(values)})


def _room_words(values: Values) -> Values:
    return {
        "state": State(values["state"]),
        "moderation": Moderation(values["moderation"]),
        "sources": tuple(Source(**source) for source in values["sources"]),
    }


def room_to_snapshot(row: Row) -> Values:
    """Spell a room as it was at an event, without its secrets."""
    values = {name: row[name] for name in Room.__dataclass_fields__ if name not in SECRETS}
    return {**values, "created_at": row["created_at"].isoformat(), "ends_at": row["ends_at"].isoformat()}


def snapshot_to_room(snapshot: Values) -> Room:
    """Read a room as it was; its secrets are empty."""
    moments = {name: datetime.fromisoformat(snapshot[name]) for name in ("created_at", "ends_at")}
    return Room(**{**snapshot, **_room_words(snapshot), **moments, "host_key_hash": "", "password_hash": None})


def row_to_participant(row: Row) -> Participant:
    """Read a participant from his row."""
    glyph = Glyph(row["glyph_colour"], row["glyph_sign"])
    return Participant(id=row["id"], room_id=row["room_id"], nickname=row["nickname"], glyph=glyph)


def participant_to_snapshot(participant: Participant) -> Values:
    """Spell a participant as he was at an event."""
    return asdict(participant)


def snapshot_to_participant(snapshot: Values) -> Participant:
    """Read a participant as he was."""
    return Participant(**{**snapshot, "glyph": Glyph(**snapshot["glyph"])})


def message_to_row(message: Message) -> Values:
    """Spell a message as a row; state, reason and seq are the store's to add."""
    row = {name: getattr(message, name) for name in MESSAGE}  # asdict would copy deeply: a third of the time of `keep`
    return {**row, "glyph_colour": message.glyph.colour, "glyph_sign": message.glyph.sign}


def row_to_message(row: Row) -> Message:
    """Read a message from its row."""
    return Message(**{name: row[name] for name in MESSAGE}, glyph=Glyph(row["glyph_colour"], row["glyph_sign"]))


def row_to_receipt(row: Row) -> Receipt:
    """Read a receipt from its row."""
    return Receipt(**{name: row[name] for name in Receipt.__dataclass_fields__})


def row_to_event(row: Row) -> Event:
    """Read an event from its row, joined with the message that it is about."""
    head = {"seq": row["event_seq"], "at": row["event_at"], "room_id": row["event_room_id"]}
    match row["kind"]:
        case MessageShown.kind:
            return MessageShown(**head, message=row_to_message(row))
        case MessageRemoved.kind:
            return MessageRemoved(**head, id=row["message_id"])
        case RoomChanged.kind:
            return RoomChanged(**head, room=snapshot_to_room(row["payload"]))
        case ParticipantRenamed.kind:
            return ParticipantRenamed(**head, participant=snapshot_to_participant(row["payload"]))
    raise LookupError(f"an event of unknown kind: {row['kind']}")
