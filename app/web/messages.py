"""Messages: say something, read the archive, follow a message's trail."""

import json
from dataclasses import dataclass

from flask import Blueprint, Response, jsonify, request
from flask_babel import gettext as _

from app.bus import dead, inbox, trail
from app.bus.inbox import Acceptance
from app.bus.wire import Json, message_to_wire, time_to_wire
from app.chat import Message, Participant, Room, check_text, clean_message_id, clean_text, is_question
from app.chat.refusals import NotAllowed, Refusal
from app.chat.words import english
from app.store import transcripts
from app.web.bodies import Saying, body, number
from app.web.clock import now
from app.web.errors import BadBody, FieldError, NoSuchMessage, Rejected
from app.web.house import house
from app.web.identity import You, reader_of, speaker_of
from app.web.lookup import room_called
from app.web.networks import callers_network
from app.web.threads import aside
from app.web.waiting import Waiter
from config.settings import settings

messages = Blueprint("messages", __name__, url_prefix="/api/v1/rooms/<name>")

SEQ_MOST = 10**15


@dataclass(frozen=True, slots=True)
class Fate:
    """What has become of a message: shown, held, rejected, removed, or not known yet."""

    state: str | None = None
    reason: str = ""


def say(room: Room, participant: Participant, message_id: str, raw: str, *, question: bool = False) -> Fate:
    """Takes a message, perhaps sent as a question, into durable hands and sends it on its walk.

    Returns:
        Its fate where it had been handed in before, else one that is not known yet.

    Raises:
        RoomIsPaused, RoomIsClosed, RoomIsOver, Empty, TooLong, TooFast, OtherText, Unavailable:
            it was not accepted.
    """
    message = message_of(room, participant, message_id, raw, question=question)
    (outcome,) = house().intake.ask([(room, (message, room.keeps_waiting(participant, message.at)))])
    return fate_of(room, message_id, outcome)


def message_of(room: Room, participant: Participant, message_id: str, raw: str, *, question: bool = False) -> Message:
    """A message as it is handed in; a question where it was sent as one or ends like one.

    Raises:
        Banned, Muted, NotAdmitted, PasswordNeeded, ReadOnly: he may not say it.
        RoomIsPaused, RoomIsClosed, RoomIsOver, Empty, TooLong: it cannot be said here and now.
        Unavailable: Redis is away.
    """
    moment = now()
    room.let_speak(participant, moment)
    room.admit(moment)
    text = clean_text(raw)
    check_text(text, room.max_length)
    return Message(
        id=message_id,
        room_id=room.id,
        text=text,
        participant_id=participant.id,
        nickname=participant.nickname,
        glyph=participant.glyph,
        at=moment,
        question=question or is_question(text),
        role=room.role_of(participant, moment),
        network=callers_network(),
    )


def fate_of(room: Room, message_id: str, outcome: Acceptance | Refusal) -> Fate:
    """What handing a message in came to; raises the refusal."""
    if isinstance(outcome, Refusal):
        raise outcome
    return fate(room, message_id) if outcome is Acceptance.AGAIN else Fate()


def fate(room: Room, message_id: str) -> Fate:
    """What has become of a message, as far as its trail tells; one that failed is as good as rejected."""
    for text in reversed(trail.read(room.id, message_id)):
        stage = json.loads(text)
        if stage["outcome"] == "failed":
            return Fate("rejected", stage["reason"])
        if stage["stage"] in ("persisted", "delivered"):
            return Fate(stage["outcome"], stage.get("reason", ""))
    return Fate()


@messages.post("/messages")
def post(name: str) -> tuple[Response, int]:
    """Says something. With `wait`, answers when it is on the screens."""
    room, asked = room_called(name), body(Saying)
    participant = speaker_of(room)
    message_id, wait = message_id_of(asked.id), _wait()
    if wait == 0:
        say(room, participant, message_id, asked.text, question=asked.question)
        return jsonify({"id": message_id, "state": "accepted"}), 202
    with Waiter.following(house().hub, room.id, participant.id) as waiter:
        known = say(room, participant, message_id, asked.text, question=asked.question)
        return _outcome(room, message_id, known, waiter, wait)


@messages.get("/messages")
def archive(name: str) -> Json:
    """A page of the archive: the newest, or what came before or after a seq; `has_more` is of the same direction."""
    room = room_called(name)
    reader_of(room)
    most = settings().page_max_events
    before, after = number("before", 0, 1, SEQ_MOST) or None, number("after", 0, 0, SEQ_MOST)
    limit = number("limit", min(50, most), 1, most)
    if "after" in request.args:
        page, has_more = aside(transcripts.page_after, room.id, after, limit)
    else:
        page, has_more = aside(transcripts.page, room.id, before, limit)
    return {"messages": [archived(seq, message) for seq, message in page], "has_more": has_more}


@messages.get("/messages/<message_id>/trail")
def show_trail(name: str, message_id: str) -> Json:
    """The stages that a message has passed; its author sees his own, the host and the helpers all."""
    room = room_called(name)
    you, clean_id = reader_of(room), message_id_of(message_id)
    if not (you.moderates or you.participant):
        raise NotAllowed(english("A message's trail is for its author and the host."))
    author = _author(room, clean_id)
    if author is None:
        raise NoSuchMessage
    if not _may_follow(you, author):
        raise NotAllowed(english("A message's trail is for its author and the host."))
    return {"stages": [json.loads(text) for text in trail.read(room.id, clean_id)]}


def archived(seq: int, message: Message) -> Json:
    """A message on a page of the archive, with its votes and whether it is answered, where there are any."""
    told = {"seq": seq, "at": time_to_wire(message.at), **message_to_wire(message)}
    if message.votes:
        told["votes"] = message.votes
    if message.answered:
        told["answered"] = True
    return told


def message_id_of(raw: str) -> str:
    """A message's id as it is kept; raises BadBody."""
    try:
        return clean_message_id(raw)
    except ValueError as error:
        raise BadBody([FieldError("id", _("%(field)s: a UUID is needed.", field="id"))]) from error


def _wait() -> int:
    return number("wait", 0, 0, settings().long_poll_max_seconds)


def _outcome(room: Room, message_id: str, known: Fate, waiter: Waiter, wait: int) -> tuple[Response, int]:
    event, word = (None, None) if known.state else waiter.wait_for(message_id, wait)
    if event is not None:
        return jsonify({"message": {"seq": event["seq"], "at": event["at"], **event["message"]}}), 201
    state = known.state or (word and word["type"])
    kept = aside(transcripts.find, room.id, message_id) if state == "shown" else None
    if kept and kept[1] == "shown":
        return jsonify({"message": archived(kept[0] or 0, kept[3])}), 201
    if state == "rejected":
        raise Rejected(known.reason or (word or {}).get("reason", ""))
    return jsonify({"id": message_id, "state": "held" if state == "held" else "accepted"}), 202


def _author(room: Room, message_id: str) -> str | None:
    if on_its_walk := inbox.author(room.id, message_id):
        return on_its_walk
    if letter := dead.letter(room.id, message_id):
        return letter.message.participant_id
    kept = aside(transcripts.find, room.id, message_id)
    return kept[3].participant_id if kept else None


def _may_follow(you: You, author: str) -> bool:
    return you.moderates or (you.participant is not None and you.participant.id == author)
