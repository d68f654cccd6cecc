"""Every event of a room as JSON on the wire: what has happened, numbered without a gap."""

from app.bus.wire import Json, dumps, message_to_wire, participant_to_wire, room_to_wire, time_to_wire
from app.chat.events import (
    Event,
    MessagePinned,
    MessageRemoved,
    MessageShown,
    ParticipantRenamed,
    QuestionAnswered,
    RoomChanged,
    VotesCounted,
)


def to_wire(event: Event, present: int = 0) -> Json:
    """An event as clients get it.

    Args:
        event: what happened.
        present: how many are in the room, for the room's own events.

    Raises:
        TypeError: an event that the wire does not know.
    """
    head = {"type": "event", "seq": event.seq, "at": time_to_wire(event.at), "kind": event.kind}
    return {**head, **_what(event, present)}


def to_text(event: Event, present: int = 0) -> str:
    """An event as the JSON text that is kept in the log and framed once."""
    return dumps(to_wire(event, present))


def _what(event: Event, present: int) -> Json:
    match event:
        case MessageShown():
            return {"message": message_to_wire(event.message)}
        case MessageRemoved():
            return {"id": event.id}
        case RoomChanged():
            return {"room": {**room_to_wire(event.room, present), "last_seq": event.seq}}
        case ParticipantRenamed():
            return {"participant": participant_to_wire(event.participant)}
    return _mark(event)


def _mark(event: Event) -> Json:
    match event:
        case VotesCounted():
            return {"id": event.id, "votes": event.votes}
        case QuestionAnswered():
            return {"id": event.id, "answered": event.answered}
        case MessagePinned():
            return {"message": event.message and message_to_wire(event.message)}
    raise TypeError(f"an event that the wire does not know: {event.kind}")
