"""Dead letters: messages that were accepted and cannot be delivered. The host sees them with the reason and decides."""

from dataclasses import dataclass
from datetime import UTC, datetime

from app.bus import channels
from app.bus.connection import answering, redis, script
from app.bus.trail import STAGES, Stage, field
from app.bus.wire import kept_author, kept_message
from app.chat import Message

# KEYS: inbox, order, verdicts, fates, trail, dead, how many are dead, facts. ARGV: room, id, reason, field of the
# trail, trail's text. Answers the entry, or nothing where somebody else was first. What the store has is no dead
# letter.
_BURY = """
local entry = redis.call('HGET', KEYS[1], ARGV[2])
local lives = redis.call('PTTL', KEYS[2])
if not entry or redis.call('ZREM', KEYS[2], ARGV[2]) == 0 then return false end
redis.call('HDEL', KEYS[1], ARGV[2])
redis.call('HDEL', KEYS[3], ARGV[2])
redis.call('HDEL', KEYS[8], ARGV[2])
redis.call('HSETNX', KEYS[5], ARGV[4], ARGV[5])
if redis.call('HDEL', KEYS[4], ARGV[2]) == 0 then
  -- Where it came from is nothing to keep beyond its walk.
  redis.call('HSET', KEYS[6], ARGV[2], ARGV[3] .. '\\n' .. string.gsub(entry, '^([^ ;]*);[^ ]*', '%1'))
  redis.call('HINCRBY', KEYS[7], ARGV[1], 1)
end
if lives > 0 then redis.call('PEXPIRE', KEYS[5], lives); redis.call('PEXPIRE', KEYS[6], lives) end
return entry
"""

# KEYS: dead, how many are dead, inbox, order, count, seen, trail, accepted. ARGV: room, id, 1 to revive, what is noted
# as accepted anew, the trail's fields …
_RAISE = """
local letter = redis.call('HGET', KEYS[1], ARGV[2])
if not letter then return 0 end
local lives = redis.call('PTTL', KEYS[1])
redis.call('HDEL', KEYS[1], ARGV[2])
if redis.call('HINCRBY', KEYS[2], ARGV[1], -1) <= 0 then redis.call('HDEL', KEYS[2], ARGV[1]) end
if ARGV[3] == '1' then
  local number = redis.call('INCR', KEYS[5])
  local digest = string.match(redis.call('HGET', KEYS[6], ARGV[2]) or '', '[^:]*$')
  redis.call('HSET', KEYS[3], ARGV[2], string.sub(letter, string.find(letter, '\\n', 1, true) + 1))
  redis.call('ZADD', KEYS[4], number, ARGV[2])
  redis.call('HSET', KEYS[6], ARGV[2], string.format('%d', number) .. ':' .. digest)
  redis.call('ZADD', KEYS[8], number, ARGV[4])
  for i = 5, #ARGV do redis.call('HDEL', KEYS[7], ARGV[i]) end
  if lives > 0 then for i = 3, 8 do redis.call('PEXPIRE', KEYS[i], lives) end end
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
    nouns = ("inbox", "order", "verdicts", "fates", "trail", "dead")
    keys = [*(channels.key(room_id, noun) for noun in nouns), channels.DEAD, channels.key(room_id, "facts")]
    text = Stage(stage, "failed", task_id, reason).to_text(datetime.now(UTC))
    with answering():
        buried = script(_BURY)(keys=keys, args=[room_id, message_id, reason, field(message_id, stage), text])
    return kept_author(buried) if buried else None


def letters(room_id: str) -> tuple[Letter, ...]:
    """The room's dead letters."""
    with answering():
        kept = redis().hvals(channels.key(room_id, "dead"))
    return tuple(_letter(room_id, each) for each in kept)


def letter(room_id: str, message_id: str) -> Letter | None:
    """One dead letter."""
    with answering():
        kept = redis().hget(channels.key(room_id, "dead"), message_id)
    return _letter(room_id, kept) if kept else None


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
    nouns = ("inbox", "order", "count", "seen", "trail", "accepted")
    keys = [channels.key(room_id, "dead"), channels.DEAD, *(channels.key(room_id, noun) for noun in nouns)]
    fields = [field(message_id, stage) for stage in STAGES[1:]]
    accepted = Stage("accepted", "accepted").to_text(datetime.now(UTC))
    with answering():
        return bool(script(_RAISE)(keys=keys, args=[room_id, message_id, int(revive), accepted, *fields]))


def _letter(room_id: str, kept: str) -> Letter:
    reason, _, entry = kept.partition("\n")
    return Letter(kept_message(room_id, entry), reason)
