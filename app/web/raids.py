"""Raids: the doors of a room half shut, and open again, by those who moderate."""

from datetime import timedelta
from math import ceil

from flask import Blueprint

from app.bus import chain, orders, raids
from app.bus import rooms as live
from app.bus.wire import Json, raid_to_wire
from app.chat import Raid, Room
from app.chat.raids import NOTICED_AFTER
from app.chat.refusals import ComeLater, RoomIsOver
from app.chat.safety import Raid as Answer
from app.store import rooms as stored
from app.web.bodies import RaidBody, body
from app.web.clock import now
from app.web.identity import moderator_of
from app.web.lookup import room_called
from app.web.networks import callers_network
from app.web.threads import aside
from config.settings import settings

raid = Blueprint("raids", __name__, url_prefix="/api/v1/rooms/<name>")


@raid.post("/raid")
def begin(name: str) -> Json:
    """Shuts the doors half: who has just come is held, links are blocked, everybody speaks slowly; for a while."""
    room = room_called(name)
    by, asked, moment = moderator_of(room), body(RaidBody), now()
    minutes = asked.minutes or settings().raid_minutes
    return _keep(room, Raid(began=moment - NOTICED_AFTER, until=moment + timedelta(minutes=minutes)), by)


@raid.delete("/raid")
def end(name: str) -> Json:
    """Opens the doors again."""
    room = room_called(name)
    return _keep(room, None, moderator_of(room))


def note_joined(room: Room, participant_id: str) -> None:
    """Counts somebody who has joined; has a raid answered."""
    moment = now()
    if room.safety.raid is Answer.OFF and not room.raid_on(moment):
        return
    if raids.is_one(room, raids.note_joined(room, participant_id, callers_network(), moment), moment):
        orders.give(room, chain.GUARD, chain.GUARD)


def check_comeback(room: Room, participant_id: str) -> None:
    """Raises ComeLater for a new device from where one was banned a moment ago, during a raid."""
    moment = now()
    if room.raid_on(moment) and (wait := raids.comeback_wait(room, participant_id, callers_network(), moment)):
        raise ComeLater(ceil(wait))


def note_banned(room: Room, participant_id: str) -> None:
    """During a raid whoever is banned is not back at once on another device."""
    if room.raid_on(moment := now()):
        raids.put_out(room, participant_id, moment)


def note_unbanned(room: Room, participant_id: str) -> None:
    """A ban was a mistake: nobody waits for it any more."""
    if room.raid_on(now()):
        raids.let_back(room, participant_id)


def _keep(room: Room, given: Raid | None, by: str) -> Json:
    changed = aside(stored.change, room.id, now(), by=by, raid=given)
    if changed is None:
        raise RoomIsOver
    live.project(changed)
    raids.tell(changed)
    return {"raid": raid_to_wire(changed.raid)}
