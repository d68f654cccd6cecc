"""Who is in the room now: participants with a screen open, each counted once, readers not at all."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from app.bus import channels
from app.bus.bell import PRESENCE
from app.bus.connection import answering, redis, script
from config.settings import settings

# So many participants are told to Redis at a time: nobody else is answered meanwhile.
KEPT_AT_ONCE = 500

# KEYS: present. ARGV: bell, ring's kind, now, until, how many seconds the key lives, "in" or "out", participants …
# Who has not been seen for a while is dropped by the way. The bell is rung when the number has changed.
_COUNT = """
local before = redis.call('ZCARD', KEYS[1])
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', ARGV[3])
for i = 7, #ARGV do
  if ARGV[6] == 'in' then redis.call('ZADD', KEYS[1], ARGV[4], ARGV[i])
  else redis.call('ZREM', KEYS[1], ARGV[i]) end
end
redis.call('EXPIRE', KEYS[1], ARGV[5])
local present = redis.call('ZCARD', KEYS[1])
if present ~= before then redis.call('PUBLISH', ARGV[1], ARGV[2] .. ' ' .. present) end
return present
"""


def enter(room_id: str, participants: Iterable[str]) -> int:
    """Counts participants as present for a while; answers how many there are."""
    return _count(room_id, "in", participants)


def keep(room_id: str, participants: Sequence[str]) -> None:
    """Goes on counting participants as present, however many."""
    for start in range(0, len(participants), KEPT_AT_ONCE):
        enter(room_id, participants[start : start + KEPT_AT_ONCE])


def leave(room_id: str, participants: Iterable[str]) -> int:
    """Counts participants as gone; answers how many are left."""
    return _count(room_id, "out", participants)


def count(room_id: str) -> int:
    """How many are in the room."""
    now = datetime.now(UTC).timestamp()
    with answering():
        return int(redis().zcount(channels.key(room_id, "present"), now, "+inf"))


def among(room_id: str, participants: Sequence[str]) -> frozenset[str]:
    """Who of these is in the room."""
    if not participants:
        return frozenset()
    now = datetime.now(UTC).timestamp()
    with answering():
        until = redis().zmscore(channels.key(room_id, "present"), list(participants))
    return frozenset(who for who, score in zip(participants, until, strict=True) if score and score > now)


def _count(room_id: str, way: str, participants: Iterable[str]) -> int:
    lives = settings().presence_seconds
    now = datetime.now(UTC).timestamp()
    with answering():
        return int(
            script(_COUNT)(
                keys=[channels.key(room_id, "present")],
                args=[channels.bell(room_id), PRESENCE, now, now + lives, lives, way, *participants],
            )
        )
