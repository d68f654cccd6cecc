"""A message is a short text from a participant, or from an outside network."""

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from app.chat.characters import can_be_seen, count, seen
from app.chat.participants import Glyph
from app.chat.refusals import Empty, TooLong

_EMPTY_LINES: Final = re.compile(r"\n{3,}")
_MESSAGE_ID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """What somebody said, as everyone sees it.

    Attributes:
        question: whether it asks something, by how it ends or because its author says so.
        votes: how many want it answered, as far as the store had counted when it was read there.
        answered: whether the host has struck it as answered, likewise.
        role: "host" or "helper" where its author was one when he said it.
        network: where it came from, as a key that lives a day (`app.web.networks`); known only on its walk.
    """

    id: str
    room_id: str
    text: str
    participant_id: str
    nickname: str
    glyph: Glyph
    at: datetime
    source: str | None = None
    url: str | None = None
    question: bool = False
    votes: int = 0
    answered: bool = False
    role: str = ""
    network: str = field(default="", compare=False)


def clean_text(raw: str) -> str:
    """Clean a text: composed (NFC), nothing unseen, at most one empty line at a time, no white space around."""
    text = seen(raw)
    if "\n" not in text:
        return text.strip()
    lines = "\n".join(line.rstrip() for line in text.split("\n"))
    return str(_EMPTY_LINES.sub("\n\n", lines)).strip()


def length(text: str) -> int:
    """Count a text's characters as a reader does."""
    return count(text)


def check_text(text: str, max_length: int) -> None:
    """Let a clean text pass if there is something to read and not too much of it."""
    if not can_be_seen(text):
        raise Empty
    characters = length(text)
    if characters > max_length:
        raise TooLong(characters, max_length)


def is_message_id(raw: str) -> bool:
    """Tell whether this can be a message's id: a UUID of any version, in its usual form."""
    return _MESSAGE_ID.fullmatch(raw.lower()) is not None


def clean_message_id(raw: str) -> str:
    """Write a message's id in the one way in which ids are compared: in small letters."""
    if not is_message_id(raw):
        raise ValueError("A message's id is a UUID, for example 0197c1d2-3e4f-7a5b-8c6d-7e8f90a1b2c3. Make a new one.")
    return raw.lower()
