"""The inbox: a message that is in here is in durable hands, and only then is its author told "accepted".

Every room has its own, in the order of acceptance, with a queue for each stage of the walk: to judge,
to keep, to show. `app.bus.stages` moves messages on, `app.bus.overdue` knows what waits for too long.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum

from app.bus import channels
from app.bus.connection import answering, redis, script
from app.bus.rooms import expiry
from app.bus.trail import Stage
from app.bus.wire import dumps, keep_message, loads
from app.chat import Message, Room
from app.chat.refusals import OtherText, Refusal, RoomIsOver, TooFast, Unavailable
from config.settings import settings

FULL_RETRY_AFTER_SECONDS = 5
# The stages' queues. A message is in exactly one of them, under the number of its acceptance.
TO_JUDGE, TO_KEEP, TO_SHOW = "to_judge", "to_keep", "to_show"
QUEUES = (TO_JUDGE, TO_KEEP, TO_SHOW)

# KEYS: gone, overdue, seen, inbox, order, count, spoke, trail, to_judge
# ARGV: room, now (ms), slow mode (ms), most, expires, overdue at (s), trail's text, then id, digest, entry, participant
# for each message. Answers a word for each: new, again, other, full, or "slow" and how many milliseconds to wait.
_ACCEPT = """
if redis.call('EXISTS', KEYS[1]) == 1 then return {} end
local now, slow, most = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local size, said, new = redis.call('ZCARD', KEYS[5]), {}, false
for i = 8, #ARGV, 4 do
  local id, digest, word = ARGV[i], ARGV[i + 1], 'new'
  local known = redis.call('HGET', KEYS[3], id)
  if known then
    word = known == digest and 'again' or 'other'
  elseif size >= most then
    word = 'full'
  elseif slow > 0 then
    local wait = tonumber(redis.call('HGET', KEYS[7], ARGV[i + 3]) or '0') + slow - now
    if wait > 0 then word = 'slow ' .. wait else redis.call('HSET', KEYS[7], ARGV[i + 3], now) end
  end
  if word == 'new' then
    local number = redis.call('INCR', KEYS[6])
    redis.call('HSET', KEYS[3], id, digest)
    redis.call('HSET', KEYS[4], id, ARGV[i + 2])
    redis.call('ZADD', KEYS[5], number, id)
    redis.call('ZADD', KEYS[9], number, id)
    redis.call('HSET', KEYS[8], id .. ':accepted', ARGV[7])
    size, new = size + 1, true
  end
  said[#said + 1] = word
end
if new then
  for i = 3, #KEYS do redis.call('EXPIREAT', KEYS[i], ARGV[5]) end
  redis.call('ZADD', KEYS[2], 'NX', ARGV[6], ARGV[1])
end
return said
"""


class Acceptance(StrEnum):
    """What became of handing a message in."""

    NEW = "new"
    AGAIN = "again"


def digest(message: Message) -> str:
    """What tells the same message from another one under the same id, without keeping its text."""
    return hashlib.sha256(f"{message.room_id}\n{message.participant_id}\n{message.text}".encode()).hexdigest()


def accept(room: Room, messages: Sequence[Message]) -> list[Acceptance | Refusal]:
    """Takes messages into durable hands, each once, in their order.

    Args:
        room: the live room; its slow mode and its end count here.
        messages: with their texts as they are to be judged.

    Returns:
        For each message what became of it, or why it was not taken: OtherText, TooFast (the room is in slow mode),
        Unavailable (its inbox is full), RoomIsOver (forgotten meanwhile).

    Raises:
        Unavailable: Redis is away: nothing was accepted.
    """
    now, chosen = datetime.now(UTC), settings()
    nouns = ("seen", "inbox", "order", "count", "spoke", "trail", TO_JUDGE)
    keys = [channels.gone_key(room.id), channels.OVERDUE, *(channels.key(room.id, noun) for noun in nouns)]
    arguments: list[object] = [
        room.id,
        int(now.timestamp() * 1000),
        room.slow_mode * 1000,
        chosen.inbox_max_messages,
        expiry(room),
        now.timestamp() + chosen.sweep_overdue_seconds,
        Stage("accepted", "accepted").to_text(now),
    ]
    for message in messages:
        arguments += (message.id, digest(message), dumps(keep_message(message)), message.participant_id)
    with answering():
        said = script(_ACCEPT)(keys=keys, args=arguments)
    return [_outcome(word) for word in said] if said else [RoomIsOver() for _ in messages]


def _outcome(said: str) -> Acceptance | Refusal:
    word, _, wait = said.partition(" ")
    match word:
        case "other":
            return OtherText()
        case "full":
            return Unavailable(retry_after=FULL_RETRY_AFTER_SECONDS)
        case "slow":
            return TooFast(max(1, -(-int(float(wait)) // 1000)))
    return Acceptance(word)


def author(room_id: str, message_id: str) -> str | None:
    """Who wrote a message that is still on its walk."""
    with answering():
        kept = redis().hget(channels.key(room_id, "inbox"), message_id)
    return loads(kept)["participant_id"] if kept else None
