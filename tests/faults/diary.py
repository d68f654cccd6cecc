"""What is written down during an ordeal: by each client what it said, was told and was shown; by us what was kept."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

RESET = -1
"""Stands among the sights where the house told a client to forget what it shows."""


@dataclass(slots=True)
class Saying:
    """One message, as its author knows it.

    Attributes:
        id: made by the client.
        text: no two are alike in the whole ordeal.
        at: when it was first sent, in seconds of the ordeal's clock.
        sent: its place in the order of everything that its author did and heard.
        told: the place at which the author first heard that it was accepted; None if he never did.
        told_at: when that was.
        verdict: "accepted", "held" or "rejected", as the author was told last; "" if he was told nothing.
        seq: where it is shown, if an answer over HTTP said so.
        tries: how often it was sent because there was no answer, or a refusal, or because it was not shown.
        said_again: whether it was sent again after it had been accepted: on purpose, or not shown after a new hello.
        bad: whether it holds a listed word, and must not be shown.
    """

    id: str
    text: str
    at: float
    sent: int
    told: int | None = None
    told_at: float = 0.0
    verdict: str = ""
    seq: int | None = None
    tries: int = 1
    said_again: bool = False
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Sight:
    """One event as a client was shown it; `id` and `text` are a message's."""

    seq: int
    kind: str
    id: str = ""
    text: str = ""
    author: str = ""
    at: float = 0.0


@dataclass
class Diary:
    """All that one client said, was told and was shown, over all of its connections."""

    name: str
    room: str
    participant: str = ""
    late: bool = False
    said: dict[str, Saying] = field(default_factory=dict)
    seen: list[Sight] = field(default_factory=list)
    odd: list[str] = field(default_factory=list)
    ticks: int = 0

    def tick(self) -> int:
        """The next place in the order of what this client does and hears."""
        self.ticks += 1
        return self.ticks


@dataclass(frozen=True, slots=True)
class Kept:
    """One message as the database has it at the end."""

    id: str
    state: str
    seq: int | None
    text: str
    author: str


@dataclass(frozen=True)
class Book:
    """One room as the database has it at the end: its events as (seq, kind, message id), in order, and its messages."""

    events: Sequence[tuple[int, str, str]]
    messages: Mapping[str, Kept]

    @property
    def last_seq(self) -> int:
        return self.events[-1][0] if self.events else 0
