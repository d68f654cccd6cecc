"""Participants: join with a nickname, change it."""

from dataclasses import dataclass, replace

from flask import Blueprint, Response, jsonify, request

from app.bus import bell, chain, orders
from app.bus import participants as live
from app.bus.wire import Json, participant_to_wire, time_to_wire
from app.chat import (
    Door,
    Participant,
    Room,
    clean_nickname,
    glyph_unlike,
    keys,
    new_device,
    nickname_key,
    password_mark,
)
from app.chat.refusals import NicknameTaken, NotAllowed
from app.chat.words import english
from app.store import participants as stored
from app.web import capsules, devices, passwords, raids
from app.web.bodies import Joining, Renaming, body
from app.web.clock import now
from app.web.identity import CSRF_HEADER, You, bearer, check_csrf, cookie_name, member_of, moderator_by, remember
from app.web.lookup import room_called
from app.web.threads import aside
from config.settings import settings

participants = Blueprint("participants", __name__, url_prefix="/api/v1/rooms/<name>/participants")


@participants.post("")
def join(name: str) -> tuple[Response, int]:
    """Joins a room; the token says from then on who this device is, and the device's word who it was."""
    room, asked = room_called(name), body(Joining)
    if by_page := bool(request.headers.get(CSRF_HEADER)):
        check_csrf(request.headers[CSRF_HEADER])
    device = devices.known(asked.device) or (devices.by_cookie() if by_page else None)
    joined = join_room(room, device, asked.nickname, asked.password, _moderator(room, by_page=by_page))
    answer = jsonify({"participant": told(room, joined.participant), "token": joined.token, "device": joined.device})
    # Our own page asks, so the browser keeps the token where no script can read it.
    return (known_by_cookie(answer, room, joined) if by_page else answer), 201


@participants.patch("/me")
def rename(name: str) -> Json:
    """Changes one's own nickname; the glyph stays."""
    room, asked = room_called(name), body(Renaming)
    return {"participant": told(room, rename_participant(room, member_of(room), asked.nickname))}


@dataclass(frozen=True, slots=True)
class Joined:
    """Somebody who has joined.

    Attributes:
        participant: who he is.
        token: what says so from now on.
        device: the word by which his device is known again when it joins another time.
    """

    participant: Participant
    token: str
    device: str


def join_by_page(room: Room, nickname: str, password: str | None) -> Joined:
    """Joins for the browser whose page is asking, which may be a known device, and the host's."""
    return join_room(room, devices.by_cookie(), nickname, password, _moderator(room, by_page=True))


def known_by_cookie(answer: Response, room: Room, joined: Joined) -> Response:
    """Has the browser keep who joined, and on which device."""
    devices.remember(answer, joined.device)
    return remember(answer, room, token=joined.token)


def join_room(room: Room, known: str | None, nickname: str, password: str | None, you: You) -> Joined:
    """A participant and his token: a new one, or the one that this device was here before.

    Raises:
        BadNickname, NicknameTaken, WrongPassword, Banned: he cannot join, or not so.
        ComeLater: he cannot join just now.
    """
    device, token = known or new_device(), keys.new_token()
    his_id = devices.id_in(device, room.id)
    if not you.moderates:
        passwords.check(room, password, his_id)
        raids.check_comeback(room, his_id)
    chosen = _chosen(nickname)
    _leave_to_others(room, chosen, his_id)
    participant = Participant(
        id=his_id,
        room_id=room.id,
        nickname=chosen,
        glyph=glyph_unlike(his_id, live.glyphs(room.id)),
        role=you.role,
        role_key=you.role_key(room),
        admitted=you.moderates or room.door is Door.OPEN,
        entered_with=password_mark(room.password_hash),
    )
    kept, old_token_hash = aside(stored.join, participant, keys.hash_token(token), now())
    live.project(room, kept, keys.hash_token(token), old_token_hash)
    capsules.remember_network(room, kept.id)
    if not you.moderates:
        raids.note_joined(room, kept.id)
    if room.waits(kept):
        bell.tell_host(room.id, {"type": "knock", "participant": told(room, kept)})
    if old_token_hash:
        orders.give(room, chain.ANNOUNCE, chain.ANNOUNCE)  # he may be called otherwise now
    return Joined(kept, token, devices.word_of(device))


def told(room: Room, participant: Participant) -> Json:
    """A participant as he himself is told who he is: with what he is now."""
    moment = now()
    shown = participant_to_wire(replace(participant, role=room.role_of(participant, moment)))
    if participant.muted_until and participant.is_muted(moment):
        shown["muted_until"] = time_to_wire(participant.muted_until)
    return {**shown, "waiting": True} if room.waits(participant) else shown


def rename_participant(room: Room, participant: Participant, nickname: str) -> Participant:
    """The participant under a new nickname, which is on its way to every screen.

    Raises:
        BadNickname, NicknameTaken: the nickname cannot be had.
        Banned, Muted, NotAdmitted, PasswordNeeded, ReadOnly: he may not choose any.
        NotAllowed: the participant is no longer known.
    """
    room.let_speak(participant, now())
    chosen = _chosen(nickname)
    _leave_to_others(room, chosen, participant.id)
    renamed = aside(stored.rename, room.id, participant.id, chosen, now())
    if renamed is None:
        raise NotAllowed(english("Join the room again."))
    live.project(room, renamed)
    orders.give(room, chain.ANNOUNCE, chain.ANNOUNCE)
    return renamed


def _chosen(raw: str) -> str:
    """A nickname as it is kept; raises BadNickname."""
    chosen = clean_nickname(raw, settings().nickname_max_length)
    # The store makes its key in a native thread, where nothing may be imported (docs/decisions/pool.md): the first key
    # loads the tables of look-alikes, and it is made here.
    nickname_key(chosen)
    return chosen


def _leave_to_others(room: Room, nickname: str, participant_id: str) -> None:
    """Refuses a nickname that somebody present has, or that looks like it; the store minds those who keep the peace."""
    if live.is_called(room.id, nickname, participant_id):
        raise NicknameTaken


def _moderator(room: Room, *, by_page: bool) -> You:
    """Whether the host or a helper joins; any other token that comes along is of no interest here."""
    token = bearer() or (request.cookies.get(cookie_name(room, host=True)) if by_page else None)
    return (moderator_by(room, token) if token else None) or You()
