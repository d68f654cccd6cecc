"""A rehearsal: what a room's settings would have done to what was said there, before they are switched on."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from app.chat.checks import rehearsed
from app.chat.floods import USUAL, Limits, counted
from app.chat.messages import Message
from app.chat.moderation import ANYBODY, Asked, Author, Check, Outcome, Verdict, judge, minding
from app.chat.rooms import Room
from app.chat.safety import Safety

MESSAGES_MOST: Final = 500
EXAMPLES_MOST: Final = 20  # of each outcome: what a host can look through
MASKED: Final = "mask"


@dataclass(frozen=True, slots=True)
class Example:
    """A message that would have fared otherwise: what would be shown of it, what becomes of it, and why."""

    id: str
    text: str
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class Rehearsal:
    """What would have become of messages, in numbers, and examples of each kind, the newest first."""

    looked_at: int
    held: int
    rejected: int
    masked: int
    examples: tuple[Example, ...]


def rehearse(
    room: Room,
    safety: Safety,
    messages: Sequence[Message],
    checks: Sequence[Check],
    *,
    authors: Mapping[str, Author] | None = None,
    limits: Limits = USUAL,
) -> Rehearsal:
    """Judge messages once more, by other settings.

    How much was said and how often is counted anew, from the times and the authors of these messages: what stood
    before the first of them, and from which network each came, is not known any more. Whom the host has muted, and
    whether he reads everything first, plays no part.

    Args:
        room: the room.
        safety: the settings to be tried.
        messages: what was said, oldest first.
        checks: those that messages go through here.
        authors: what is known of who said it.
        limits: what is a flood.
    """
    trial = replace(room, safety=safety)
    asking = minding(rehearsed(checks), trial)
    known = authors or {}
    found: list[Example] = []
    for message, facts in zip(messages, counted(messages, limits), strict=True):
        verdict = judge(Asked(message, trial, known.get(message.participant_id, ANYBODY), facts), asking)
        if outcome := _otherwise(message, verdict):
            found.append(Example(message.id, verdict.text, outcome, verdict.reason or ""))
    many = Counter(example.outcome for example in found)
    return Rehearsal(len(messages), many[Outcome.HOLD], many[Outcome.REJECT], many[MASKED], _some(found))


def _otherwise(message: Message, verdict: Verdict) -> str:
    """What becomes of a message that was shown as it is; nothing if it would be again."""
    if verdict.outcome is not Outcome.PASS:
        return verdict.outcome.value
    return MASKED if verdict.text != message.text else ""


def _some(found: Sequence[Example]) -> tuple[Example, ...]:
    """A few examples of each outcome."""
    seen: Counter[str] = Counter()
    some = []
    for example in reversed(found):
        seen[example.outcome] += 1
        if seen[example.outcome] <= EXAMPLES_MOST:
            some.append(example)
    return tuple(some)
