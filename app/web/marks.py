"""Marks on messages: votes, the questions that have most of them, what the host has answered and what he has pinned."""

from collections.abc import Iterable

from flask import Blueprint

from app.bus.marks import Taken
from app.bus.wire import Json
from app.chat import Mark, Participant, Room, State, Wish
from app.chat.refusals import Refusal, RoomIsClosed, RoomIsOver, Unavailable
from app.store import transcripts
from app.store.transcripts import Line
from app.web.bodies import number
from app.web.clock import now
from app.web.errors import NoSuchMessage
from app.web.house import house
from app.web.identity import member_of, moderator_of, reader_of
from app.web.lookup import room_called
from app.web.messages import archived, message_id_of
from app.web.threads import aside
from config.settings import settings

marks = Blueprint("marks", __name__, url_prefix="/api/v1/rooms/<name>")

# What a page of questions holds unless more are asked for.
QUESTIONS = 50


def vote(room: Room, participant: Participant, mark: Mark, message_id: str) -> None:
    """Takes a vote, or the word that takes it back, into durable hands.

    Reading a paused room goes on, and so does voting: a pause is a good time for it.

    Raises:
        Banned, Muted, NotAdmitted, PasswordNeeded, ReadOnly: he may not vote.
        RoomIsClosed, RoomIsOver, NoSuchMessage, TooFast, Unavailable: it was not taken.
    """
    room.let_speak(participant, now())
    if room.is_over(now()):
        raise RoomIsOver
    if room.state == State.CLOSED:
        raise RoomIsClosed
    _wish(room, Wish(mark, message_id, participant.id))


def pinned_in(room: Room) -> Json | None:
    """The message that is pinned in a room, as the archive has it; none while the store is away."""
    if room.pinned_id is None:
        return None
    try:
        kept = aside(transcripts.find, room.id, room.pinned_id)
    except Unavailable:
        return None
    return archived(kept[0] or 0, kept[3]) if kept and kept[1] == "shown" else None


def voted_in(room: Room, participant: Participant | None, said: Iterable[Json]) -> frozenset[str]:
    """For which of these messages a participant has voted; none while the store is away."""
    asked = [message["id"] for message in said if message.get("question")]
    if participant is None or not asked:
        return frozenset()
    try:
        return aside(transcripts.voted, room.id, participant.id, asked)
    except Unavailable:
        return frozenset()


@marks.post("/messages/<message_id>/vote")
def set_vote(name: str, message_id: str) -> tuple[Json, int]:
    """Votes for a message; again is harmless."""
    return _vote(name, message_id, Mark.VOTE)


@marks.delete("/messages/<message_id>/vote")
def take_vote_back(name: str, message_id: str) -> tuple[Json, int]:
    """Takes one's vote back."""
    return _vote(name, message_id, Mark.UNVOTE)


@marks.post("/messages/<message_id>/answer")
def answer(name: str, message_id: str) -> tuple[Json, int]:
    """Strikes a question as answered."""
    return _by_host(name, message_id, Mark.ANSWER)


@marks.delete("/messages/<message_id>/answer")
def take_answer_back(name: str, message_id: str) -> tuple[Json, int]:
    """Opens a question again."""
    return _by_host(name, message_id, Mark.UNANSWER)


@marks.post("/messages/<message_id>/pin")
def pin(name: str, message_id: str) -> tuple[Json, int]:
    """Pins a message above all others, instead of the one that was."""
    return _by_host(name, message_id, Mark.PIN)


@marks.delete("/messages/<message_id>/pin")
def unpin(name: str, message_id: str) -> tuple[Json, int]:
    """Takes the pin off a message, if it is this one."""
    return _by_host(name, message_id, Mark.UNPIN)


@marks.get("/questions")
def questions(name: str) -> Json:
    """The room's questions, the most voted first, then the oldest; a participant sees which he has voted for."""
    room = room_called(name)
    you, most = reader_of(room), settings().page_max_events
    limit = number("limit", min(QUESTIONS, most), 1, most)
    lines, his = aside(_questions, room.id, limit, you.participant.id if you.participant else None)
    return {"questions": [_with_vote(archived(*line), his) for line in lines]}


def _questions(room_id: str, limit: int, participant_id: str | None) -> tuple[tuple[Line, ...], frozenset[str]]:
    lines = transcripts.questions(room_id, limit)
    ids = [message.id for _, message in lines]
    return lines, transcripts.voted(room_id, participant_id, ids) if participant_id and ids else frozenset()


def _with_vote(told: Json, voted: frozenset[str]) -> Json:
    return {"votes": 0, **told, **({"voted": True} if told["id"] in voted else {})}


def _vote(name: str, message_id: str, mark: Mark) -> tuple[Json, int]:
    room, clean_id = room_called(name), message_id_of(message_id)
    vote(room, member_of(room), mark, clean_id)
    return {"id": clean_id}, 202


def _by_host(name: str, message_id: str, mark: Mark) -> tuple[Json, int]:
    room, clean_id = room_called(name), message_id_of(message_id)
    _wish(room, Wish(mark, clean_id, by=moderator_of(room)))
    return {"id": clean_id}, 202


def _wish(room: Room, wish: Wish) -> None:
    """Hands a wish in. Where Redis has not heard of the message, or of its end, the store is asked.

    Raises:
        NoSuchMessage: nobody has heard of it, or it was removed.
    """
    outcome = _handed_in(room, wish, known=False)
    if outcome is Taken.UNKNOWN:
        found = aside(transcripts.find, room.id, wish.message_id)
        if found is None or found[1] == "removed":
            raise NoSuchMessage
        _handed_in(room, wish, known=True)


def _handed_in(room: Room, wish: Wish, *, known: bool) -> Taken:
    (outcome,) = house().wishes.ask([(room, (wish, known))])
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome
