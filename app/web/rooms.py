"""Rooms: make one, look at it, change it, end it."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from enum import StrEnum
from typing import Any

from flask import Blueprint, Response, jsonify

from app.bus import bell, chain, orders, overdue, presence
from app.bus import rooms as live
from app.bus.standing import PASSWORD
from app.bus.wire import Json, room_to_wire, time_to_wire
from app.chat import (
    AS_IT_COMES,
    NOT_EMBEDDED,
    RESERVED_NAMES,
    Door,
    Embed,
    EmbedMode,
    Guests,
    Moderation,
    Receipt,
    Room,
    Safety,
    Source,
    State,
    clean_code,
    clean_name,
    clean_rules,
    clean_sites,
    clean_title,
    keys,
    new_code,
    new_name,
    seconds_of,
)
from app.chat.actions import HOST
from app.chat.refusals import BadName, NameTaken, NoSuchRoom, NotAdmitted, NotAllowed, RoomIsOver, TooLong, Unavailable
from app.store import receipts
from app.store import rooms as stored
from app.web import passwords, replay, safety, share
from app.web.bodies import EmbedBody, NewRoom, RoomChange, SafetyBody, body
from app.web.clock import now
from app.web.errors import BadBody, FieldError
from app.web.identity import You, host_of, you_in
from app.web.languages import said
from app.web.lookup import room_called
from app.web.marks import pinned_in
from app.web.socket import POLICY
from app.web.threads import aside
from config.settings import settings

rooms = Blueprint("rooms", __name__, url_prefix="/api/v1")

# A free name is found at the first try but for bad luck.
NAME_TRIES = 5
DEFAULT_MAX_LENGTH = 140
CHOICES: Mapping[str, type[StrEnum]] = {"state": State, "moderation": Moderation, "door": Door, "guests": Guests}


@rooms.post("/rooms")
def make() -> tuple[Response, int]:
    """Makes a room; whoever makes it gets its host token, which is told this once."""
    room, token = make_room(body(NewRoom))
    links = {"host_url": share.host_link(room, token), "url": share.room_link(room)}
    told = safety.to_moderator(room_to_wire(room, 0), room)
    return jsonify({"room": told, "host_token": token, **links}), 201


@rooms.get("/rooms/<name>")
def show(name: str) -> Json:
    """A room as it is now; a name that no room can have is said to be one."""
    if name in RESERVED_NAMES:
        raise BadName
    room = room_called(name)
    you = _asking(room)
    told = {**room_now(room), "pinned": pinned_in(room) if you.may_read(room) else None}
    return {"room": safety.to_desk(told, room) if you.moderates else told}


@rooms.patch("/rooms/<name>")
def change(name: str) -> Json:
    """Changes what the host may change, and tells the room."""
    room = room_called(name)
    host_of(room)
    changed = change_room(room, body(RoomChange))
    return {"room": safety.to_desk(room_now(changed), changed)}


@rooms.delete("/rooms/<name>")
def end(name: str) -> tuple[Json, int]:
    """Closes the room now; the rest is what happens at every room's end."""
    room = room_called(name)
    host_of(room)
    end_room(room)
    return {"state": "closed"}, 202


@rooms.get("/rooms/<name>/receipt")
def receipt(name: str) -> Json:
    """What was deleted when the room of this name was forgotten, and when."""
    found = aside(receipts.find, name.lower())
    if found is None:
        raise NoSuchRoom
    return {
        "receipt": {
            "name": found.name,
            "created_at": time_to_wire(found.created_at),
            "closed_at": time_to_wire(found.closed_at or found.forgotten_at),
            "forgotten_at": time_to_wire(found.forgotten_at),
            "counts": found.counts,
            **({"capsules": kept} if (kept := capsules_kept(found)) else {}),
        }
    }


def capsules_kept(found: Receipt) -> Json | None:
    """What is kept sealed for the operator beyond the room's end, where there is anything."""
    if not found.capsules or not found.capsules_until or found.capsules_until <= now():
        return None
    return {"kept": found.capsules, "until": time_to_wire(found.capsules_until)}


@rooms.get("/codes/<code>")
def decode(code: str) -> Json:
    """The room behind a short code."""
    room = room_of_code(code)
    return {"name": room.name, "url": share.room_link(room)}


def room_of_code(raw: str) -> Room:
    """The room behind a short code, however it was typed; raises NoSuchRoom or RoomIsOver."""
    code = clean_code(raw)
    room = aside(stored.by_code, code) if code else None
    if room is None:
        raise NoSuchRoom
    if room.is_over(now()):
        raise RoomIsOver
    return room


def make_room(asked: NewRoom) -> tuple[Room, str]:
    """A new room and the token that makes its holder the host.

    Raises:
        BadName, NameTaken, BadBody: what was asked for cannot be had.
    """
    token = keys.new_token()
    _be_remembered()
    for attempt in range(NAME_TRIES):
        room = _room(asked, clean_name(asked.name) if asked.name else new_name(), keys.hash_token(token))
        try:
            aside(stored.create, room)
        except NameTaken:
            if asked.name or attempt == NAME_TRIES - 1:
                raise
        else:
            break
    made = aside(stored.find, room.name) or room
    live.project(made)
    return made, token


def _be_remembered() -> None:
    """Has Redis remember the house before it has its first room; later, a room and no memory mean it was emptied."""
    with suppress(Unavailable):
        if not overdue.remembers() and not aside(stored.any_alive):
            overdue.mark()


def change_room(room: Room, asked: RoomChange) -> Room:
    """The room with changes that are kept and on their way to every screen."""
    given: dict[str, Any] = asked.model_dump(exclude_unset=True)
    fields = {name: value for name, value in given.items() if value is not None}
    if "password" in given:
        fields["password_hash"] = passwords.hashed(fields.pop("password", None))
    if "ttl" in fields:
        fields["ends_at"] = now() + timedelta(seconds=seconds_of(fields.pop("ttl")))
    if "title" in fields:
        fields["title"] = _title(fields["title"]) or room.name
    if "rules" in fields:
        fields["rules"] = _rules(fields["rules"])
    fields |= {name: CHOICES[name](fields[name]) for name in CHOICES.keys() & fields.keys()}
    fields |= _of_embed(room, asked) | _of_safety(room, asked)
    return _keep(room, fields)


def end_room(room: Room) -> None:
    """Closes a room now and sends it on its way to being forgotten."""
    closed = _keep(room, {"state": State.CLOSED, "ends_at": now()})
    chain.close(closed.id, closed.name)


def room_now(room: Room) -> Json:
    """A room on the wire, with who is there and its last seq as they are now."""
    try:
        present, last = presence.count(room.id), replay.last_seq(room.id)
    except Unavailable:
        present, last = 0, room.last_seq
    return {**room_to_wire(room, present), "last_seq": last}


def _keep(room: Room, fields: dict[str, Any]) -> Room:
    changed = aside(stored.change, room.id, now(), by=HOST, **fields) if fields else room
    if changed is None:
        raise RoomIsOver
    if changed is not room:
        live.project(changed)
        orders.give(changed, chain.ANNOUNCE, chain.ANNOUNCE)
        _mind_the_door(room, changed, fields)
    return changed


def _mind_the_door(before: Room, room: Room, fields: dict[str, Any]) -> None:
    """Whoever may not be in there any more is put out at once, and whoever need not wait any more is let in."""
    if fields.get("password_hash"):
        bell.shut(room.id, bell.ALL_BUT_MODERATORS, POLICY, PASSWORD)
    elif room.is_locked and not before.is_locked:
        bell.shut(room.id, bell.STRANGERS, POLICY, NotAdmitted.code)
    if before.door is not room.door and room.door is Door.OPEN:
        bell.let_in(room.id, bell.EVERYBODY)


def _asking(room: Room) -> You:
    """Who is asking; where everybody may read, a token that is nobody's is as good as none."""
    try:
        return you_in(room)
    except NotAllowed:
        if room.password_hash is not None:
            raise
        return You()


def _room(asked: NewRoom, name: str, host_key_hash: str) -> Room:
    begins = now()
    life = seconds_of(asked.ttl) if asked.ttl is not None else settings().room_default_ttl_seconds
    return Room(
        id=keys.new_id(),
        name=name,
        title=_title(asked.title or "") or name,
        rules=_rules(asked.rules or ""),
        state=State.OPEN,
        code=new_code(),
        created_at=begins,
        ends_at=begins + timedelta(seconds=life),
        max_length=asked.max_length or DEFAULT_MAX_LENGTH,
        moderation=Moderation(asked.moderation or "after"),
        slow_mode=asked.slow_mode or 0,
        host_key_hash=host_key_hash,
        password_hash=passwords.hashed(asked.password),
        sources=tuple(Source(kind=each.kind, query=each.query) for each in asked.sources or ()),
        embed=_embed(NOT_EMBEDDED, asked.embed or EmbedBody()),
        safety=safety.changed(AS_IT_COMES, asked.safety or SafetyBody()),
        door=Door(asked.door or Door.OPEN),
        guests=Guests(asked.guests or Guests.WRITE),
    )


def _of_embed(room: Room, asked: RoomChange) -> dict[str, Embed]:
    return {"embed": _embed(room.embed, asked.embed)} if asked.embed else {}


def _of_safety(room: Room, asked: RoomChange) -> dict[str, Safety]:
    return {"safety": safety.changed(room.safety, asked.safety)} if asked.safety else {}


def _embed(now: Embed, asked: EmbedBody) -> Embed:
    mode = now.mode if asked.mode is None else EmbedMode(asked.mode)
    sites = now.sites if asked.sites is None else clean_sites(asked.sites, settings().embed_sites_max)
    return Embed(mode, sites)


def _title(raw: str) -> str:
    return _within("title", clean_title, raw, settings().title_max_length)


def _rules(raw: str) -> str:
    return _within("rules", clean_rules, raw, settings().rules_max_length)


def _within(field: str, clean: Callable[[str, int], str], raw: str, most: int) -> str:
    try:
        return clean(raw, most)
    except TooLong as refusal:
        raise BadBody([FieldError(field, said(refusal))]) from refusal
