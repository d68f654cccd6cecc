"""Sanctions and the door: who is muted, banned, let in or turned away; and who is in the room at all."""

from datetime import timedelta
from typing import Any

from flask import Blueprint, request

from app.bus import bell, chain, orders, presence
from app.bus import participants as live
from app.bus.wire import Json, time_to_wire
from app.chat import Door, Participant, Room
from app.chat.actions import HOST, Deed, Order
from app.chat.refusals import MUTED_FOR_GOOD, NotAllowed
from app.chat.words import english
from app.store import participants as stored
from app.store import transcripts
from app.web import raids
from app.web.bodies import ID_MAX, Banning, Muting, body, choice, number
from app.web.clock import now
from app.web.errors import NoSuchParticipant
from app.web.identity import moderator_of
from app.web.lookup import room_called
from app.web.messages import archived
from app.web.participants import told
from app.web.socket import POLICY
from app.web.threads import aside
from config.settings import settings

sanctions = Blueprint("sanctions", __name__, url_prefix="/api/v1/rooms/<name>/participants")

# Lines of the list, and messages of one participant, unless more are asked for.
LINES, MESSAGES = 50, 200
QUERY_MAX = 100
# The words that go with a socket that is closed.
BANNED, TURNED_AWAY, NOT_ADMITTED = "banned", "turned_away", "not_admitted"


@sanctions.get("")
def listed(name: str) -> Json:
    """Who is or was in the room, the newest first; with `q`, whose nickname has that in it or looks like it.

    `only` leaves those who wait to be let in, or those who are muted or banned.
    """
    room = room_called(name)
    moderator_of(room)
    most = settings().page_max_events
    limit, like = number("limit", min(LINES, most), 1, most), request.args.get("q", "")[:QUERY_MAX].strip()
    only = choice("only", (stored.WAITING, stored.LIMITED), "")
    if only == stored.WAITING and room.door is Door.OPEN:
        return {"participants": [], "has_more": False}
    page, has_more = aside(stored.page, room.id, stored.Sought(like, only), request.args.get("after"), limit, now())
    here = presence.among(room.id, [each.id for each in page])
    return {"participants": [_line(room, each, present=each.id in here) for each in page], "has_more": has_more}


@sanctions.get("/<participant_id>")
def one(name: str, participant_id: str) -> Json:
    """One participant, and all that he said, the newest first, whatever became of it."""
    room = room_called(name)
    moderator_of(room)
    found = aside(stored.get, room.id, participant_id[:ID_MAX])
    if found is None:
        raise NoSuchParticipant
    said = aside(transcripts.of_participant, room.id, found.id, number("limit", MESSAGES, 1, MESSAGES))
    present = found.id in presence.among(room.id, [found.id])
    messages = [
        {**archived(seq or 0, message), "seq": seq, "state": state, **({"reason": reason} if reason else {})}
        for seq, state, reason, message in said
    ]
    return {"participant": _line(room, found, present=present), "messages": messages}


@sanctions.post("/<participant_id>/mute")
def mute(name: str, participant_id: str) -> tuple[Json, int]:
    """Lets somebody read and not speak: for some minutes, or until he may again."""
    room, by = _asked(name, participant_id)
    minutes = body(Muting).minutes
    until = now() + timedelta(minutes=minutes) if minutes else MUTED_FOR_GOOD
    muted = _decide(room, participant_id, by, Deed.MUTE, muted_until=until)
    bell.tell(room.id, muted.id, [{"type": "muted", "until": time_to_wire(until)}])
    return _done(room, muted)


@sanctions.post("/<participant_id>/unmute")
def unmute(name: str, participant_id: str) -> tuple[Json, int]:
    """Lets somebody speak again."""
    room, by = _asked(name, participant_id)
    heard = _decide(room, participant_id, by, Deed.UNMUTE, muted_until=None)
    bell.tell(room.id, heard.id, [{"type": "unmuted"}])
    return _done(room, heard)


@sanctions.post("/<participant_id>/ban")
def ban(name: str, participant_id: str) -> tuple[Json, int]:
    """Puts a device out of the room, at once and under whatever nickname; if wanted all that it said goes, too."""
    room, by = _asked(name, participant_id)
    asked = body(Banning)
    banned = _decide(room, participant_id, by, Deed.BAN, banned=True)
    raids.note_banned(room, banned.id)
    bell.shut(room.id, banned.id, POLICY, BANNED)
    if asked.remove_messages:
        orders.give(room, chain.REMOVE_ALL, banned.id, Order(by))
    return _done(room, banned)


@sanctions.post("/<participant_id>/unban")
def unban(name: str, participant_id: str) -> tuple[Json, int]:
    """Lets a device come back."""
    room, by = _asked(name, participant_id)
    back = _decide(room, participant_id, by, Deed.UNBAN, banned=False)
    raids.note_unbanned(room, back.id)
    return _done(room, back)


@sanctions.post("/<participant_id>/admit")
def admit(name: str, participant_id: str) -> tuple[Json, int]:
    """Lets somebody in who has knocked; he hears of it at once."""
    room, by = _asked(name, participant_id)
    admitted = _decide(room, participant_id, by, Deed.ADMIT, admitted=True)
    bell.let_in(room.id, admitted.id)
    return _done(room, admitted)


@sanctions.post("/<participant_id>/unadmit")
def unadmit(name: str, participant_id: str) -> tuple[Json, int]:
    """Has somebody stand before the door again; where nobody has to knock he hears nothing of it."""
    room, by = _asked(name, participant_id)
    outside = _decide(room, participant_id, by, Deed.UNADMIT, admitted=False)
    if room.door is Door.KNOCK:
        bell.shut(room.id, outside.id, POLICY, NOT_ADMITTED)
    return _done(room, outside)


@sanctions.post("/<participant_id>/turn-away")
def turn_away(name: str, participant_id: str) -> tuple[Json, int]:
    """Sends somebody away who has knocked; he is forgotten, and may knock again."""
    room, by = _asked(name, participant_id)
    waiting = aside(stored.get, room.id, participant_id[:ID_MAX])
    if waiting is None or not aside(stored.turn_away, room.id, waiting.id, now(), by):
        raise NoSuchParticipant
    live.forget(room.id, waiting)
    bell.shut(room.id, waiting.id, POLICY, TURNED_AWAY)
    return _done(room, waiting)


def _asked(name: str, participant_id: str) -> tuple[Room, str]:
    """The room, and who moderates it; what is to be done to those who do is the host's alone."""
    room = room_called(name)
    by = moderator_of(room)
    if by != HOST and (found := aside(stored.get, room.id, participant_id[:ID_MAX])) and room.role_of(found, now()):
        raise NotAllowed(english("Only the room's host may do this."))
    return room, by


def _decide(room: Room, participant_id: str, by: str, deed: Deed, **decided: Any) -> Participant:
    """Keeps it, and has every process know. Done again, it is made known again."""
    after = aside(stored.decide, room.id, participant_id[:ID_MAX], now(), by, deed, **decided)
    if after is None:
        raise NoSuchParticipant
    live.project(room, after)
    return after


def _done(room: Room, participant: Participant) -> tuple[Json, int]:
    bell.tell_host(room.id, {"type": "people", "id": participant.id})
    return {"id": participant.id}, 202


def _line(room: Room, participant: Participant, *, present: bool) -> Json:
    line = told(room, participant) | {"present": present}
    if participant.joined_at:
        line["joined_at"] = time_to_wire(participant.joined_at)
    return line | ({"banned": True} if participant.banned else {})
