"""The inbox: a message that is in here is in durable hands, and only then is its author told "accepted".

Every room has its own, in the order of acceptance. `app.bus.stages` knows how far the room's walk has come,
`app.bus.overdue` what waits for too long.
"""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum

from app.bus import channels, counting
from app.bus.connection import answering, redis, script
from app.bus.lua import IN_LOTS
from app.bus.rooms import expiry
from app.bus.trail import Stage
from app.bus.wire import keep_message, kept_author, kept_message
from app.chat import Message, Room
from app.chat.refusals import OtherText, Refusal, RoomIsOver, TooFast, Unavailable
from config.settings import settings

FULL_RETRY_AFTER_SECONDS = 5
# Whoever asks for his own is answered from the newest of a full inbox, not from all of it.
LOOKED_THROUGH = 500

# KEYS: gone, overdue, spoke, count, seen, inbox, order, accepted; where something is counted what that takes, too.
# ARGV: room, now (ms), slow mode (ms), most, expires, overdue at (s), trail's text, how to count or "", then id,
# digest, entry, participant and, where something is counted, what, for each message. Answers a word for each: new,
# again, other, full, or "slow" and how many milliseconds to wait.
_ACCEPT = (
    IN_LOTS
    + counting.COUNT
    + """
if redis.call('EXISTS', KEYS[1]) == 1 then return {} end
local now, slow, most = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local size, said, fresh, new = redis.call('ZCARD', KEYS[7]), {}, {}, {}
for i = 9, #ARGV, ARGV[8] == '' and 4 or 5 do
  local id, digest, word = ARGV[i], ARGV[i + 1], 'new'
  local known = fresh[id] or redis.call('HGET', KEYS[5], id)
  if known then
    word = string.match(known, '[^:]*$') == digest and 'again' or 'other'
  elseif size >= most then
    word = 'full'
  elseif slow > 0 then
    local wait = tonumber(redis.call('HGET', KEYS[3], ARGV[i + 3]) or '0') + slow - now
    if wait > 0 then word = 'slow ' .. wait else redis.call('HSET', KEYS[3], ARGV[i + 3], now) end
  end
  if word == 'new' then
    fresh[id], size, new[#new + 1] = digest, size + 1, i
  end
  said[#said + 1] = word
end
if #new > 0 then
  local last = redis.call('INCRBY', KEYS[4], #new)
  local seen, inbox, order = {}, {}, {}
  for place, i in ipairs(new) do
    local id, number = ARGV[i], string.format('%d', last - #new + place)
    seen[2 * place - 1], seen[2 * place] = id, number .. ':' .. ARGV[i + 1]
    inbox[2 * place - 1], inbox[2 * place] = id, ARGV[i + 2]
    order[2 * place - 1], order[2 * place] = number, id
  end
  in_lots('HSET', KEYS[5], seen)
  in_lots('HSET', KEYS[6], inbox)
  in_lots('ZADD', KEYS[7], order)
  redis.call('ZADD', KEYS[8], last, ARGV[7])
  if ARGV[8] ~= '' then
    local counted, keep = counter(9, ARGV[8], now)
    local facts = {}
    for _, i in ipairs(new) do facts[#facts + 1], facts[#facts + 2] = ARGV[i], counted(ARGV[i + 3], ARGV[i + 4]) end
    in_lots('HSET', KEYS[12], facts)
    keep()
  end
  for i = 3, #KEYS do
    if redis.call('TTL', KEYS[i]) == -1 then redis.call('EXPIREAT', KEYS[i], ARGV[5]) end
  end
  redis.call('ZADD', KEYS[2], 'NX', ARGV[6], ARGV[1])
end
return said
"""
)


class Acceptance(StrEnum):
    """What became of handing a message in."""

    NEW = "new"
    AGAIN = "again"


def digest(message: Message) -> str:
    """What tells the same message from another one under the same id, without keeping its text."""
    return hashlib.sha256(f"{message.room_id}\n{message.participant_id}\n{message.text}".encode()).hexdigest()


def accept(room: Room, messages: Sequence[Message], networks: Sequence[str] = ()) -> list[Acceptance | Refusal]:
    """Takes messages into durable hands, each once, in their order.

    Args:
        room: the live room; its slow mode and its end count here.
        messages: with their texts as they are to be judged.
        networks: what stands for the network of each, if it is another than the message says.

    Returns:
        For each message what became of it, or why it was not taken: OtherText, TooFast (the room is in slow mode),
        Unavailable (its inbox is full), RoomIsOver (forgotten meanwhile).

    Raises:
        Unavailable: Redis is away: nothing was accepted.
    """
    now, chosen = datetime.now(UTC), settings()
    room = room.guarded(now)
    how = counting.how(room)
    nouns = ("spoke", "count", "seen", "inbox", "order", "accepted", *(counting.NOUNS if how else ()))
    keys = [channels.gone_key(room.id), channels.OVERDUE, *(channels.key(room.id, noun) for noun in nouns)]
    arguments: list[object] = [
        room.id,
        int(now.timestamp() * 1000),
        room.slow_mode * 1000,
        chosen.inbox_max_messages,
        expiry(room),
        now.timestamp() + chosen.sweep_overdue_seconds,
        Stage("accepted", "accepted").to_text(now),
        how,
    ]
    for message, network in zip(messages, networks or [message.network for message in messages], strict=True):
        arguments += (message.id, digest(message), keep_message(message), message.participant_id)
        if how:
            arguments.append(counting.what(room, message, network))
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
    return kept_author(kept) if kept else None


def of_author(room_id: str, participant_id: str, most: int) -> list[Message]:
    """The newest messages of one participant that are still on their walk, oldest first."""
    with answering():
        ids = redis().zrange(channels.key(room_id, "order"), -LOOKED_THROUGH, -1)
        entries = redis().hmget(channels.key(room_id, "inbox"), ids) if ids else []
    # Whether it is his is known before it is read: of a full inbox most are not.
    mine = [entry for entry in entries if entry and participant_id in entry]
    messages = [kept_message(room_id, entry) for entry in mine]
    return [message for message in messages if message.participant_id == participant_id][-most:]
