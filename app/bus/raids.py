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

# KEYS: joins, turned, present, head, came. ARGV: now, how far back is looked, expires, which of the keys, network or
# "", ids … Who comes again and again on one device counts once. Answers how many joined, were turned away, are there,
# were said.
_NOTE = """
local now = tonumber(ARGV[1])
for i = 6, #ARGV do
  redis.call('ZADD', KEYS[tonumber(ARGV[4])], now, ARGV[i])
  if ARGV[5] ~= '' then
    redis.call('HSET', KEYS[5], ARGV[i], ARGV[5])
    redis.call('EXPIREAT', KEYS[5], ARGV[3])
  end
end
for i = 1, 2 do
  redis.call('ZREMRANGEBYSCORE', KEYS[i], '-inf', now - tonumber(ARGV[2]))
  redis.call('EXPIREAT', KEYS[i], ARGV[3])
end
local said = tonumber(redis.call('GET', KEYS[4]) or '0')
return {redis.call('ZCARD', KEYS[1]), redis.call('ZCARD', KEYS[2]), redis.call('ZCOUNT', KEYS[3], now, '+inf'), said}
"""
JOINED, TURNED_AWAY = 1, 2

# KEYS: came, put_out. ARGV: participant, until when (s), expires.
_PUT_OUT = """
local network = redis.call('HGET', KEYS[1], ARGV[1])
if not network then return end
redis.call('ZADD', KEYS[2], ARGV[2], network)
redis.call('EXPIREAT', KEYS[2], ARGV[3])
"""

# KEYS: came, put_out. ARGV: participant.
_LET_BACK = """
local network = redis.call('HGET', KEYS[1], ARGV[1])
if network then redis.call('ZREM', KEYS[2], network) end
"""

# KEYS: people, put_out. ARGV: participant, network. Answers until when he may not come (s): 0 for whoever was here.
_MAY_COME = """
if redis.call('HEXISTS', KEYS[1], ARGV[1]) == 1 then return '0' end
return redis.call('ZSCORE', KEYS[2], ARGV[2]) or '0'
"""


def note_joined(room: Room, participant_id: str, network: str, now: datetime) -> Rush:
    """Counts somebody who has joined, and remembers from which network."""
    return _note(room, JOINED, [participant_id], now, network)


def note_turned_away(room: Room, message_ids: Sequence[str], now: datetime) -> Rush:
    """Counts messages that a check has held or rejected; the same one again is the same one."""
    return _note(room, TURNED_AWAY, message_ids, now)


def _note(room: Room, which: int, ids: Sequence[str], now: datetime, network: str = "") -> Rush:
    keys = _keys(room, "joins", "turned", "present", "head", "came")
    arguments = [now.timestamp(), settings().raid_seconds, expiry(room), which, network, *ids]
    with answering():
        counts = script(_NOTE)(keys=keys, args=arguments)
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


def put_out(room: Room, participant_id: str, now: datetime) -> None:
    """Has nobody new join for a while from where somebody came who was banned: he would be back on another device."""
    until = now.timestamp() + settings().raid_comeback_seconds
    with answering():
        script(_PUT_OUT)(keys=_keys(room, "came", "put_out"), args=[participant_id, until, expiry(room)])


def let_back(room: Room, participant_id: str) -> None:
    """Has everybody join again from where somebody came whose ban was taken back."""
    with answering():
        script(_LET_BACK)(keys=_keys(room, "came", "put_out"), args=[participant_id])


def comeback_wait(room: Room, participant_id: str, network: str, now: datetime) -> float:
    """How many seconds a participant has to wait who has not been here: 0 where he may join, or was here before."""
    with answering():
        until = float(script(_MAY_COME)(keys=_keys(room, "people", "put_out"), args=[participant_id, network]))
    return max(0.0, until - now.timestamp())


def tell(room: Room) -> None:
    """Tells those who moderate how it is with the raid; nobody else hears of it."""
    bell.tell_host(room.id, {"type": "raid", "raid": raid_to_wire(room.raid)})


def warn(room: Room) -> None:
    """Tells those who moderate that it looks like a raid, where they want to decide themselves; not again and again."""
    with answering():
        is_first = redis().set(channels.key(room.id, "warned"), 1, nx=True, ex=settings().raid_minutes * 60)
    if is_first:
        bell.tell_host(room.id, {"type": "raid", "raid": None, "suspected": True})


def _keys(room: Room, *nouns: str) -> list[str]:
    return [channels.key(room.id, noun) for noun in nouns]
