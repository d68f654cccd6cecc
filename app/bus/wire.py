"""How the words look on the wire: the one place where a dataclass becomes JSON and back."""

from dataclasses import asdict, fields
from datetime import UTC, datetime
from typing import Any

import orjson

from app.chat import (
    AS_IT_COMES,
    NOT_EMBEDDED,
    Door,
    Embed,
    EmbedMode,
    Glyph,
    Guests,
    HelperKey,
    Message,
    Moderation,
    Participant,
    Raid,
    Room,
    Safety,
    Source,
    State,
)

Json = dict[str, Any]

# No network is followed yet; a room that asked for one says so.
NOT_FOLLOWED = "off"


def dumps(value: object) -> str:
    """Compact JSON that keeps every script readable."""
    return orjson.dumps(value).decode()


def loads(text: str) -> Any:
    """What `dumps` was given."""
    return orjson.loads(text)


def time_to_wire(moment: datetime) -> str:
    """RFC 3339 in UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def time_from_wire(text: str) -> datetime:
    """The moment that RFC 3339 text names; raises ValueError."""
    return datetime.fromisoformat(text)


def room_to_wire(room: Room, present: int) -> Json:
    """A room as clients see it: nothing secret in it."""
    return {
        "name": room.name,
        "title": room.title,
        "rules": room.rules,
        "state": room.state.value,
        "created_at": time_to_wire(room.created_at),
        "expires_at": time_to_wire(room.ends_at),
        "max_length": room.max_length,
        "moderation": room.moderation.value,
        "slow_mode": room.slow_mode,
        "code": room.code,
        "present": present,
        "last_seq": room.last_seq,
        "sources": [{"kind": source.kind, "query": source.query, "state": NOT_FOLLOWED} for source in room.sources],
        "embed": embed_to_wire(room.embed),
        "safety": safety_to_wire(room.safety),
        "door": room.door.value,
        "guests": room.guests.value,
    }


def embed_to_wire(embed: Embed) -> Json:
    """What other sites may do with a room."""
    return {"mode": embed.mode.value, "sites": list(embed.sites)}


def embed_from_wire(told: Json) -> Embed:
    """What `embed_to_wire` told."""
    return Embed(EmbedMode(told["mode"]), tuple(told["sites"]))


def safety_to_wire(safety: Safety) -> Json:
    """What a room has looked at; without its own words, which nobody but its moderators is told."""
    return {name: value for name, value in safety.to_plain().items() if name != "own_words"}


def participant_to_wire(participant: Participant) -> Json:
    """A participant as everyone sees him; `role` only where he has one."""
    told: Json = {
        "id": participant.id,
        "nickname": participant.nickname,
        "glyph": asdict(participant.glyph),
    }
    if participant.role:
        told["role"] = participant.role
    return told


def message_to_wire(message: Message) -> Json:
    """A message as everyone sees it; `url`, `question` and `role` only where there is one."""
    shown: Json = {
        "id": message.id,
        "text": message.text,
        "nickname": message.nickname,
        "glyph": {"colour": message.glyph.colour, "sign": message.glyph.sign},
        "participant_id": message.participant_id,
        "source": message.source,
    }
    if message.url is not None:
        shown["url"] = message.url
    if message.question:
        shown["question"] = True
    if message.role:
        shown["role"] = message.role
    return shown


# The live room, its participants and the inbox stand in Redis in the forms below: whole, secrets' hashes included.


def keep_room(room: Room) -> str:
    """A room for Redis."""
    kept = asdict(room)
    kept["created_at"] = room.created_at.isoformat()
    kept["ends_at"] = room.ends_at.isoformat()
    kept["helpers"] = [{**key, "ends_at": key["ends_at"].isoformat()} for key in kept["helpers"]]
    kept["raid"] = room.raid and room.raid.to_plain()
    return dumps(kept)


def kept_room(text: str) -> Room:
    """The room that `keep_room` wrote."""
    kept = loads(text)
    kept["state"] = State(kept["state"])
    kept["moderation"] = Moderation(kept["moderation"])
    kept["created_at"] = time_from_wire(kept["created_at"])
    kept["ends_at"] = time_from_wire(kept["ends_at"])
    kept["sources"] = tuple(Source(**source) for source in kept["sources"])
    # A room that an older Parley has kept knows nothing of it.
    kept["embed"] = embed_from_wire(kept["embed"]) if "embed" in kept else NOT_EMBEDDED
    kept["safety"] = Safety.of_plain(kept["safety"]) if "safety" in kept else AS_IT_COMES
    kept["door"] = Door(kept.get("door", Door.OPEN))
    kept["guests"] = Guests(kept.get("guests", Guests.WRITE))
    kept["helpers"] = tuple(kept_helper(key) for key in kept.get("helpers", ()))
    kept["raid"] = Raid.of_plain(kept["raid"]) if kept.get("raid") else None
    return Room(**kept)


def raid_to_wire(raid: Raid | None) -> Json | None:
    """A raid as those who moderate are told of it."""
    return {"began": time_to_wire(raid.began), "until": time_to_wire(raid.until)} if raid else None


def kept_helper(kept: Json) -> HelperKey:
    """A helper's key as it is kept."""
    return HelperKey(**{**kept, "ends_at": time_from_wire(kept["ends_at"])})


def keep_participant(participant: Participant) -> str:
    """A participant for Redis: what is as with everybody is left out."""
    return dumps({name: value for name, value in asdict(participant).items() if value != _AS_EVERYBODY.get(name, ...)})


def kept_participant(text: str) -> Participant:
    """The participant that `keep_participant` wrote."""
    kept = loads(text)
    for name in ("joined_at", "muted_until"):
        if name in kept:
            kept[name] = time_from_wire(kept[name])
    return Participant(**{**kept, "glyph": Glyph(**kept["glyph"])})


_AS_EVERYBODY = {each.name: each.default for each in fields(Participant)}

# Between the moment of a message and the network that it came from; neither has one in it.
_NETWORK = ";"


def keep_message(message: Message) -> str:
    """A message for the inbox: when it was said and where it came from, then word for word what everyone will see."""
    network = f"{_NETWORK}{message.network}" if message.network else ""
    return f"{message.at.isoformat()}{network} {dumps(message_to_wire(message))}"


def kept_message(room_id: str, kept: str) -> Message:
    """The message that `keep_message` wrote."""
    head, _, shown = kept.partition(" ")
    at, _, network = head.partition(_NETWORK)
    wire = loads(shown)
    return Message(
        id=wire["id"],
        room_id=room_id,
        text=wire["text"],
        participant_id=wire["participant_id"],
        nickname=wire["nickname"],
        glyph=Glyph(wire["glyph"]["colour"], wire["glyph"]["sign"]),
        at=time_from_wire(at),
        source=wire["source"],
        url=wire.get("url"),
        question=wire.get("question", False),
        role=wire.get("role", ""),
        network=network,
    )


def kept_author(kept: str) -> str:
    """The author of a message that `keep_message` wrote."""
    author: str = loads(kept.partition(" ")[2])["participant_id"]
    return author
