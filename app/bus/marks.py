"""Marks that are wished for: remembered in their order, gathered, and kept many at a time.

Whoever wishes first while nothing waits sends the hop; whoever comes after him finds it sent. The hop takes what is
there, and comes again while there is more: five hundred who vote in one second make a few hops and a few events.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum

from kombu.exceptions import OperationalError

from app.bus import chain, channels
from app.bus.connection import answering, redis, script
from app.bus.rooms import expiry
from app.chat import Mark, Room, Wish
from app.chat.refusals import Refusal, RoomIsOver, TooFast, Unavailable
from config.settings import settings

VOTES = (Mark.VOTE, Mark.UNVOTE)

log = logging.getLogger(__name__)

# What a hop keeps in one transaction; and what may wait in a room: each takes some 100 bytes of Redis.
MOST_AT_ONCE, MOST_WAITING = 500, 10_000
FULL_RETRY_AFTER_SECONDS = 5
# A room's marks are kept at most so often: nobody reads counts that change faster, and every screen is told each time.
GATHERED_SECONDS = 0.25

# KEYS: gone, overdue, marks, wishes, seen, decided. ARGV: room, most that may wait, votes a minute, time between two
# hops (ms), expires, overdue at (s), hop, then for each: wish, message, participant or "", 1 if the message is known
# to exist. Answers how long the hop is to wait (ms), -1 where it is on its way, then a word for each: taken, unknown,
# full, or "fast" and how many milliseconds to wait.
_WISH = """
if redis.call('EXISTS', KEYS[1]) == 1 then return {} end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local minute, most, allowed = math.floor(now / 60000), tonumber(ARGV[2]), tonumber(ARGV[3])
local waiting, calls, taken = redis.call('ZCARD', KEYS[3]), {-1}, false
local function too_fast(participant)
  if participant == '' then return false end
  local of, votes = string.match(redis.call('HGET', KEYS[4], participant) or '', '^(%d+) (%d+)$')
  votes = tonumber(of) == minute and tonumber(votes) or 0
  if votes >= allowed then return true end
  redis.call('HSET', KEYS[4], participant, string.format('%d %d', minute, votes + 1))
end
for i = 8, #ARGV, 4 do
  local word = 'taken'
  local known = ARGV[i + 3] == '1' or redis.call('HGET', KEYS[5], ARGV[i + 1])
  if not known or (known ~= true and string.find(known, ':removed:', 1, true)) then
    word = 'unknown'
  elseif waiting >= most then
    word = 'full'
  elseif too_fast(ARGV[i + 2]) then
    word = 'fast ' .. string.format('%d', (minute + 1) * 60000 - now)
  else
    waiting = waiting + redis.call('ZADD', KEYS[3], redis.call('HINCRBY', KEYS[4], 'last', 1), ARGV[i])
    taken = true
  end
  calls[#calls + 1] = word
end
if taken then
  redis.call('ZADD', KEYS[2], 'NX', ARGV[6], ARGV[1])
  if redis.call('HSETNX', KEYS[6], ARGV[7], ARGV[7]) == 1 then
    local kept = tonumber(redis.call('HGET', KEYS[4], 'kept') or '0')
    calls[1] = math.max(0, math.min(kept + tonumber(ARGV[4]) - now, tonumber(ARGV[4])))
  end
  for _, key in ipairs({KEYS[3], KEYS[4], KEYS[6]}) do
    if redis.call('TTL', key) == -1 then redis.call('EXPIREAT', key, ARGV[5]) end
  end
end
return calls
"""

# KEYS: overdue, marks, wishes, decided, order, tries. ARGV: room, hop, then wish and number of each that is kept. One
# that was wished again meanwhile stays. Answers how many wait; where none does there is nothing to be sent again.
_KEPT = """
for i = 3, #ARGV, 2 do
  if tonumber(redis.call('ZSCORE', KEYS[2], ARGV[i]) or '') == tonumber(ARGV[i + 1]) then
    redis.call('ZREM', KEYS[2], ARGV[i])
  end
end
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
if redis.call('EXISTS', KEYS[3]) == 1 then redis.call('HSET', KEYS[3], 'kept', string.format('%d', now)) end
local waiting = redis.call('ZCARD', KEYS[2])
if waiting == 0 then
  redis.call('HDEL', KEYS[4], ARGV[2])
  if redis.call('EXISTS', KEYS[4]) == 0 and redis.call('ZCARD', KEYS[5]) == 0 then
    redis.call('DEL', KEYS[6])
    redis.call('ZREM', KEYS[1], ARGV[1])
  end
end
return waiting
"""


# KEYS: seen. ARGV: message. The number before it and the digest behind it are there for others.
_REMOVED = """
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known and not string.find(known, ':removed:', 1, true) then
  redis.call('HSET', KEYS[1], ARGV[1], (string.gsub(known, ':', ':removed:', 1)))
end
"""


class Taken(StrEnum):
    """What became of a wish: it is in durable hands, or the message is not known here, or was removed."""

    TAKEN = "taken"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Numbered:
    """A wish that waits, with its number."""

    number: int
    wish: Wish


def wish(room: Room, wishes: Sequence[tuple[Wish, bool]]) -> list[Taken | Refusal]:
    """Takes wishes into durable hands, in their order, and has them carried out.

    Args:
        room: the room.
        wishes: each with whether its message is known to exist; else it must be one that was accepted here.

    Returns:
        For each what became of it, or why it was not taken: TooFast, Unavailable (too much waits), RoomIsOver.

    Raises:
        Unavailable: Redis is away, and nothing was remembered.
    """
    chosen = settings()
    nouns = ("marks", "wishes", "seen", "decided")
    keys = [channels.gone_key(room.id), channels.OVERDUE, *(channels.key(room.id, noun) for noun in nouns)]
    due = datetime.now(UTC).timestamp() + chosen.sweep_overdue_seconds
    pace = int(GATHERED_SECONDS * 1000)
    arguments = [room.id, MOST_WAITING, chosen.votes_a_minute, pace, expiry(room), due, chain.MARK]
    for each, known in wishes:
        arguments += (_text(each), each.message_id, each.participant_id, int(known))
    with answering():
        said = script(_WISH)(keys=keys, args=arguments)
    if not said:
        return [RoomIsOver() for _ in wishes]
    if said[0] >= 0:
        call(room, said[0] / 1000)
    return [_outcome(word) for word in said[1:]]


def call(room: Room, wait: float = GATHERED_SECONDS) -> None:
    """Sends for whoever carries out what is wished for in a room; if that fails the sweep does it."""
    try:
        chain.order(room, chain.MARK, chain.MARK, wait=wait or None)
    except (OperationalError, OSError) as error:
        log.warning("a hop was not sent, the sweep will do it", extra={"room": room.name, "why": repr(error)})


def removed(room_id: str, message_id: str) -> None:
    """Lets everybody know that a message cannot be marked any more. Harmless to repeat."""
    with answering():
        script(_REMOVED)(keys=[channels.key(room_id, "seen")], args=[message_id])


def waiting(room_id: str) -> tuple[Numbered, ...]:
    """What waits to be kept, in the order in which it was wished, at most as much as is kept at once."""
    with answering():
        found = redis().zrange(channels.key(room_id, "marks"), 0, MOST_AT_ONCE - 1, withscores=True)
    return tuple(Numbered(int(number), _wish(text)) for text, number in found)


def kept(room_id: str, done: Sequence[Numbered]) -> int:
    """Lets go of what is kept; says how much waits still."""
    nouns = ("marks", "wishes", "decided", "order", "tries")
    keys = [channels.OVERDUE, *(channels.key(room_id, noun) for noun in nouns)]
    pairs = [part for each in done for part in (_text(each.wish), each.number)]
    with answering():
        return int(script(_KEPT)(keys=keys, args=[room_id, chain.MARK, *pairs]))


def _text(wish: Wish) -> str:
    return f"{wish.mark} {wish.message_id} {wish.participant_id or wish.by}"


def _wish(text: str) -> Wish:
    word, message_id, who = text.split(" ")
    mark = Mark(word)
    return Wish(mark, message_id, who) if mark in VOTES else Wish(mark, message_id, by=who)


def _outcome(said: str) -> Taken | Refusal:
    word, _, wait = said.partition(" ")
    match word:
        case "full":
            return Unavailable(retry_after=FULL_RETRY_AFTER_SECONDS)
        case "fast":
            return TooFast(max(1, -(-int(wait) // 1000)))
    return Taken(word)
