"""Raids: a room that a crowd breaks into has its doors half shut for a while; they open again by themselves."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from app.bus import raids, rooms
from app.bus.stages import Judged
from app.chat import Outcome, Raid, Room
from app.chat.checks.approve_first import ApproveFirst
from app.chat.safety import Raid as Answer
from app.store import rooms as stored
from config.settings import settings


def mind(room: Room, judged: Sequence[Judged]) -> None:
    """Counts what the checks have turned away, and answers where that is a raid."""
    if room.safety.raid is Answer.OFF:
        return
    turned_away = [each.message.id for each in judged if _is_turned_away(each)]
    if not turned_away:
        return
    now = datetime.now(UTC)
    if raids.is_one(room, raids.note_turned_away(room, turned_away, now), now):
        answer(room, now)


def _is_turned_away(each: Judged) -> bool:
    """Whether a check found fault with it; where the host reads everything first, waiting is no fault."""
    return each.verdict.outcome is not Outcome.PASS and each.verdict.check not in (None, ApproveFirst().name)


def answer(room: Room, now: datetime) -> None:
    """Answers to a raid as the room's host wants it; one that is answered for long enough yet is left alone."""
    if raids.is_guarded(room, now):
        return
    if room.safety.raid is Answer.TELL:
        raids.warn(room)
        return
    if changed := stored.guard(room.id, now, lambda held: _raid(held, now)):
        rooms.project(changed)
        raids.tell(changed)


def _raid(room: Room, now: datetime) -> Raid | None:
    """The raid that a room guards itself against from now on; None where another worker has just answered to it."""
    if raids.is_guarded(room, now):
        return None
    first_came = now - timedelta(seconds=settings().raid_seconds)
    under_way = room.raid_on(now)
    began = under_way.began if under_way else first_came
    return Raid(began=began, until=now + timedelta(minutes=settings().raid_minutes))
