"""A message is judged before it is shown: it passes, it is held for the host, or it is rejected."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from app.chat.reasons import NOT_CHECKED, WAITS_FOR_HOST
from app.chat.rooms import Moderation, Room


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


class Check(Protocol):
    """One thing that is looked at; it answers nothing if it finds nothing."""

    @property
    def name(self) -> str:
        """What the settings call it."""

    def __call__(self, text: str, room: Room) -> Verdict | None:
        """Look at a text of a room."""


def judge(text: str, room: Room, checks: Sequence[Check]) -> Verdict:
    """Judge a text by each check in turn; the first that holds or rejects it decides.

    A check may hand a cleaner text on to the next. One that fails holds the message: nothing is shown unlooked at.
    """
    for check in checks:
        verdict = _ask(check, text, room)
        if verdict is None:
            continue
        if verdict.outcome is not Outcome.PASS:
            return verdict
        text = verdict.text
    if room.moderation == Moderation.BEFORE:
        return Verdict(Outcome.HOLD, text, WAITS_FOR_HOST)
    return Verdict(Outcome.PASS, text)


def _ask(check: Check, text: str, room: Room) -> Verdict | None:
    try:
        return check(text, room)
    except Exception:  # noqa: BLE001 - checks are pluggable: whatever one trips over, the host decides
        return Verdict(Outcome.HOLD, text, NOT_CHECKED, check.name)
