"""A message is judged before it is shown: it passes, it is held for the host, or it is rejected."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, Protocol, runtime_checkable

from app.chat.messages import Message
from app.chat.reasons import NOT_CHECKED
from app.chat.rooms import Room


class Outcome(StrEnum):
    """What becomes of a message."""

    PASS = "pass"  # noqa: S105 - no password
    HOLD = "hold"
    REJECT = "reject"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check says: the outcome, the text as it is to be shown, and why."""

    outcome: Outcome
    text: str
    reason: str | None = None
    check: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """What a check may know of whoever wrote a message.

    Attributes:
        joined_at: when this device came into the room, if that is known.
        muted_until: until when he is not heard.
        banned: whether he was put out of the room.
    """

    joined_at: datetime | None = None
    muted_until: datetime | None = None
    banned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What was counted when a message was accepted; nothing where its room has nothing counted.

    Attributes:
        device: how much its device has said lately, in thousandths of a short message, this one included.
        network: the same of all devices of its network together.
        own: how often its device has said this text lately, this time included.
        devices: how many devices have said this text lately, this one included.
    """

    device: int = 0
    network: int = 0
    own: int = 0
    devices: int = 0


ANYBODY: Final = Author()
NOTHING_COUNTED: Final = Facts()


@dataclass(frozen=True, slots=True)
class Asked:
    """What a check is asked about: a message as the checks before have left it, where, by whom, and what was counted.

    It brings all that a verdict may depend on, the time of its acceptance included: judged twice it fares alike.
    """

    message: Message
    room: Room
    author: Author = ANYBODY
    facts: Facts = NOTHING_COUNTED

    @property
    def text(self) -> str:
        """What was said, as it would be shown now."""
        return self.message.text

    @property
    def by_moderator(self) -> bool:
        """Whether the host or a helper has said it, who would only have to release it himself."""
        return self.message.role != ""


class Check(Protocol):
    """One thing that is looked at; it answers nothing if it finds nothing."""

    @property
    def name(self) -> str:
        """What the settings call it."""

    def __call__(self, asked: Asked) -> Verdict | None:
        """Look at a message."""


@runtime_checkable
class Choosy(Protocol):
    """A check that has nothing to say in some rooms, and is not asked about every message there."""

    def minds(self, room: Room) -> bool:
        """Tell whether a room wants this looked at."""


def minding(checks: Sequence[Check], room: Room) -> tuple[Check, ...]:
    """The checks that may have something to say in a room."""
    return tuple(check for check in checks if not isinstance(check, Choosy) or check.minds(room))


def judge(asked: Asked, checks: Sequence[Check]) -> Verdict:
    """Judge a message by each check in turn; the first that holds or rejects it decides.

    A check may hand another text on to the next, and say why. One that fails holds the message: nothing is shown
    unlooked at.
    """
    changed: Verdict | None = None
    for check in checks:
        verdict = _ask(check, asked)
        if verdict is None:
            continue
        if verdict.outcome is not Outcome.PASS:
            return verdict
        if verdict.reason:
            changed = verdict
        if verdict.text != asked.text:
            asked = replace(asked, message=replace(asked.message, text=verdict.text))
    if changed:
        return replace(changed, text=asked.text)
    return Verdict(Outcome.PASS, asked.text)


def _ask(check: Check, asked: Asked) -> Verdict | None:
    try:
        return check(asked)
    except Exception:  # noqa: BLE001 - checks are pluggable: whatever one trips over, the host decides
        return Verdict(Outcome.HOLD, asked.text, NOT_CHECKED, check.name)
