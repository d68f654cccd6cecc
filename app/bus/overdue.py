"""What was accepted and waits for too long: rooms that are due to be sent on their walk again.

The queue of tasks is not relied on to remember: a worker that dies between taking a task and noting
that it did loses the task for good. The inbox remembers, and this is its alarm clock.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from app.bus import channels
from app.bus.connection import answering, redis, script
from app.bus.wire import dumps, loads
from app.chat.actions import Order
from config.settings import settings

# After so many tries in vain the sweep does not wait any longer between two.
LONGEST_WAIT_SECONDS = 30
# When the database is away: how soon to look again.
PUT_OFF_SECONDS = 1
# A message that is first in line after so many tries is suspected, and fewer go with it each time;
# one that goes alone in vain so often is dead.
TRIES_TOGETHER, TRIES_ALONE = 3, 3

# KEYS: order, decided, tries, overdue. ARGV: room, now (s), first wait (s), longest wait (s), tries together, tries
# alone, how many ids. Answers: the message that is dead or "", the wait, the ids to send, the decisions.
_AGAIN = """
local ids = redis.call('ZRANGE', KEYS[1], 0, tonumber(ARGV[7]) - 1)
local decided = redis.call('HGETALL', KEYS[2])
if #ids == 0 and #decided == 0 then
  redis.call('DEL', KEYS[3])
  redis.call('ZREM', KEYS[4], ARGV[1])
  return {'', '0', {}, {}}
end
local head, sent, tries, alone, dead = ids[1] or '', 0, 1, 0, ''
local begun = redis.call('HDEL', KEYS[3], 'begun')
if redis.call('HGET', KEYS[3], 'head') == head then
  sent = tonumber(redis.call('HGET', KEYS[3], 'sent') or '0')
  tries = tonumber(redis.call('HGET', KEYS[3], 'tries') or '0') + begun
  alone = tonumber(redis.call('HGET', KEYS[3], 'alone') or '0')
else
  redis.call('DEL', KEYS[3])
end
sent = sent + 1
local together = tries - tonumber(ARGV[5])
if head ~= '' and begun == 1 and together > 0 then
  local most = math.max(1, math.floor(redis.call('ZCARD', KEYS[1]) / 2 ^ together))
  redis.call('HSET', KEYS[3], 'most', most)
  while #ids > most do ids[#ids] = nil end
  if most == 1 then
    alone = alone + 1
    if alone > tonumber(ARGV[6]) then dead = head end
  end
end
redis.call('HSET', KEYS[3], 'head', head, 'sent', sent, 'tries', tries, 'alone', alone)
redis.call('EXPIRE', KEYS[3], 3600)
local wait = math.min(tonumber(ARGV[3]) * 2 ^ (math.min(sent, 16) - 1), tonumber(ARGV[4]))
redis.call('ZADD', KEYS[4], tonumber(ARGV[2]) + wait, ARGV[1])
return {dead, tostring(wait), ids, decided}
"""

# KEYS: decided, overdue, orders. ARGV: what it is about, hop, room, overdue at, expires, on whose word or ""
_DECIDE = """
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('EXPIREAT', KEYS[1], ARGV[5])
redis.call('ZADD', KEYS[2], 'NX', ARGV[4], ARGV[3])
if ARGV[6] ~= '' then
  redis.call('HSET', KEYS[3], ARGV[2] .. ' ' .. ARGV[1], ARGV[6])
  redis.call('EXPIREAT', KEYS[3], ARGV[5])
end
"""


@dataclass(frozen=True, slots=True)
class Again:
    """What is to be done again for one room.

    Attributes:
        ids: accepted messages that were not delivered in time.
        decided: what was decided and nobody has done yet: what it is about → hop.
        dead: the message that stops all others behind it, however often it is tried; "" where there is none.
        wait: how many seconds until the next time.
    """

    ids: tuple[str, ...] = ()
    decided: Mapping[str, str] = field(default_factory=dict)
    dead: str = ""
    wait: float = 0


def rooms(now: datetime, limit: int) -> tuple[str, ...]:
    """Rooms with something that should have been done by now."""
    with answering():
        return tuple(redis().zrangebyscore(channels.OVERDUE, "-inf", now.timestamp(), start=0, num=limit))


def again(room_id: str, now: datetime) -> Again:
    """What to send again for a room; each try in vain doubles the wait before the next one.

    Whoever stands first in line after several tries may be what stops them: fewer and fewer go with it, down to
    itself alone. If even that is in vain it is dead, and the others go on without it. Only what a hop has begun since
    the last time was a try: where no worker is there no message is to blame.
    """
    keys = [*(channels.key(room_id, noun) for noun in ("order", "decided", "tries")), channels.OVERDUE]
    first, most = settings().sweep_overdue_seconds, settings().chain_max_messages
    arguments = (room_id, now.timestamp(), first, LONGEST_WAIT_SECONDS, TRIES_TOGETHER, TRIES_ALONE, most)
    with answering():
        dead, wait, ids, decided = script(_AGAIN)(keys=keys, args=arguments)
    return Again(tuple(ids), dict(zip(decided[::2], decided[1::2], strict=True)), dead, float(wait))


def put_off(room_id: str, now: datetime) -> None:
    """Has a room looked at again soon: it was not its messages' fault that they got no further."""
    with answering():
        redis().zadd(channels.OVERDUE, {room_id: now.timestamp() + PUT_OFF_SECONDS})


def decided(room_id: str, about: str, hop: str, now: datetime, expires: int, *, order: Order | None = None) -> None:
    """Remembers what was decided until it is done.

    Args:
        room_id: the room.
        about: the message that it is about, or the hop's name.
        hop: the name of what is to be done with it.
        now: the time.
        expires: when Redis drops it by itself, in Unix seconds.
        order: on whose word it is done, and why; the chain carries neither.
    """
    due = now.timestamp() + settings().sweep_overdue_seconds
    keys = [channels.key(room_id, "decided"), channels.OVERDUE, channels.key(room_id, "orders")]
    kept = dumps({"by": order.by, "reason": order.reason}) if order else ""
    with answering():
        script(_DECIDE)(keys=keys, args=[about, hop, room_id, due, expires, kept])


def orders(room_id: str, hop: str, about: Sequence[str]) -> list[Order]:
    """On whose word something is done, and why, for each that it is about; the host's where nobody knows any more."""
    with answering():
        kept = redis().hmget(channels.key(room_id, "orders"), [f"{hop} {each}" for each in about]) if about else []
    return [Order(**loads(text)) if text else Order() for text in kept]


def done(room_id: str, about: Sequence[str], hop: str = "") -> None:
    """Forgets what was decided: it is done; with the hop's name also on whose word."""
    if about:
        with answering(), redis().pipeline(transaction=False) as pipe:
            pipe.hdel(channels.key(room_id, "decided"), *about)
            if hop:
                pipe.hdel(channels.key(room_id, "orders"), *(f"{hop} {each}" for each in about))
            pipe.execute()


def remembers() -> bool:
    """Whether Redis remembers us; if not, it is new or was emptied."""
    with answering():
        return bool(redis().exists(channels.MARK))


def mark() -> None:
    """Has Redis remember us, until it is emptied."""
    with answering():
        redis().set(channels.MARK, 1)
