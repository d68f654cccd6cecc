"""A message's trail: each stage that it passed, when, by which task, with what outcome.

Ids and outcomes only, never text: admins and hosts may read it. What passes a stage together has one record there; who
fared otherwise has one of his own.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from app.bus import channels
from app.bus.connection import answering, redis, script
from app.bus.wire import Json, dumps, loads, time_to_wire

STAGES = ("accepted", "moderated", "persisted", "delivered")
# What lets a message go on to the next stage.
WENT_ON = ("accepted", "pass", "shown")

# KEYS: seen, trail, the records of each stage. ARGV: id, the trail's field for each stage.
# Answers two texts for each stage: the message's own, and that of those with whom it passed; "" where there is none.
_READ = """
local found = {}
local number = string.match(redis.call('HGET', KEYS[1], ARGV[1]) or '', '^%d+')
for i = 3, #KEYS do
  local together = number and redis.call('ZRANGEBYSCORE', KEYS[i], number, '+inf', 'LIMIT', 0, 1)[1]
  found[#found + 1] = redis.call('HGET', KEYS[2], ARGV[i - 1]) or ''
  found[#found + 1] = together or ''
end
return found
"""


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of one message's trail."""

    stage: str
    outcome: str
    task_id: str | None = None
    reason: str | None = None

    def to_text(self, at: datetime) -> str:
        """The stage as it is kept; a task and a reason only where there is one."""
        kept: Json = {"stage": self.stage, "at": time_to_wire(at), "outcome": self.outcome}
        more = {"task_id": self.task_id, "reason": self.reason}
        return dumps(kept | {name: value for name, value in more.items() if value})


def field(message_id: str, stage: str) -> str:
    """Where one stage of one message stands in the room's hash."""
    return f"{message_id}:{stage}"


def note(room_id: str, stages: Mapping[str, Stage], expires: int) -> None:
    """Notes a stage for each message; the first to note it is the one that stays.

    Args:
        room_id: the room.
        stages: message id → stage.
        expires: when the trail goes by itself, in Unix seconds.
    """
    if not stages:
        return
    now, trail = datetime.now(UTC), channels.key(room_id, "trail")
    with answering(), redis().pipeline(transaction=False) as pipe:
        for message_id, stage in stages.items():
            pipe.hsetnx(trail, field(message_id, stage.stage), stage.to_text(now))
        pipe.expireat(trail, expires)
        pipe.execute()


def read(room_id: str, message_id: str) -> tuple[str, ...]:
    """The stages that a message has passed, as JSON texts, in the order of the walk."""
    keys = [channels.key(room_id, noun) for noun in ("seen", "trail", *STAGES)]
    with answering():
        found = script(_READ)(keys=keys, args=[message_id, *(field(message_id, stage) for stage in STAGES)])
    passed, alone = [], False
    for own, together in zip(found[::2], found[1::2], strict=True):
        if text := own or ("" if alone else together):
            passed.append(text)
        # Who was stopped does not pass the next stage with those who came behind.
        alone = alone or bool(own and loads(own)["outcome"] not in WENT_ON)
    return tuple(passed)
