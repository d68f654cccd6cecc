"""The stages of a message's walk: what waits for each, and moving on to the next.

A hop takes everything in its queue up to the last of its ids, so an earlier message is never
overtaken by a later one, however many workers there are and whichever chain comes first: a chain
that is early does the work of the late one, which then finds it done.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache

from app.bus import channels
from app.bus.connection import answering, script
from app.bus.inbox import QUEUES, TO_JUDGE, TO_KEEP, TO_SHOW
from app.bus.trail import Stage
from app.bus.wire import Json, dumps, kept_message, loads
from app.chat import Message, Outcome, Verdict
from config.settings import settings

# How a message fared at a stage: what is kept of it, the outcome, the reason.
Fare = tuple[str, str, str | None]
PASSED = '{"outcome":"pass"}'
PEOPLE_AT_HAND = 4096
# What a hop takes at once; it comes back for the rest.
MOST_AT_ONCE = 500

# KEYS: order, a stage's queue, inbox, tries. ARGV: the most, ids. Answers 1 if there is more, then id and entry of what
# waits in the queue up to the last of the ids, in order; fewer where the sweep has found that so many are too many.
# It is noted that a worker has begun: the sweep blames no message for a worker that is not there.
_WAITING = """
local last = -1
for i = 2, #ARGV do
  local number = redis.call('ZSCORE', KEYS[1], ARGV[i])
  if number then last = math.max(last, tonumber(number)) end
end
if last < 0 then return {0} end
local most = math.min(tonumber(ARGV[1]), tonumber(redis.call('HGET', KEYS[4], 'most') or ARGV[1]))
local ids = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', last, 'LIMIT', 0, most)
if #ids > 0 then
  redis.call('HSET', KEYS[4], 'begun', 1)
  redis.call('EXPIRE', KEYS[4], 3600)
end
local found = {#ids == most and 1 or 0}
for _, id in ipairs(ids) do
  local entry = redis.call('HGET', KEYS[3], id)
  if entry then found[#found + 1] = id; found[#found + 1] = entry else redis.call('ZREM', KEYS[2], id) end
end
return found
"""

# KEYS: order, a stage's queue, the next one's, inbox, trail. ARGV: stage, field to add to the entry or nothing to
# replace it, then for each group that fares alike: value, trail's text, how many, ids …
# The first to move a message on is the one whose word stays.
_MOVE_ON = """
local i = 3
while i < #ARGV do
  for k = i + 3, i + 2 + tonumber(ARGV[i + 2]) do
    local id, value = ARGV[k], ARGV[i]
    local entry = redis.call('HGET', KEYS[4], id)
    if entry and redis.call('ZREM', KEYS[2], id) == 1 then
      if ARGV[2] ~= '' then value = string.sub(entry, 1, -2) .. ',"' .. ARGV[2] .. '":' .. value .. '}' end
      redis.call('HSET', KEYS[4], id, value)
      redis.call('ZADD', KEYS[3], redis.call('ZSCORE', KEYS[1], id), id)
      redis.call('HSETNX', KEYS[5], id .. ':' .. ARGV[1], ARGV[i + 1])
    end
  end
  i = i + 3 + tonumber(ARGV[i + 2])
end
local lives = redis.call('PTTL', KEYS[1])
if lives > 0 then redis.call('PEXPIRE', KEYS[3], lives); redis.call('PEXPIRE', KEYS[5], lives) end
"""

# KEYS: inbox, order, the stages' three queues, trail, tries, overdue, decided. ARGV: room, overdue at, trail's text,
# how many of the ids were shown, ids … As long as something decided is not done the room stays due when it was.
_CLEAR = """
local shown = tonumber(ARGV[4])
for i = 5, #ARGV do
  local id = ARGV[i]
  if redis.call('ZREM', KEYS[2], id) == 1 and i - 4 <= shown then
    redis.call('HSETNX', KEYS[6], id .. ':delivered', ARGV[3])
  end
  redis.call('HDEL', KEYS[1], id)
  for k = 3, 5 do redis.call('ZREM', KEYS[k], id) end
end
redis.call('DEL', KEYS[7])
if redis.call('EXISTS', KEYS[9]) == 1 then redis.call('ZADD', KEYS[8], 'LT', ARGV[2], ARGV[1])
elseif redis.call('ZCARD', KEYS[2]) == 0 then redis.call('ZREM', KEYS[8], ARGV[1])
else redis.call('ZADD', KEYS[8], ARGV[2], ARGV[1]) end
"""


@dataclass(frozen=True, slots=True)
class Judged:
    """A message with its verdict."""

    message: Message
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Settled:
    """What the store made of a message: shown, held or rejected, or removed meanwhile. Its text is in the store now."""

    id: str
    participant_id: str
    state: str
    reason: str | None = None


def to_judge(room_id: str, ids: Sequence[str]) -> Iterator[list[Message]]:
    """All that the room accepted up to the last of these ids and nobody has judged, in order, a batch at a time."""
    for batch in _waiting(room_id, TO_JUDGE, ids):
        yield [kept_message(kept) for _, kept in batch]


def to_keep(room_id: str, ids: Sequence[str]) -> Iterator[list[Judged]]:
    """All that is judged, up to the last of these ids, and that the store does not have yet, in order, in batches."""
    for batch in _waiting(room_id, TO_KEEP, ids):
        yield [_judged(kept) for _, kept in batch]


def to_show(room_id: str, ids: Sequence[str]) -> Iterator[list[Settled]]:
    """All that the store has, up to the last of these ids, and that is not delivered yet, in order, in batches."""
    for batch in _waiting(room_id, TO_SHOW, ids):
        yield [Settled(id=id_, **kept) for id_, kept in batch]


def judged(room_id: str, verdicts: Iterable[Judged], task_id: str | None = None) -> None:
    """Writes verdicts; a message that has one already keeps it."""
    moves = [
        (each.message.id, (_keep_verdict(each), each.verdict.outcome.value, each.verdict.reason)) for each in verdicts
    ]
    _move_on(room_id, (TO_JUDGE, TO_KEEP), ("moderated", "verdict"), moves, task_id)


def settled(room_id: str, fates: Iterable[Settled], task_id: str | None = None) -> None:
    """Writes what the store made of messages; the first word stays."""
    moves = [(each.id, (_keep_settled(each), each.state, each.reason)) for each in fates]
    _move_on(room_id, (TO_KEEP, TO_SHOW), ("persisted", ""), moves, task_id)


def clear(room_id: str, ids: Sequence[str], shown: Sequence[str] = (), task_id: str | None = None) -> None:
    """Lets go of messages whose walk is over, and notes on the trail which of them were shown."""
    nouns = ("inbox", "order", *QUEUES, "trail", "tries")
    keys = [*(channels.key(room_id, noun) for noun in nouns), channels.OVERDUE, channels.key(room_id, "decided")]
    now, others = datetime.now(UTC), set(ids) - set(shown)
    text = Stage("delivered", "shown", task_id).to_text(now)
    overdue = now.timestamp() + settings().sweep_overdue_seconds
    with answering():
        script(_CLEAR)(keys=keys, args=[room_id, overdue, text, len(shown), *shown, *others])


def _waiting(room_id: str, queue: str, ids: Sequence[str]) -> Iterator[list[tuple[str, Json]]]:
    """What waits, a batch at a time; whoever takes a batch moves it on before he asks for the next."""
    keys = [channels.key(room_id, noun) for noun in ("order", queue, "inbox", "tries")]
    more = True
    while more:
        with answering():
            more, *found = script(_WAITING)(keys=keys, args=[MOST_AT_ONCE, *ids])
        if found:
            yield [(found[i], loads(found[i + 1])) for i in range(0, len(found), 2)]


def _move_on(
    room_id: str,
    queues: tuple[str, str],
    noting: tuple[str, str],
    moves: Sequence[tuple[str, Fare]],
    task_id: str | None,
) -> None:
    """Moves messages from one queue to the next, noted as a stage and under a field."""
    if not moves:
        return
    now, groups = datetime.now(UTC), defaultdict[Fare, list[str]](list)
    for message_id, fare in moves:
        groups[fare].append(message_id)
    arguments: list[object] = [*noting]
    for (value, outcome, reason), ids in groups.items():
        arguments += (value, Stage(noting[0], outcome, task_id, reason).to_text(now), len(ids), *ids)
    keys = [channels.key(room_id, noun) for noun in ("order", *queues, "inbox", "trail")]
    with answering():
        script(_MOVE_ON)(keys=keys, args=arguments)


def _keep_verdict(judged: Judged) -> str:
    """A verdict as it is kept with its message; what says nothing new is left out."""
    verdict = judged.verdict
    if verdict.outcome is Outcome.PASS and verdict.text == judged.message.text:
        return PASSED
    kept = {"outcome": verdict.outcome.value, "text": verdict.text, "reason": verdict.reason, "check": verdict.check}
    return dumps(kept)


def _judged(kept: Json) -> Judged:
    verdict, message = kept.pop("verdict"), kept_message(kept)
    outcome = Outcome(verdict.pop("outcome"))
    return Judged(message, Verdict(outcome, **{"text": message.text, **verdict}))


def _keep_settled(fate: Settled) -> str:
    return _kept_settled(fate.participant_id, fate.state, fate.reason)


@lru_cache(maxsize=PEOPLE_AT_HAND)
def _kept_settled(participant_id: str, state: str, reason: str | None) -> str:
    kept: Json = {"participant_id": participant_id, "state": state}
    return dumps(kept if reason is None else {**kept, "reason": reason})
