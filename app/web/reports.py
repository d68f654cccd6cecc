"""Reports: any participant says that a message should not be there, and whoever moderates sees it at once."""

from flask import Blueprint

from app.bus import bell, channels, limits
from app.bus.rooms import expiry
from app.bus.wire import Json, message_to_wire, time_to_wire
from app.chat import Participant, Room
from app.chat.reports import Reported
from app.store import reports as stored
from app.store import transcripts
from app.web import capsules
from app.web.bodies import Rejecting, body, own_words
from app.web.clock import now
from app.web.errors import NoSuchMessage
from app.web.identity import moderator_of, participant_of
from app.web.lookup import room_called
from app.web.messages import message_id_of
from app.web.threads import aside
from config.settings import settings

reports = Blueprint("reports", __name__, url_prefix="/api/v1/rooms/<name>")

REPORTS_AT_ONCE = 200


@reports.post("/messages/<message_id>/report")
def report(name: str, message_id: str) -> tuple[Json, int]:
    """Reports a message that is shown; again is harmless."""
    room, clean_id = room_called(name), message_id_of(message_id)
    make_report(room, participant_of(room), clean_id, body(Rejecting).reason)
    return {"id": clean_id}, 202


def make_report(room: Room, participant: Participant, clean_id: str, words: str) -> None:
    """Keeps a report and tells those who moderate; raises NoSuchMessage, TooFast or BadBody."""
    reason = own_words("reason", words)
    limits.once_more(channels.key(room.id, "reports"), participant.id, settings().reports_a_minute, expiry(room))
    kept = aside(transcripts.find, room.id, clean_id)
    author = capsules.author_of(room.id, kept[3].participant_id) if kept else {}
    number = aside(stored.make, room.id, clean_id, participant.id, reason, now(), capsules.sealing(), author)
    if number is None:
        raise NoSuchMessage
    bell.tell_host(room.id, {"type": "report", "id": clean_id, "reports": number, "reason": reason})


@reports.get("/reports")
def waiting(name: str) -> Json:
    """The reported messages that nobody has dealt with, the last reported first."""
    room = room_called(name)
    moderator_of(room)
    return {"reports": [_told(each) for each in aside(stored.waiting, room.id, REPORTS_AT_ONCE)]}


@reports.delete("/reports/<message_id>")
def dismiss(name: str, message_id: str) -> tuple[Json, int]:
    """Lets a reported message be."""
    room, clean_id = room_called(name), message_id_of(message_id)
    if not aside(stored.dismiss, room.id, clean_id, now(), moderator_of(room)):
        raise NoSuchMessage
    bell.tell_host(room.id, {"type": "desk", "id": clean_id})
    return {"id": clean_id}, 202


def _told(reported: Reported) -> Json:
    """A reported message as moderators see it; who has reported it they do not."""
    return {
        "id": reported.message.id,
        "message": {**message_to_wire(reported.message), "at": time_to_wire(reported.message.at)},
        "reports": reported.number,
        "reasons": [{"reason": reason, "times": times} for reason, times in reported.reasons.items()],
        "first_at": time_to_wire(reported.first_at),
        "last_at": time_to_wire(reported.last_at),
        "sealed": reported.sealed,
    }
