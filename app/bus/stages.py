"""The stages of a message's walk: what waits for each, and moving on to the next; `app.bus.showing` is the last one.

A room's messages walk in the order of their acceptance, so one number a stage says how far the walk has come. A hop
takes everything that waits for its stage up to the last of its ids: an earlier message is never overtaken by a later
one, however many workers there are and whichever chain comes first. A chain that is early does the work of the late
one, which then finds it done.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime

from app.bus import channels, counting
from app.bus.bell import TO_ONE
from app.bus.connection import answering, script
from app.bus.lua import IN_LOTS, LAST_OF
from app.bus.trail import Stage, field
from app.bus.wire import dumps, keep_message, kept_message, loads, time_to_wire
from app.chat import Facts, Message, Outcome, Verdict

# What a hop takes at once; it comes back for the rest.
MOST_AT_ONCE = 500
# How far the walk has come, in a room's hash `walk`: the number of the last message that is judged, that is kept.
JUDGED, KEPT = "judged", "kept"

# KEYS: order, walk, inbox, verdicts, tries, facts. ARGV: how far the stage has come, how far the one before or "", the
# most, ids. Answers 1 if there is more, then id, entry, verdict and facts of what waits up to the last of the ids, in
# order; fewer where the sweep has found that so many are too many. It is noted for the sweep that a worker has begun:
# it blames no message for a worker that is not there.
_WAITING = (
    LAST_OF
    + """
local last, most = last_of(KEYS[1], 4), tonumber(ARGV[3])
if not last then return {0} end
local from = redis.call('HGET', KEYS[2], ARGV[1]) or '0'
if ARGV[2] ~= '' then last = math.min(last, tonumber(redis.call('HGET', KEYS[2], ARGV[2]) or '0')) end
local suspected = redis.call('EXISTS', KEYS[5]) == 1
if suspected then most = math.min(most, tonumber(redis.call('HGET', KEYS[5], 'most') or most)) end
local ids = redis.call('ZRANGEBYSCORE', KEYS[1], '(' .. from, last, 'LIMIT', 0, most)
if #ids == 0 then return {0} end
if suspected then redis.call('HSET', KEYS[5], 'begun', 1) end
local entries, found = redis.call('HMGET', KEYS[3], unpack(ids)), {#ids == most and 1 or 0}
local verdicts = redis.call('EXISTS', KEYS[4]) == 1 and redis.call('HMGET', KEYS[4], unpack(ids)) or {}
local facts = redis.call('EXISTS', KEYS[6]) == 1 and redis.call('HMGET', KEYS[6], unpack(ids)) or {}
for i, id in ipairs(ids) do
  if entries[i] then
    found[#found + 1], found[#found + 2] = id, entries[i]
    found[#found + 1], found[#found + 2] = verdicts[i] or '', facts[i] or ''
  else
    redis.call('ZREM', KEYS[1], id)
  end
end
return found
"""
)

# KEYS: order, walk, a hash for what is noted of single messages, trail, the stage's records, inbox. ARGV: how far the
# stage has come, its record, how many ids, ids …, then id, hash's value, trail's field, trail's text and entry for each
# message of which something is noted; "" is not noted. The first to move a message on is the one whose word stays.
_MOVE_ON = (
    IN_LOTS
    + """
local function expire(key)
  local lives = redis.call('PTTL', KEYS[1])
  if lives > 0 and redis.call('PTTL', key) == -1 then redis.call('PEXPIRE', key, lives) end
end
local far, count, numbers = tonumber(redis.call('HGET', KEYS[2], ARGV[1]) or '0'), tonumber(ARGV[3]), {}
local found, last = redis.call('ZMSCORE', KEYS[1], unpack(ARGV, 4, 3 + count)), far
local moved = 0
for k = 1, count do
  local number = found[k] and tonumber(found[k]) or 0
  numbers[ARGV[3 + k]], last = number, math.max(last, number)
  if number > far then moved = moved + 1 end
end
if last == far then return end
if redis.call('ZCOUNT', KEYS[1], '(' .. string.format('%d', far), last) > moved then
  return redis.error_reply('BETWEEN: something waits that would be passed over')
end
local noted = {}
for i = 4 + count, #ARGV, 5 do
  if numbers[ARGV[i]] > far then
    if ARGV[i + 1] ~= '' then noted[#noted + 1], noted[#noted + 2] = ARGV[i], ARGV[i + 1] end
    if ARGV[i + 2] ~= '' then redis.call('HSETNX', KEYS[4], ARGV[i + 2], ARGV[i + 3]) end
    if ARGV[i + 4] ~= '' then redis.call('HSET', KEYS[6], ARGV[i], ARGV[i + 4]) end
  end
end
redis.call('HSET', KEYS[2], ARGV[1], string.format('%d', last))
redis.call('ZADD', KEYS[5], last, ARGV[2])
in_lots('HSET', KEYS[3], noted)
for i = 2, 5 do expire(KEYS[i]) end
"""
)


@dataclass(frozen=True, slots=True)
class Judged:
    """A message with its verdict."""

    message: Message
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Settled:
    """What the store made of a message: shown, held or rejected, or removed meanwhile.

    Attributes:
        id: the message.
        participant_id: its author.
        state: what it is in the store.
        reason: why it is not shown.
        seq: its event's number, if it has one.
        at: when the event happened, if it has just done so; without it the store has to be asked what to show.
    """

    id: str
    participant_id: str
    state: str
    reason: str | None = None
    seq: int | None = None
    at: datetime | None = None


def to_judge(room_id: str, ids: Sequence[str]) -> Iterator[list[tuple[Message, Facts]]]:
    """All that the room accepted up to the last of these ids and nobody has judged, in order, a batch at a time."""
    for batch in _waiting(room_id, (JUDGED, ""), ids):
        yield [(kept_message(room_id, entry), counting.facts(facts)) for _, entry, _, facts in batch]


def to_keep(room_id: str, ids: Sequence[str]) -> Iterator[list[Judged]]:
    """All that is judged, up to the last of these ids, and that the store does not have yet, in order, in batches."""
    for batch in _waiting(room_id, (KEPT, JUDGED), ids):
        yield [_judged(kept_message(room_id, entry), verdict) for _, entry, verdict, _ in batch]


def judged(room_id: str, verdicts: Sequence[Judged], task_id: str | None = None) -> None:
    """Moves messages on that wait to be judged; one that has a verdict already keeps it."""
    noted: list[str] = []
    for each in verdicts:
        verdict, message_id = each.verdict, each.message.id
        if verdict.outcome is not Outcome.PASS:
            text = Stage("moderated", verdict.outcome.value, task_id, verdict.reason).to_text(datetime.now(UTC))
            noted += (message_id, _keep_verdict(verdict), field(message_id, "moderated"), text, "")
        elif verdict.text != each.message.text:
            entry = keep_message(replace(each.message, text=verdict.text))
            noted += (message_id, "", *_why_changed(each, task_id), entry)
    record = Stage("moderated", Outcome.PASS.value, task_id)
    _move_on(room_id, (JUDGED, "verdicts"), record, [each.message.id for each in verdicts], noted)


def _why_changed(each: Judged, task_id: str | None) -> tuple[str, str]:
    """What stands on the trail of a message whose text a check has changed and said why; nothing if it has not."""
    if each.verdict.reason is None:
        return "", ""
    stage = Stage("moderated", Outcome.PASS.value, task_id, each.verdict.reason)
    return field(each.message.id, "moderated"), stage.to_text(datetime.now(UTC))


def settled(room_id: str, fates: Sequence[Settled], task_id: str | None = None) -> None:
    """Moves messages on that wait for the store; the first word on what it made of them stays."""
    noted: list[str] = []
    for each in fates:
        if each.state == "shown":
            noted += (each.id, _keep_fate(each), "", "", "")
        else:
            text = Stage("persisted", each.state, task_id, each.reason).to_text(datetime.now(UTC))
            noted += (each.id, _keep_fate(each), field(each.id, "persisted"), text, "")
    record = Stage("persisted", "shown", task_id)
    _move_on(room_id, (KEPT, "fates"), record, [each.id for each in fates], noted)


def _waiting(room_id: str, stages: tuple[str, str], ids: Sequence[str]) -> Iterator[list[tuple[str, str, str, str]]]:
    """What waits, a batch at a time; whoever takes a batch moves it on before he asks for the next."""
    keys = [channels.key(room_id, noun) for noun in ("order", "walk", "inbox", "verdicts", "tries", "facts")]
    more = True
    while more:
        with answering():
            more, *found = script(_WAITING)(keys=keys, args=[*stages, MOST_AT_ONCE, *ids])
        if found:
            yield list(zip(found[::4], found[1::4], found[2::4], found[3::4], strict=True))


def _move_on(room_id: str, stage: tuple[str, str], record: Stage, ids: Sequence[str], noted: Sequence[str]) -> None:
    """Moves messages on to the next stage, with a record for all of them, and notes what differs."""
    far, noun = stage
    if not ids:
        return
    keys = [channels.key(room_id, each) for each in ("order", "walk", noun, "trail", record.stage, "inbox")]
    with answering():
        script(_MOVE_ON)(keys=keys, args=[far, record.to_text(datetime.now(UTC)), len(ids), *ids, *noted])


def _keep_verdict(verdict: Verdict) -> str:
    kept = {"outcome": verdict.outcome.value, "text": verdict.text, "reason": verdict.reason, "check": verdict.check}
    return dumps(kept)


def _judged(message: Message, verdict: str) -> Judged:
    if not verdict:
        return Judged(message, Verdict(Outcome.PASS, message.text))
    kept = loads(verdict)
    return Judged(message, Verdict(Outcome(kept.pop("outcome")), **kept))


def _keep_fate(fate: Settled) -> str:
    """The number and the time of its event, or the number alone, or how to ring the bell for its author, or nothing."""
    if fate.seq is not None:
        return f"{fate.seq} {time_to_wire(fate.at)}" if fate.at else str(fate.seq)
    if fate.state in ("held", "rejected"):
        word = {"type": fate.state, "id": fate.id, "reason": fate.reason or ""}
        return f"{TO_ONE} {fate.participant_id}\n{dumps(word)}"
    return ""
