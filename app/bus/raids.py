"""Rushes: how many have joined a room, and how much was turned away there, in the last moments."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from app.bus import bell, channels
from app.bus.connection import answering, redis, script
from app.bus.rooms import expiry
from app.bus.wire import raid_to_wire
from app.chat import Room, Rush, Thresholds, looks_like_a_raid
from app.chat.safety import Raid as Answer
from config.settings import settings

# KEYS: joins, turned, present, head. ARGV: now, how far back is looked, expires, which of the keys, ids …
# Who comes again and again on one device counts once. Answers how many joined, were turned away, are there, were said.
_NOTE = """
local now = tonumber(ARGV[1])
for i = 5, #ARGV do redis.call('ZADD', KEYS[tonumber(ARGV[4])], now, ARGV[i]) end
for i = 1, 2 do
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now - tonumber(ARGV[2]))
  redis.call('EXPIREAT', KEYS[i], ARGV[3])
end
local said = tonumber(redis.call('GET', KEYS[4]) or '0')
return {redis.call('ZCARD', KEYS[1]), redis.call('ZCARD', KEYS[2]), redis.call('ZCOUNT', KEYS[3], now, '+inf'), said}
"""
JOINED, TURNED_AWAY = 1, 2


def note_joined(room: Room, participant_id: str, now: datetime) -> Rush:
    """Counts somebody who has joined."""
    return _note(room, JOINED, [participant_id], now)


def note_turned_away(room: Room, message_ids: Sequence[str], now: datetime) -> Rush:
    """Counts messages that a check has held or rejected; the same one again is the same one."""
    return _note(room, TURNED_AWAY, message_ids, now)


def _note(room: Room, which: int, ids: Sequence[str], now: datetime) -> Rush:
    keys = [channels.key(room.id, noun) for noun in ("joins", "turned", "present", "head")]
    with answering():
        counts = script(_NOTE)(keys=keys, args=[now.timestamp(), settings().raid_seconds, expiry(room), which, *ids])
    joined, turned_away, present, said = map(int, counts)
    return Rush(joined=joined, turned_away=turned_away, present=present, said=said)


def is_one(room: Room, rush: Rush, now: datetime) -> bool:
    """Whether a rush is a raid to which the room has not answered yet."""
    chosen = settings()
    most = Thresholds(joined=chosen.raid_joins, turned_away=chosen.raid_turned_away)
    return room.safety.raid is not Answer.OFF and not is_guarded(room, now) and looks_like_a_raid(rush, most)


def is_guarded(room: Room, now: datetime) -> bool:
    """Whether the doors are half shut, and for long enough yet."""
    return room.raid is not None and room.raid.until - now > timedelta(minutes=settings().raid_minutes) / 2


def tell(room: Room) -> None:
    """Tells those who moderate how it is with the raid; nobody else hears of it."""
    bell.tell_host(room.id, {"type": "raid", "raid": raid_to_wire(room.raid)})


def warn(room: Room) -> None:
    """Tells those who moderate that it looks like a raid, where they want to decide themselves; not again and again."""
    with answering():
        is_first = redis().set(channels.key(room.id, "warned"), 1, nx=True, ex=settings().raid_minutes * 60)
    if is_first:
        bell.tell_host(room.id, {"type": "raid", "raid": None, "suspected": True})
