"""The walk of a message: moderate → persist → fan_out, and what a host decides about it.

Every hop gets ids, takes all that the room accepted up to the last of them, in order, and may run
twice: what is judged stays judged, what is kept stays kept, what is shown is shown once.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import cache

from celery import Task, shared_task

from app.bus import bell, chain, inbox, log, presence, rooms, trail
from app.bus.inbox import Entry, Fate
from app.bus.trail import Stage
from app.bus.wire import Json
from app.chat import Check, Room, judge, make_checks
from app.chat.refusals import Unavailable
from app.store import events, messages, transcripts
from app.store import rooms as stored_rooms
from config.settings import settings

# A database or a Redis that is away: tried again soon, later the sweep does it.
RETRY = {"autoretry_for": (Unavailable,), "retry_backoff": 1, "retry_backoff_max": 30, "max_retries": 3}


@shared_task(name=chain.MODERATE, bind=True, **RETRY)
def moderate(task: Task, room_id: str, ids: Sequence[str]) -> None:
    """Judges messages by the room's checks. A second run finds them judged."""
    room = _room(room_id)
    fresh = [entry.message for entry in inbox.to_judge(room_id, ids)]
    bell.taken(room_id)
    if room is None or not fresh:
        return
    verdicts = {message.id: judge(message.text, room, _checks()) for message in fresh}
    inbox.judged(room_id, verdicts)
    _note(task, room, "moderated", {each: (v.outcome.value, v.reason) for each, v in verdicts.items()})


@shared_task(name=chain.PERSIST, bind=True, **RETRY)
def persist(task: Task, room_id: str, ids: Sequence[str]) -> None:
    """Keeps messages in the store, which numbers them. A second run is told what the first one did."""
    room = _room(room_id)
    entries = inbox.to_keep(room_id, ids)
    if room is None or not entries:
        return
    judged = [(entry.message, entry.verdict) for entry in entries if entry.verdict]
    kept = messages.keep(room_id, judged, datetime.now(UTC))
    fates = {each: Fate(fate.state, fate.seq, fate.reason) for each, fate in kept.items()}
    inbox.settled(room_id, fates)
    _note(task, room, "persisted", {each: (fate.state, fate.reason) for each, fate in fates.items()})


@shared_task(name=chain.FAN_OUT, bind=True, **RETRY)
def fan_out(task: Task, room_id: str, ids: Sequence[str]) -> None:
    """Brings what the store has to every screen. A second run finds nothing newer."""
    room = stored_rooms.get(room_id)
    if room is None:
        inbox.clear(room_id, ids)
        return
    log.agree(room, rooms.expiry(room), events.since, presence.count(room_id))
    settled = inbox.to_show(room_id, ids)
    _tell_authors(settled)
    shown = {entry.message.id: ("shown", None) for entry in settled if entry.fate and entry.fate.state == "shown"}
    _note(task, room, "delivered", shown)
    inbox.clear(room_id, [entry.message.id for entry in settled])


@shared_task(name=chain.RELEASE, bind=True, **RETRY)
def release(task: Task, room_id: str, ids: Sequence[str]) -> None:
    """Lets held messages through. A second run finds them shown."""
    shown = [each for each in ids if messages.release(room_id, each, datetime.now(UTC))]
    _decided(task, room_id, dict.fromkeys(shown, ("shown", None)))


@shared_task(name=chain.REJECT, bind=True, **RETRY)
def reject(task: Task, room_id: str, ids: Sequence[str]) -> None:
    """Turns held messages away and tells their authors. A second run finds them rejected."""
    rejected = [each for each in ids if messages.reject(room_id, each, datetime.now(UTC), BY_HOST)]
    _decided(task, room_id, dict.fromkeys(rejected, ("rejected", BY_HOST)))
    for message_id in rejected:
        if kept := transcripts.find(room_id, message_id):
            bell.tell(room_id, kept[3].participant_id, [_word("rejected", message_id, BY_HOST)])
            _tell_desk(room_id, message_id)


@shared_task(name=chain.REMOVE, **RETRY)
def remove(room_id: str, ids: Sequence[str]) -> None:
    """Takes messages from the store for good. A second run finds them gone."""
    for message_id in ids:
        messages.remove(room_id, message_id, datetime.now(UTC))
        if (kept := transcripts.find(room_id, message_id)) and kept[0]:
            log.let_go(room_id, kept[0])


BY_HOST = "The host did not let this message through."


@cache
def _checks() -> tuple[Check, ...]:
    return make_checks(settings().moderation_checks, settings().word_list_action)


def _room(room_id: str) -> Room | None:
    """The live room; from the store where Redis has lost it."""
    return rooms.get(room_id) or stored_rooms.get(room_id)


def _tell_authors(entries: Sequence[Entry]) -> None:
    for entry in entries:
        if entry.fate and entry.fate.state in ("held", "rejected"):
            word = _word(entry.fate.state, entry.message.id, entry.fate.reason)
            bell.tell(entry.message.room_id, entry.message.participant_id, [word])
        if entry.fate and entry.fate.state == "held":
            _tell_desk(entry.message.room_id, entry.message.id)


def _tell_desk(room_id: str, message_id: str) -> None:
    """What is held has changed: the host's desk looks again."""
    bell.tell_host(room_id, {"type": "desk", "id": message_id})


def _word(kind: str, message_id: str, reason: str | None) -> Json:
    return {"type": kind, "id": message_id, "reason": reason or ""}


def _decided(task: Task, room_id: str, outcomes: Mapping[str, tuple[str, str | None]]) -> None:
    """What a host decided is the end of a held message's trail."""
    if room := _room(room_id):
        _note(task, room, "delivered", outcomes)


def _note(task: Task, room: Room, stage: str, outcomes: Mapping[str, tuple[str, str | None]]) -> None:
    stages = {each: Stage(stage, outcome, task.request.id, why) for each, (outcome, why) in outcomes.items()}
    trail.note(room.id, stages, rooms.expiry(room))
