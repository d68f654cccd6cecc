"""Decisions: what whoever moderates does with messages, and what waits for him."""

from flask import Blueprint

from app.bus import bell, chain, dead, leases, orders
from app.bus.leases import lease_to_wire
from app.bus.wire import Json, message_to_wire, time_to_wire
from app.chat import Message, Participant, Room
from app.chat.actions import Deed, Order
from app.chat.refusals import NothingToDecide
from app.store import actions, appeals, held, transcripts
from app.store.appeals import Appeal
from app.web.bodies import Appealing, Rejecting, body, own_words
from app.web.clock import now
from app.web.errors import NoSuchMessage
from app.web.house import house
from app.web.identity import moderator_of, participant_of
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
    return _decide(name, message_id, chain.REJECT, own_words("reason", body(Rejecting).reason))


@decisions.post("/messages/<message_id>/lease")
def take_lease(name: str, message_id: str) -> Json:
    """Takes a message that waits to oneself for a moment, to decide about it; again makes the moment longer."""
    room, clean_id = room_called(name), message_id_of(message_id)
    by = moderator_of(room)
    if not dead.is_dead(room.id, clean_id):
        _held(room, clean_id)
    return {"id": clean_id, **lease_to_wire(leases.take(room, clean_id, by, now()))}


@decisions.delete("/messages/<message_id>/lease")
def give_lease_back(name: str, message_id: str) -> tuple[Json, int]:
    """Lets others decide about a message."""
    room, clean_id = room_called(name), message_id_of(message_id)
    leases.check(room.id, clean_id, moderator_of(room), now())
    leases.give_back(room.id, clean_id)
    return {"id": clean_id}, 202


@decisions.post("/messages/<message_id>/appeal")
def appeal(name: str, message_id: str) -> tuple[Json, int]:
    """Asks once that somebody looks again at one's own message that is held or was turned away."""
    room, clean_id = room_called(name), message_id_of(message_id)
    make_appeal(room, participant_of(room), clean_id, body(Appealing).text)
    return {"id": clean_id}, 202


def make_appeal(room: Room, participant: Participant, clean_id: str, words: str) -> None:
    """Keeps an appeal and tells those who moderate.

    Raises:
        NoSuchMessage, NothingToAppeal, AlreadyAppealed, BadBody: it is not taken.
    """
    if not aside(appeals.make, room.id, clean_id, participant.id, own_words("text", words), now()):
        raise NoSuchMessage
    bell.tell_host(room.id, {"type": "desk", "id": clean_id})


@decisions.get("/held")
def show_held(name: str) -> Json:
    """What waits for a decision, and why."""
    room = room_called(name)
    moderator_of(room)
    return {"messages": waiting_for_host(room)}


def waiting_for_host(room: Room) -> list[Json]:
    """The room's dead letters, its held messages, and what was turned away and appealed against, each with its reason.

    An appeal stands beside its message, and so does who is deciding about it.
    """
    kept, asked = aside(_kept, room.id)
    found = [
        *(_waits(letter.message, letter.reason, "failed") for letter in dead.letters(room.id)),
        *(_waits(message, reason, "held") for message, reason in kept),
        *(_waits(each.message, each.reason, each.state) for each in asked if each.state != "held"),
    ]
    words = {each.message.id: {"at": time_to_wire(each.at), "text": each.text} for each in asked}
    taken = leases.all_of(room.id, now())
    for each in found:
        if each["id"] in words:
            each["appeal"] = words[each["id"]]
        if each["id"] in taken:
            each["lease"] = lease_to_wire(taken[each["id"]])
    return found


def _kept(room_id: str) -> tuple[tuple[tuple[Message, str], ...], tuple[Appeal, ...]]:
    return held.waiting(room_id, HELD_AT_ONCE), appeals.waiting(room_id, HELD_AT_ONCE)


def _held(room: Room, message_id: str) -> None:
    """Raises NoSuchMessage, or NothingToDecide where a message does not wait."""
    kept = aside(transcripts.find, room.id, message_id)
    if kept is None:
        raise NoSuchMessage
    if kept[1] not in ("held", "rejected"):
        raise NothingToDecide


def _waits(message: Message, reason: str | None, state: str) -> Json:
    return {**message_to_wire(message), "at": time_to_wire(message.at), "state": state, "reason": reason}


def _decide(name: str, message_id: str, hop: str, reason: str = "") -> tuple[Json, int]:
    room, clean_id = room_called(name), message_id_of(message_id)
    by = moderator_of(room)
    leases.check(room.id, clean_id, by, now())
    if dead.is_dead(room.id, clean_id):
        return _decide_on_dead(room, clean_id, hop, by)
    if aside(transcripts.find, room.id, clean_id) is None:
        raise NoSuchMessage
    orders.give(room, hop, clean_id, Order(by, reason))
    leases.give_back(room.id, clean_id)
    return {"id": clean_id}, 202


def _decide_on_dead(room: Room, message_id: str, hop: str, by: str) -> tuple[Json, int]:
    """A dead letter is tried again, or dropped."""
    aside(actions.note, room.id, now(), by, Deed.RETRY if hop == chain.RELEASE else Deed.DROP, message_id)
    if hop == chain.RELEASE:
        if dead.revive(room.id, message_id):
            house().courier.hand(room, [message_id])
    else:
        dead.drop(room.id, message_id)
    leases.give_back(room.id, message_id)
    bell.tell_host(room.id, {"type": "desk", "id": message_id})
    return {"id": message_id}, 202
