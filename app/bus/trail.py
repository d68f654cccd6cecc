"""A message's trail: each stage that it passed, when, by which task, with what outcome.

Ids and outcomes only, never text: admins and hosts may read it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from app.bus import channels
from app.bus.connection import answering, redis
from app.bus.wire import Json, dumps, time_to_wire

STAGES = ("accepted", "moderated", "persisted", "delivered")


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
    with answering():
        kept = redis().hmget(channels.key(room_id, "trail"), [field(message_id, s) for s in STAGES])
    return tuple(text for text in kept if text)
