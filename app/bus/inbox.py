"""The inbox: a message that is in here is in durable hands, and only then is its author told "accepted".

Every room has its own, in the order of acceptance, with a queue for each stage of the walk: to judge,
to keep, to show. A hop takes everything in its queue up to the last of its ids, so an earlier message
is never overtaken by a later one, however many workers there are and whichever chain comes first: a
chain that is early does the work of the late one, which then finds it done.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import StrEnum

from app.bus import channels
from app.bus.connection import answering, redis, script
from app.bus.rooms import expiry
from app.bus.trail import Stage, field
from app.bus.wire import Json, dumps, keep_message, kept_message
from app.chat import Message, Outcome, Room, Verdict
from app.chat.refusals import OtherText, RoomIsOver, TooFast, Unavailable
from config.settings import settings

# After so many tries in vain the sweep does not wait any longer between two.
LONGEST_SWEEP_WAIT_SECONDS = 300
FULL_RETRY_AFTER_SECONDS = 5
# The stages' queues. A message is in exactly one of them, under the number of its acceptance.
TO_JUDGE, TO_KEEP, TO_SHOW = "to_judge", "to_keep", "to_show"

# KEYS: seen, inbox, order, count, spoke, trail, overdue, gone, to_judge
# ARGV: id, digest, entry, room, participant, now (ms), slow mode (ms), most, expires, overdue at (s), field, stage
_ACCEPT = """
if redis.call('EXISTS', KEYS[8]) == 1 then return {'gone', 0} end
local known = redis.call('HGET', KEYS[1], ARGV[1])
if known then
  if known == ARGV[2] then return {'again', 0} end
  return {'other', 0}
end
if redis.call('ZCARD', KEYS[3]) >= tonumber(ARGV[8]) then return {'full', 0} end
local slow = tonumber(ARGV[7])
if slow > 0 then
  local spoke = tonumber(redis.call('HGET', KEYS[5], ARGV[5]) or '0')
  local wait = spoke + slow - tonumber(ARGV[6])
  if wait > 0 then return {'slow', wait} end
  redis.call('HSET', KEYS[5], ARGV[5], ARGV[6])
  redis.call('EXPIREAT', KEYS[5], ARGV[9])
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('HSET', KEYS[2], ARGV[1], ARGV[3])
local number = redis.call('INCR', KEYS[4])
redis.call('ZADD', KEYS[3], number, ARGV[1])
redis.call('ZADD', KEYS[9], number, ARGV[1])
redis.call('HSET', KEYS[6], ARGV[11], ARGV[12])
for _, i in ipairs({1, 2, 3, 4, 6, 9}) do redis.call('EXPIREAT', KEYS[i], ARGV[9]) end
redis.call('ZADD', KEYS[7], 'NX', ARGV[10], ARGV[4])
return {'new', 0}
"""

# KEYS: order, a stage's queue, inbox. ARGV: ids. The entries of the queue up to the last of the ids, in order.
_WAITING = """
local last = -1
for _, id in ipairs(ARGV) do
  local number = redis.call('ZSCORE', KEYS[1], id)
  if number then last = math.max(last, tonumber(number)) end
end
if last < 0 then return {} end
local found = {}
for _, id in ipairs(redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', last)) do
  local entry = redis.call('HGET', KEYS[3], id)
  if entry then found[#found + 1] = entry else redis.call('ZREM', KEYS[2], id) end
end
return found
"""

# KEYS: order, a stage's queue, the next one's, inbox. ARGV: field to add, id, JSON, id, JSON, …
# The first to write a field is the one that stays; the message moves on to the next stage's queue.
_MOVE_ON = """
for i = 2, #ARGV, 2 do
  local id, entry = ARGV[i], redis.call('HGET', KEYS[4], ARGV[i])
  if entry and redis.call('ZREM', KEYS[2], id) == 1 then
    redis.call('HSET', KEYS[4], id, string.sub(entry, 1, -2) .. ',"' .. ARGV[1] .. '":' .. ARGV[i + 1] .. '}')
    redis.call('ZADD', KEYS[3], redis.call('ZSCORE', KEYS[1], id), id)
  end
end
local lives = redis.call('PTTL', KEYS[1])
if lives > 0 then redis.call('PEXPIRE', KEYS[3], lives) end
"""

# KEYS: inbox, order, the stages' three queues, tries, overdue. ARGV: room, overdue at, ids …
_CLEAR = """
for i = 3, #ARGV do
  redis.call('HDEL', KEYS[1], ARGV[i])
  for k = 2, 5 do redis.call('ZREM', KEYS[k], ARGV[i]) end
end
redis.call('DEL', KEYS[6])
if redis.call('ZCARD', KEYS[2]) == 0 then redis.call('ZREM', KEYS[7], ARGV[1])
else redis.call('ZADD', KEYS[7], ARGV[2], ARGV[1]) end
"""


class Acceptance(StrEnum):
    """What became of handing a message in."""

    NEW = "new"
    AGAIN = "again"


@dataclass(frozen=True, slots=True)
class Fate:
    """What the store made of a message: shown, held, rejected or removed."""

    state: str
    seq: int | None = None
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """A message in the inbox, with whatever the hops have added so far."""

    message: Message
    verdict: Verdict | None
    fate: Fate | None


def digest(message: Message) -> str:
    """What tells the same message from another one under the same id, without keeping its text."""
    return hashlib.sha256(f"{message.room_id}\n{message.participant_id}\n{message.text}".encode()).hexdigest()


def accept(room: Room, message: Message) -> Acceptance:
    """Takes a message into durable hands, once.

    Args:
        room: the live room; its slow mode and its end count here.
        message: with its text as it is to be judged.

    Raises:
        RoomIsOver: the room has been forgotten meanwhile.
        OtherText: the id was used for another text.
        TooFast: the room is in slow mode, or its inbox is full.
        Unavailable: Redis is away: nothing was accepted.
    """
    now, chosen = datetime.now(UTC), settings()
    nouns = ("seen", "inbox", "order", "count", "spoke", "trail")
    keys = [*(channels.key(room.id, noun) for noun in nouns), channels.OVERDUE, channels.gone_key(room.id)]
    keys.append(channels.key(room.id, TO_JUDGE))
    arguments = (
        message.id,
        digest(message),
        dumps({"message": keep_message(message)}),
        room.id,
        message.participant_id,
        int(now.timestamp() * 1000),
        room.slow_mode * 1000,
        chosen.inbox_max_messages,
        expiry(room),
        now.timestamp() + chosen.sweep_overdue_seconds,
        field(message.id, "accepted"),
        Stage("accepted", "accepted").to_text(now),
    )
    with answering():
        outcome, wait = script(_ACCEPT)(keys=keys, args=arguments)
    if outcome == "gone":
        raise RoomIsOver
    if outcome == "other":
        raise OtherText
    if outcome == "slow":
        raise TooFast(max(1, -(-int(wait) // 1000)))
    if outcome == "full":
        raise Unavailable(retry_after=FULL_RETRY_AFTER_SECONDS)
    return Acceptance(outcome)


def get(room_id: str, message_id: str) -> Entry | None:
    """A message that is still on its walk."""
    with answering():
        kept = redis().hget(channels.key(room_id, "inbox"), message_id)
    return _entry(kept) if kept else None


def to_judge(room_id: str, ids: Sequence[str]) -> tuple[Entry, ...]:
    """All that the room accepted up to the last of these ids and that nobody has judged, in order."""
    return _waiting(room_id, TO_JUDGE, ids)


def to_keep(room_id: str, ids: Sequence[str]) -> tuple[Entry, ...]:
    """All that is judged, up to the last of these ids, and that the store does not have yet, in order."""
    return _waiting(room_id, TO_KEEP, ids)


def to_show(room_id: str, ids: Sequence[str]) -> tuple[Entry, ...]:
    """All that the store has, up to the last of these ids, and that is not delivered yet, in order."""
    return _waiting(room_id, TO_SHOW, ids)


def judged(room_id: str, verdicts: Mapping[str, Verdict]) -> None:
    """Writes verdicts; a message that has one already keeps it."""
    moved = {each: _verdict_to_json(verdict) for each, verdict in verdicts.items()}
    _move_on(room_id, TO_JUDGE, TO_KEEP, "verdict", moved)


def settled(room_id: str, fates: Mapping[str, Fate]) -> None:
    """Writes what the store made of messages; the first word stays."""
    _move_on(room_id, TO_KEEP, TO_SHOW, "fate", {each: asdict(fate) for each, fate in fates.items()})


def clear(room_id: str, ids: Sequence[str]) -> None:
    """Lets go of messages whose walk is over."""
    nouns = ("inbox", "order", TO_JUDGE, TO_KEEP, TO_SHOW, "tries")
    keys = [*(channels.key(room_id, noun) for noun in nouns), channels.OVERDUE]
    overdue = datetime.now(UTC).timestamp() + settings().sweep_overdue_seconds
    with answering():
        script(_CLEAR)(keys=keys, args=[room_id, overdue, *ids])


def overdue(now: datetime, limit: int) -> tuple[str, ...]:
    """Rooms with something accepted that should have been delivered by now."""
    with answering():
        return tuple(redis().zrangebyscore(channels.OVERDUE, "-inf", now.timestamp(), start=0, num=limit))


def again(room_id: str, now: datetime, limit: int) -> tuple[str, ...]:
    """The ids to send again for a room, and a longer wait before the next time."""
    with answering():
        ids = tuple(redis().zrange(channels.key(room_id, "order"), 0, limit - 1))
        if not ids:
            redis().zrem(channels.OVERDUE, room_id)
            return ()
        tries = redis().incr(channels.key(room_id, "tries"))
        redis().expire(channels.key(room_id, "tries"), channels.EXPIRY_SLACK_SECONDS)
        wait = min(settings().sweep_overdue_seconds * 2 ** min(tries, 16), LONGEST_SWEEP_WAIT_SECONDS)
        redis().zadd(channels.OVERDUE, {room_id: now.timestamp() + wait})
    return ids


def _waiting(room_id: str, queue: str, ids: Sequence[str]) -> tuple[Entry, ...]:
    keys = [channels.key(room_id, noun) for noun in ("order", queue, "inbox")]
    with answering():
        return tuple(map(_entry, script(_WAITING)(keys=keys, args=ids)))


def _move_on(room_id: str, queue: str, following: str, field: str, values: Mapping[str, Json]) -> None:
    if values:
        pairs = [part for each, value in values.items() for part in (each, dumps(value))]
        keys = [channels.key(room_id, noun) for noun in ("order", queue, following, "inbox")]
        with answering():
            script(_MOVE_ON)(keys=keys, args=[field, *pairs])


def _entry(text: str) -> Entry:
    kept = json.loads(text)
    verdict, fate = kept.get("verdict"), kept.get("fate")
    return Entry(
        message=kept_message(kept["message"]),
        verdict=_verdict_from_json(verdict) if verdict else None,
        fate=Fate(**fate) if fate else None,
    )


def _verdict_to_json(verdict: Verdict) -> Json:
    return {
        "outcome": verdict.outcome.value,
        "text": verdict.text,
        "reason": verdict.reason,
        "check": verdict.check,
    }


def _verdict_from_json(kept: Json) -> Verdict:
    return Verdict(**{**kept, "outcome": Outcome(kept["outcome"])})
