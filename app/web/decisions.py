"""Decisions: what whoever moderates does with messages, and what waits for him."""

from flask import Blueprint

from app.bus import bell, chain, dead, orders
from app.bus.wire import Json, message_to_wire, time_to_wire
from app.chat import Message, Room
from app.chat.actions import Deed, Order
from app.store import actions, held, transcripts
from app.web.clock import now
from app.web.errors import NoSuchMessage
from app.web.house import house
from app.web.identity import moderator_of
from app.web.lookup import room_called
from app.web.messages import message_id_of
from app.web.threads import aside

decisions = Blueprint("decisions", __name__, url_prefix="/api/v1/rooms/<name>")

HELD_AT_ONCE = 500


@decisions.delete("/messages/<message_id>")
def remove(name: str, message_id: str) -> tuple[Json, int]:
    """Takes a message off every screen and out of the transcript."""
    return _decide(name, message_id, chain.REMOVE)


@decisions.post("/messages/<message_id>/release")
def release(name: str, message_id: str) -> tuple[Json, int]:
    """Lets a held message through."""
    return _decide(name, message_id, chain.RELEASE)


@decisions.post("/messages/<message_id>/reject")
def reject(name: str, message_id: str) -> tuple[Json, int]:
    """Turns a held message away."""
    return _decide(name, message_id, chain.REJECT)


@decisions.get("/held")
def show_held(name: str) -> Json:
    """What waits for a decision, and why."""
    room = room_called(name)
    moderator_of(room)
    return {"messages": waiting_for_host(room)}


def waiting_for_host(room: Room) -> list[Json]:
    """The room's held messages and its dead letters, each with its reason."""
    failed = [_waits(letter.message, letter.reason, "failed") for letter in dead.letters(room.id)]
    return [
        *failed,
        *(_waits(message, reason, "held") for message, reason in aside(held.waiting, room.id, HELD_AT_ONCE)),
    ]


def _waits(message: Message, reason: str | None, state: str) -> Json:
    return {**message_to_wire(message), "at": time_to_wire(message.at), "state": state, "reason": reason}


def _decide(name: str, message_id: str, hop: str, reason: str = "") -> tuple[Json, int]:
    room, clean_id = room_called(name), message_id_of(message_id)
    by = moderator_of(room)
    if dead.is_dead(room.id, clean_id):
        return _decide_on_dead(room, clean_id, hop, by)
    if aside(transcripts.find, room.id, clean_id) is None:
        raise NoSuchMessage
    orders.give(room, hop, clean_id, Order(by, reason))
    return {"id": clean_id}, 202


def _decide_on_dead(room: Room, message_id: str, hop: str, by: str) -> tuple[Json, int]:
    """A dead letter is tried again, or dropped."""
    aside(actions.note, room.id, now(), by, Deed.RETRY if hop == chain.RELEASE else Deed.DROP, message_id)
    if hop == chain.RELEASE:
        if dead.revive(room.id, message_id):
            house().courier.hand(room, [message_id])
    else:
        dead.drop(room.id, message_id)
    bell.tell_host(room.id, {"type": "desk", "id": message_id})
    return {"id": message_id}, 202
