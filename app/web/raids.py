"""Raids: the doors of a room half shut, and open again, by those who moderate."""

from datetime import timedelta

from flask import Blueprint

from app.bus import chain, orders, raids
from app.bus import rooms as live
from app.bus.wire import Json, raid_to_wire
from app.chat import Raid, Room
from app.chat.raids import NOTICED_AFTER
from app.chat.refusals import RoomIsOver
from app.chat.safety import Raid as Answer
from app.store import rooms as stored
from app.web.bodies import RaidBody, body
from app.web.clock import now
from app.web.identity import moderator_of
from app.web.lookup import room_called
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
    if room.safety.raid is not Answer.OFF and raids.is_one(
        room, raids.note_joined(room, participant_id, moment), moment
    ):
        orders.give(room, chain.GUARD, chain.GUARD)


def _keep(room: Room, given: Raid | None, by: str) -> Json:
    changed = aside(stored.change, room.id, now(), by=by, raid=given)
    if changed is None:
        raise RoomIsOver
    live.project(changed)
    raids.tell(changed)
    return {"raid": raid_to_wire(changed.raid)}
