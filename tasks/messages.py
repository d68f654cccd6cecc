"""The walk of a message: moderate → persist → fan_out, and what a host decides about it.

Every hop gets ids, takes all that the room accepted up to the last of them, in order, and may run
twice: what is judged stays judged, what is kept stays kept, what is shown is shown once.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache

from celery import Task, shared_task
from celery.exceptions import Ignore

from app.bus import (
    bell,
    chain,
    counting,
    dead,
    inbox,
    log,
    marks,
    overdue,
    participants,
    presence,
    rooms,
    showing,
    stages,
    trail,
)
from app.bus.showing import Left
from app.bus.stages import Judged, Settled
from app.bus.trail import Stage
from app.bus.wire import Json
from app.chat import ANYBODY, Asked, Check, Message, Room, judge, make_checks, minding
from app.chat.reasons import NOT_KEPT, rejection
from app.chat.refusals import Unavailable
from app.store import events, messages, transcripts
from app.store import rooms as stored_rooms
from app.store.messages import Kept
from app.store.trouble import StoreAway, StoreRefused
from config import crashing
from config.settings import settings
from tasks import others, raids
from tasks.turns import turn

# A database or a Redis that is away: a host's decision is tried again soon, later the sweep does it.
RETRY = {"autoretry_for": (Unavailable,), "retry_backoff": 1, "retry_backoff_max": 30, "max_retries": 3}
# Of one participant so many messages are taken away in one transaction.
REMOVED_AT_ONCE = 100
# A hop that has shown so much leaves the rest to the sweep.
MOST_ROUNDS = 1000


@shared_task(name=chain.MODERATE, bind=True)
def moderate(task: Task, room_id: str, ids: Sequence[str]) -> None:
    """Judges messages by the room's checks. A second run finds them judged."""
    with patience(room_id):
        for fresh in stages.to_judge(room_id, ids):
            room, authors = (
                _room(room_id).guarded(fresh[-1][0].at),
                participants.authors(room_id, [message for message, _ in fresh]),
            )
            asked = [Asked(m, room, authors.get(m.participant_id, ANYBODY), facts) for m, facts in fresh]
            checks = minding(_checks(), room)
            verdicts = [Judged(each.message, judge(each, checks)) for each in asked]
            raids.mind(room, verdicts)
            crashing.point("moderate.judged")
            stages.judged(room_id, verdicts, task.request.id)
            crashing.point("moderate.written")
    bell.taken(room_id)


@shared_task(name=chain.PERSIST, bind=True)
def persist(task: Task, room_id: str, ids: Sequence[str]) -> None:
    """Keeps messages in the store, which numbers them. A second run is told what the first one did."""
    with patience(room_id), turn(room_id):
        for judged in stages.to_keep(room_id, ids):
            _keep(task, room_id, judged)


@shared_task(name=chain.FAN_OUT, bind=True)
def fan_out(task: Task, room_id: str, ids: Sequence[str]) -> None:
    """Brings what the store has to every screen. A second run finds nothing newer."""
    with patience(room_id):
        for _ in range(MOST_ROUNDS):
            left = showing.show(room_id, ids, task.request.id)
            crashing.point("fan_out.shown")
            if left in (Left.STORE, Left.UNKNOWN) and not agree(room_id):
                return
            if left in (Left.NOTHING, Left.UNKNOWN):
                return


@shared_task(name=chain.RELEASE, bind=True, **RETRY)
def release(task: Task, room_id: str, ids: Sequence[str]) -> None:
    """Lets held messages through. A second run finds them shown."""
    orders = zip(ids, overdue.orders(room_id, chain.RELEASE, ids), strict=True)
    shown = [each for each, order in orders if messages.release(room_id, each, datetime.now(UTC), order.by)]
    _decided(task, room_id, shown, "shown", None)
    _shown(room_id, chain.RELEASE, ids)


@shared_task(name=chain.REJECT, bind=True, **RETRY)
def reject(task: Task, room_id: str, ids: Sequence[str]) -> None:
    """Turns held messages away and tells their authors. A second run finds them rejected."""
    for message_id, order in zip(ids, overdue.orders(room_id, chain.REJECT, ids), strict=True):
        if messages.reject(room_id, message_id, datetime.now(UTC), rejection(order.reason), order):
            _tell_rejected(task, room_id, message_id)
    _shown(room_id, chain.REJECT, ids)


@shared_task(name=chain.REMOVE, **RETRY)
def remove(room_id: str, ids: Sequence[str]) -> None:
    """Takes messages from the store for good. A second run finds them gone."""
    for message_id, order in zip(ids, overdue.orders(room_id, chain.REMOVE, ids), strict=True):
        messages.remove(room_id, message_id, datetime.now(UTC), order.by)
        crashing.point("remove.committed")
        _removed(room_id, [message_id])
    _shown(room_id, chain.REMOVE, ids)


@shared_task(name=chain.REMOVE_ALL, **RETRY)
def remove_all(room_id: str, ids: Sequence[str]) -> None:
    """Takes away all that participants said. A second run finds it gone.

    What is on its walk still is taken when it has arrived: the order stays, and the sweep comes with it again.
    """
    for participant_id, order in zip(ids, overdue.orders(room_id, chain.REMOVE_ALL, ids), strict=True):
        for letter in dead.letters(room_id):
            if letter.message.participant_id == participant_id:
                dead.drop(room_id, letter.message.id)
        arriving = bool(inbox.of_author(room_id, participant_id, 1))
        while gone := messages.remove_of(room_id, participant_id, datetime.now(UTC), order.by, REMOVED_AT_ONCE):
            _removed(room_id, gone)
            if len(gone) < REMOVED_AT_ONCE:
                break
            agree(room_id)
        if not arriving:
            _shown(room_id, chain.REMOVE_ALL, [participant_id])
    bell.tell_host(room_id, {"type": "desk"})


def _removed(room_id: str, ids: Sequence[str]) -> None:
    """Nothing of what was removed stays in Redis."""
    for message_id in ids:
        marks.removed(room_id, message_id)
    room, told = stored_rooms.get(room_id), events.last_told(room_id, *ids)
    if room and told:
        log.let_go(room_id, told, rooms.expiry(room))
        rooms.project(room)  # one of them may have been pinned


def _tell_rejected(task: Task, room_id: str, message_id: str) -> None:
    """Tells the author, and the desk; a second run says what the first one kept."""
    if kept := transcripts.find(room_id, message_id):
        _decided(task, room_id, [message_id], "rejected", kept[2])
        bell.tell(room_id, kept[3].participant_id, [_word("rejected", message_id, kept[2])])
        _tell_desk(room_id, message_id)


def _shown(room_id: str, hop: str, ids: Sequence[str]) -> None:
    """What was decided is on every screen before it is let go: a worker that dies on the way leaves it to the sweep."""
    agree(room_id)
    overdue.done(room_id, ids, hop)


def agree(room_id: str) -> bool:
    """Brings the log up to what the store has; says whether there is such a room."""
    room = rooms.get(room_id) or stored_rooms.get(room_id)
    if room:
        log.agree(room_id, rooms.expiry(room), events.since, events.last_seq, presence.count(room_id))
        crashing.point("fan_out.agreed")
    return room is not None


def bury(room_id: str, message_id: str, stage: str, task_id: str | None) -> None:
    """Gives a message up: its author and the host are told, the others behind it go on."""
    if participant_id := dead.bury(room_id, message_id, stage, NOT_KEPT, task_id):
        bell.tell(room_id, participant_id, [_word("rejected", message_id, NOT_KEPT)])
        _tell_desk(room_id, message_id)


@contextmanager
def patience(room_id: str) -> Iterator[None]:
    """A database that is away ends the chain here; the sweep looks again soon, and none of the messages is to blame."""
    try:
        yield
    except StoreAway as error:
        overdue.put_off(room_id, datetime.now(UTC))
        raise Ignore from error


@cache
def _checks() -> tuple[Check, ...]:
    chosen = settings()
    names, action, languages = chosen.moderation_checks, chosen.word_list_action, chosen.word_list_languages
    installed = others.found(names, chosen.check_threads, chosen.check_seconds)
    return make_checks(names, action, languages, counting.limits(), installed)


def _room(room_id: str) -> Room:
    """The live room; from the store where Redis has lost it. One that is forgotten ends the chain."""
    room = rooms.get(room_id) or stored_rooms.get(room_id)
    if room is None:
        raise Ignore
    return room


def _keep(task: Task, room_id: str, judged: Sequence[Judged]) -> None:
    """Keeps messages; what the store refuses is tried in halves, down to the one that is bad."""
    crashing.point("persist.before")
    try:
        kept = messages.keep(room_id, [(each.message, each.verdict) for each in judged], datetime.now(UTC))
    except StoreRefused:
        if len(judged) == 1:
            bury(room_id, judged[0].message.id, "persisted", task.request.id)
            return
        middle = len(judged) // 2
        _keep(task, room_id, judged[:middle])
        _keep(task, room_id, judged[middle:])
        return
    crashing.point("persist.committed")
    if not kept:
        raise Ignore  # the room is forgotten
    stages.settled(room_id, [_settled(each.message, kept[each.message.id]) for each in judged], task.request.id)
    crashing.point("persist.written")


def _settled(message: Message, kept: Kept) -> Settled:
    return Settled(message.id, message.participant_id, kept.state, kept.reason, kept.seq, kept.at)


def _tell_desk(room_id: str, message_id: str) -> None:
    """What is held has changed: the host's desk looks again."""
    bell.tell_host(room_id, {"type": "desk", "id": message_id})


def _word(kind: str, message_id: str, reason: str | None) -> Json:
    return {"type": kind, "id": message_id, "reason": reason or ""}


def _decided(task: Task, room_id: str, ids: Sequence[str], outcome: str, reason: str | None) -> None:
    """What a host decided is the end of a held message's trail."""
    if room := rooms.get(room_id) or stored_rooms.get(room_id):
        stage = Stage("delivered", outcome, task.request.id, reason)
        trail.note(room_id, dict.fromkeys(ids, stage), rooms.expiry(room))
