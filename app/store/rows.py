"""Rows become words here, and words rows: the one place that knows both."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from enum import StrEnum
from typing import Any

from app.chat import (
    NOT_EMBEDDED,
    Door,
    Embed,
    EmbedMode,
    Event,
    Glyph,
    Guests,
    HelperKey,
    Message,
    MessagePinned,
    MessageRemoved,
    MessageShown,
    Moderation,
    Participant,
    ParticipantRenamed,
    QuestionAnswered,
    Raid,
    Receipt,
    Room,
    RoomChanged,
    Safety,
    Source,
    State,
    VotesCounted,
)
from app.store.tables import events, messages

Row = Mapping[Any, Any]
Values = dict[str, Any]

WHO = ("participant_id", "nickname", "glyph_colour", "glyph_sign")
MARKS = ("question", "votes", "answered", "role")
MESSAGE = tuple(messages.c[name] for name in ("id", "room_id", "text", *WHO, "at", "source", "url", *MARKS))
EVENT = tuple(events.c[name] for name in ("seq", "at", "room_id", "kind", "message_id", "payload"))
SEEN = ("id", "room_id", "nickname", "glyph", "role")
SECRETS = ("host_key_hash", "password_hash", "helpers", "raid")


def room_to_row(room: Room) -> Values:
    """Spell a room as a row."""
    row = asdict(room)
    spelled = {"state": room.state.value, "moderation": room.moderation.value, "sources": list(row["sources"])}
    words = {"embed": room.embed, "safety": room.safety, "helpers": room.helpers, "raid": room.raid}
    return fields_to_row({**row, **spelled, **words})


def fields_to_row(fields: Values) -> Values:
    """Spell what of a room is changed as its row has it."""
    return {name: SPELLED[name](value) if name in SPELLED else value for name, value in fields.items()}


def _spell_embed(embed: Embed) -> Values:
    return {"mode": embed.mode.value, "sites": list(embed.sites)}


def _spell_helpers(helpers: Sequence[HelperKey]) -> list[Values] | None:
    return [{**asdict(key), "ends_at": key.ends_at.isoformat()} for key in helpers] or None


def _spell_choice(choice: StrEnum) -> str | None:
    """Leave a choice out that is as before there was one to make."""
    return None if choice in (Door.OPEN, Guests.WRITE) else choice.value


SPELLED: Mapping[str, Callable[[Any], Any]] = {
    "embed": _spell_embed,
    "safety": Safety.to_plain,
    "helpers": _spell_helpers,
    "raid": lambda raid: raid and raid.to_plain(),
    "door": _spell_choice,
    "guests": _spell_choice,
}


def row_to_room(row: Row) -> Room:
    """Read a room from its row."""
    values = {name: row[name] for name in Room.__dataclass_fields__}
    return Room(**{**values, **_room_words(values)})


def _room_words(values: Values) -> Values:
    return {
        "state": State(values["state"]),
        "moderation": Moderation(values["moderation"]),
        "sources": tuple(Source(**source) for source in values["sources"]),
        "embed": _embed(values.get("embed")),
        "safety": Safety.of_plain(values.get("safety") or {}),
        "door": Door(values.get("door") or Door.OPEN),
        "guests": Guests(values.get("guests") or Guests.WRITE),
        "helpers": tuple(map(_helper, values.get("helpers") or ())),
        "raid": Raid.of_plain(values["raid"]) if values.get("raid") else None,
    }


def _embed(kept: Values | None) -> Embed:
    return Embed(EmbedMode(kept["mode"]), tuple(kept["sites"])) if kept else NOT_EMBEDDED


def _helper(kept: Values) -> HelperKey:
    return HelperKey(**{**kept, "ends_at": datetime.fromisoformat(kept["ends_at"])})


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
    return Participant(
        id=row["id"],
        room_id=row["room_id"],
        nickname=row["nickname"],
        glyph=Glyph(row["glyph_colour"], row["glyph_sign"]),
        role=row["role"] or "",
        role_key=row["role_key"] or "",
        joined_at=row["joined_at"],
        muted_until=row["muted_until"],
        banned=row["banned"],
        admitted=row["admitted"],
        entered_with=row["entered_with"] or "",
        version=row["version"],
    )


def participant_to_row(participant: Participant) -> Values:
    """Spell a participant as a row; who made him what he is comes from elsewhere."""
    own = ("id", "room_id", "nickname", "joined_at", "muted_until", "banned", "admitted", "version")
    none = ("role", "role_key", "entered_with")
    return {
        **{name: getattr(participant, name) for name in own},
        **{name: getattr(participant, name) or None for name in none},
        "glyph_colour": participant.glyph.colour,
        "glyph_sign": participant.glyph.sign,
    }


def participant_to_snapshot(participant: Participant) -> Values:
    """Spell a participant as he was at an event: what everybody saw of him."""
    return {name: value for name, value in asdict(participant).items() if name in SEEN and value}


def snapshot_to_participant(snapshot: Values) -> Participant:
    """Read a participant as he was."""
    return Participant(**{**snapshot, "glyph": Glyph(**snapshot["glyph"])})


def columns_to_message(columns: Sequence[Any]) -> Message:
    """Read a message from its columns in the order of MESSAGE: names would have to be looked up for each of them."""
    id_, room_id, text, participant_id, nickname, colour, sign, at, source, url, *marks = columns
    question, votes, answered, role = marks
    return Message(
        id=id_,
        room_id=room_id,
        text=text,
        participant_id=participant_id,
        nickname=nickname,
        glyph=Glyph(colour, sign),
        at=at,
        source=source,
        url=url,
        question=question,
        votes=votes,
        answered=answered,
        role=role or "",
    )


def row_to_receipt(row: Row) -> Receipt:
    """Read a receipt from its row."""
    return Receipt(**{name: row[name] for name in Receipt.__dataclass_fields__})


def columns_to_event(columns: Sequence[Any]) -> Event:
    """Read an event from its columns in the order of EVENT, then those of the message that it is about."""
    seq, at, room_id, kind, message_id, payload, *about = columns
    match kind:
        case MessageShown.kind:
            return MessageShown(seq=seq, at=at, room_id=room_id, message=columns_to_message(about))
        case MessageRemoved.kind:
            return MessageRemoved(seq=seq, at=at, room_id=room_id, id=message_id)
        case RoomChanged.kind:
            return RoomChanged(seq=seq, at=at, room_id=room_id, room=snapshot_to_room(payload))
        case ParticipantRenamed.kind:
            participant = snapshot_to_participant(payload)
            return ParticipantRenamed(seq=seq, at=at, room_id=room_id, participant=participant)
    return _columns_to_mark(columns)


def _columns_to_mark(columns: Sequence[Any]) -> Event:
    """Read an event that is about a message's marks."""
    seq, at, room_id, kind, message_id, payload, *about = columns
    match kind:
        case VotesCounted.kind:
            return VotesCounted(seq=seq, at=at, room_id=room_id, id=message_id, votes=payload["votes"])
        case QuestionAnswered.kind:
            return QuestionAnswered(seq=seq, at=at, room_id=room_id, id=message_id, answered=payload["answered"])
        case MessagePinned.kind:
            return MessagePinned(seq=seq, at=at, room_id=room_id, message=_still_there(about))
    raise LookupError(f"an event of unknown kind: {kind}")


def _still_there(columns: Sequence[Any]) -> Message | None:
    """Read the message that an event was about, unless there was none or it was removed since."""
    message = None if columns[0] is None else columns_to_message(columns)
    return message if message and message.text else None
