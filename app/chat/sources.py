"""A source is one room's search on one outside network; what it finds is posted into the room."""

from dataclasses import dataclass
from typing import Final

KINDS: Final = ("x", "mastodon", "bluesky")


@dataclass(frozen=True, slots=True)
class Source:
    """What a room follows elsewhere: a network and what is searched for on it."""

    kind: str
    query: str

    def __post_init__(self) -> None:
        if self.kind not in KINDS:
            raise ValueError(f"A source is one of {', '.join(KINDS)}; {self.kind!r} is not.")
        if not self.query.strip():
            raise ValueError("Say what the source is to search for, for example #parley.")
