"""Dead letters: messages that were accepted and cannot be delivered. The host sees them with the reason and decides."""

from dataclasses import dataclass
from datetime import UTC, datetime

from app.bus import channels
from app.bus.connection import answering, redis, script
from app.bus.inbox import QUEUES, TO_JUDGE
from app.bus.trail import STAGES, Stage, field
from app.bus.wire import dumps, kept_message, loads
from app.chat import Message

# KEYS: inbox, order, the stages' three queues, trail, dead, how many are dead. ARGV: room, id, reason as JSON, field of
# the trail, trail's text. Answers the author, or nothing where somebody else was first.
_BURY = """
local entry = redis.call('HGET', KEYS[1], ARGV[2])
if not entry or redis.call('ZREM', KEYS[2], ARGV[2]) == 0 then return false end
for i = 3, 5 do redis.call('ZREM', KEYS[i], ARGV[2]) end
redis.call('HDEL', KEYS[1], ARGV[2])
redis.call('HSETNX', KEYS[6], ARGV[4], ARGV[5])
local kept = cjson.decode(entry)
if kept.text then
  redis.call('HSET', KEYS[7], ARGV[2], string.sub(entry, 1, -2) .. ',"why":' .. ARGV[3] .. '}')
  redis.call('HINCRBY', KEYS[8], ARGV[1], 1)
  local lives = redis.call('PTTL', KEYS[6])
  if lives > 0 then redis.call('PEXPIRE', KEYS[7], lives) end
end
return kept.participant_id
"""

# KEYS: dead, how many are dead, inbox, order, count, to_judge, trail. ARGV: room, id, 1 to revive, the trail's fields …
_RAISE = """
local entry = redis.call('HGET', KEYS[1], ARGV[2])
if not entry then return 0 end
redis.call('HDEL', KEYS[1], ARGV[2])
if redis.call('HINCRBY', KEYS[2], ARGV[1], -1) <= 0 then redis.call('HDEL', KEYS[2], ARGV[1]) end
if ARGV[3] == '1' then
  local number = redis.call('INCR', KEYS[5])
  redis.call('HSET', KEYS[3], ARGV[2], entry)
  redis.call('ZADD', KEYS[4], number, ARGV[2])
  redis.call('ZADD', KEYS[6], number, ARGV[2])
  for i = 4, #ARGV do redis.call('HDEL', KEYS[7], ARGV[i]) end
  local lives = redis.call('PTTL', KEYS[7])
  if lives > 0 then for i = 3, 6 do redis.call('PEXPIRE', KEYS[i], lives) end end
end
return 1
"""


@dataclass(frozen=True, slots=True)
class Letter:
    """A message that could not be delivered, and why."""

    message: Message
    reason: str


def bury(room_id: str, message_id: str, stage: str, reason: str, task_id: str | None = None) -> str | None:
    """Takes a message off its walk for good, with a reason.

    Args:
        room_id: the room.
        message_id: the message; its text is kept for the host unless the store has it.
        stage: where on its walk it failed, as the trail names it.
        reason: why, in words for its author.
        task_id: which task gave up.

    Returns:
        Its author's id, or None if it was not on its walk any longer.
    """
    nouns = ("inbox", "order", *QUEUES, "trail", "dead")
    keys = [*(channels.key(room_id, noun) for noun in nouns), channels.DEAD]
    text = Stage(stage, "failed", task_id, reason).to_text(datetime.now(UTC))
    with answering():
        buried = script(_BURY)(keys=keys, args=[room_id, message_id, dumps(reason), field(message_id, stage), text])
    return buried or None


def letters(room_id: str) -> tuple[Letter, ...]:
    """The room's dead letters."""
    with answering():
        kept = map(loads, redis().hvals(channels.key(room_id, "dead")))
    return tuple(_letter(each) for each in kept)


def letter(room_id: str, message_id: str) -> Letter | None:
    """One dead letter."""
    with answering():
        kept = redis().hget(channels.key(room_id, "dead"), message_id)
    return _letter(loads(kept)) if kept else None


def is_dead(room_id: str, message_id: str) -> bool:
    """Whether a message is a dead letter."""
    with answering():
        return bool(redis().hexists(channels.key(room_id, "dead"), message_id))


def revive(room_id: str, message_id: str) -> bool:
    """Sends a dead letter to the end of the line again, its trail begun anew; says whether it was one."""
    return _raise(room_id, message_id, revive=True)


def drop(room_id: str, message_id: str) -> bool:
    """Lets go of a dead letter; says whether it was one."""
    return _raise(room_id, message_id, revive=False)


def total() -> int:
    """How many dead letters there are in all rooms."""
    with answering():
        return sum(map(int, redis().hvals(channels.DEAD)))


def _raise(room_id: str, message_id: str, *, revive: bool) -> bool:
    nouns = ("inbox", "order", "count", TO_JUDGE, "trail")
    keys = [channels.key(room_id, "dead"), channels.DEAD, *(channels.key(room_id, noun) for noun in nouns)]
    fields = [field(message_id, stage) for stage in STAGES[1:]]
    with answering():
        return bool(script(_RAISE)(keys=keys, args=[room_id, message_id, int(revive), *fields]))


def _letter(kept: dict[str, object]) -> Letter:
    return Letter(kept_message(kept), str(kept["why"]))
