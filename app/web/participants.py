"""Participants: join with a nickname, change it."""

from flask import Blueprint, Response, jsonify, request

from app.bus import chain, orders
from app.bus import participants as live
from app.bus.wire import Json, participant_to_wire
from app.chat import Participant, Room, clean_nickname, glyph_for, keys, new_participant_id, nickname_key
from app.chat.refusals import NotAllowed
from app.chat.words import english
from app.store import participants as stored
from app.web import capsules, passwords
from app.web.bodies import Joining, Renaming, body
from app.web.clock import now
from app.web.identity import CSRF_HEADER, check_csrf, participant_of, remember
from app.web.lookup import room_called
from app.web.threads import aside
from config.settings import settings

participants = Blueprint("participants", __name__, url_prefix="/api/v1/rooms/<name>/participants")


@participants.post("")
def join(name: str) -> tuple[Response, int]:
    """Joins a room; the token says from then on who this device is."""
    room, asked = room_called(name), body(Joining)
    participant, token = join_room(room, asked.nickname, asked.password)
    answer = jsonify({"participant": participant_to_wire(participant), "token": token})
    if request.headers.get(CSRF_HEADER):
        # Our own page asks, so the browser keeps the token where no script can read it.
        check_csrf(request.headers[CSRF_HEADER])
        remember(answer, room, token=token)
    return answer, 201


@participants.patch("/me")
def rename(name: str) -> Json:
    """Changes one's own nickname; the glyph stays."""
    room, asked = room_called(name), body(Renaming)
    return {"participant": participant_to_wire(rename_participant(room, participant_of(room), asked.nickname))}


def join_room(room: Room, nickname: str, password: str | None) -> tuple[Participant, str]:
    """A new participant and his token; raises BadNickname or WrongPassword."""
    passwords.check(room, password)
    chosen = _chosen(nickname)
    new_id, token = new_participant_id(live.glyphs(room.id)), keys.new_token()
    participant = Participant(id=new_id, room_id=room.id, nickname=chosen, glyph=glyph_for(new_id))
    aside(stored.join, participant, keys.hash_token(token), now())
    live.project(room, participant, keys.hash_token(token))
    capsules.remember_network(room, participant.id)
    return participant, token


def rename_participant(room: Room, participant: Participant, nickname: str) -> Participant:
    """The participant under a new nickname, which is on its way to every screen.

    Raises:
        BadNickname: the nickname cannot be had.
        NotAllowed: the participant is no longer known.
    """
    chosen = _chosen(nickname)
    renamed = aside(stored.rename, room.id, participant.id, chosen, now())
    if renamed is None:
        raise NotAllowed(english("Join the room again."))
    live.rename(room, renamed)
    orders.give(room, chain.ANNOUNCE, chain.ANNOUNCE)
    return renamed


def _chosen(raw: str) -> str:
    """A nickname as it is kept; raises BadNickname."""
    chosen = clean_nickname(raw, settings().nickname_max_length)
    # The store makes its key in a native thread, where nothing may be imported (docs/decisions/pool.md): the first key
    # loads the tables of look-alikes, and it is made here.
    nickname_key(chosen)
    return chosen
