"""Marks are set on a message that is shown: a vote by a participant; by the host that it is answered, or pinned."""

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    """What may be done with a mark, and what takes it back."""

    VOTE = "vote"
    UNVOTE = "unvote"
    ANSWER = "answer"
    UNANSWER = "unanswer"
    PIN = "pin"
    UNPIN = "unpin"


@dataclass(frozen=True, slots=True)
class Wish:
    """A mark that somebody wants to set or to take back.

    Attributes:
        mark: which one.
        message_id: on which message.
        participant_id: whose vote it is; nobody's where the host wishes.
        by: who moderates, where it is no vote.
    """

    mark: Mark
    message_id: str
    participant_id: str = ""
    by: str = ""
