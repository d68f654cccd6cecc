"""A participant is one device in one room: a nickname that may change, and a glyph that never does."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from app.chat.characters import can_be_seen, count, joined_lines, seen
from app.chat.keys import new_id
from app.chat.refusals import BadNickname
from app.chat.words import english

NICKNAME_MARKS_MAX: Final = 2  # Vietnamese needs two; more only tower over the neighbouring lines
RAW_NICKNAME_MAX: Final = 1000  # one character may become eighteen when it is written out
NICKNAME_CODE_POINTS_MAX: Final = 500  # a nickname of nothing but families has 11 a character; it must fit its column

# The order of both lists is a promise: glyph_for looks a participant's up by its place. Change neither.
GLYPH_COLOURS: Final = (
    "red", "orange", "amber", "lime", "green", "teal", "cyan", "blue", "indigo", "violet", "magenta", "brown",
)  # fmt: skip
# None of them is an emoji to any system, so that each takes the participant's colour.
GLYPH_SIGNS: Final = (
    "●", "■", "▲", "▼", "◆", "★", "✚", "✿", "♪", "♫", "⚑", "☾",
    "⬟", "⬢", "❖", "✦", "✱", "◐", "▣", "◎", "♜", "♞", "♛", "⌂",
)  # fmt: skip

# So many ids are tried for a glyph that nobody has: with eleven of twelve colours taken all fail once in 6,000 times.
_DRAWS: Final = 100


@dataclass(frozen=True, slots=True)
class Glyph:
    """A colour and a sign, so that two people with one nickname can be told apart."""

    colour: str
    sign: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Somebody in a room, as the others see them."""

    id: str
    room_id: str
    nickname: str
    glyph: Glyph


def glyph_for(participant_id: str) -> Glyph:
    """Give a participant the glyph that their id stands for: always the same one."""
    number = int.from_bytes(sha256(participant_id.encode()).digest()[:8], "big")
    rest, colour = divmod(number, len(GLYPH_COLOURS))
    return Glyph(GLYPH_COLOURS[colour], GLYPH_SIGNS[rest % len(GLYPH_SIGNS)])


def new_participant_id(others: Iterable[Glyph]) -> str:
    """Make up an id whose glyph is unlike the others': another colour while there is one left, else another sign."""
    glyphs = Counter(others)
    colours = Counter(glyph.colour for glyph in glyphs.elements())
    best, least = "", (0, 0)
    for _ in range(_DRAWS):
        drawn = new_id()
        glyph = glyph_for(drawn)
        alike = (glyphs[glyph], colours[glyph.colour])
        if not best or alike < least:
            best, least = drawn, alike
        if not any(alike):
            break
    return best


def clean_nickname(raw: str, max_length: int) -> str:
    """Make a nickname of what somebody typed: one line, nothing unseen, no towers of accents."""
    if len(raw) > RAW_NICKNAME_MAX:
        raise BadNickname(
            english("That nickname is far too long. Choose one of at most %(most)d characters."), most=max_length
        )
    nickname = joined_lines(seen(joined_lines(raw), "NFKC", NICKNAME_MARKS_MAX))
    if not can_be_seen(nickname):
        raise BadNickname
    length = count(nickname)
    if length > max_length or len(nickname) > NICKNAME_CODE_POINTS_MAX:
        raise BadNickname(
            english("That nickname is %(length)d characters long. Choose one of at most %(most)d."),
            length=length,
            most=max_length,
        )
    return nickname
