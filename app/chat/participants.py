"""A participant is one device in one room: a nickname that may change, and a glyph that never does."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import sha256
from typing import Final

from app.chat.characters import can_be_seen, count, joined_lines, seen
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

# So many are tried for a glyph that nobody has: with eleven of twelve colours taken all fail once in 6,000 times.
_DRAWS: Final = 100


@dataclass(frozen=True, slots=True)
class Glyph:
    """A colour and a sign, so that two people with one nickname can be told apart."""

    colour: str
    sign: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Participant:
    """Somebody in a room: one device, whatever it is called.

    Attributes:
        role: "host" or "helper" for whoever joined as such, as long as `role_key` holds (`Room.role_of`).
        role_key: which key made him so.
        joined_at: when the device first came.
        muted_until: until when he is muted.
        banned: whether the device may not be here at all.
        admitted: whether he was let in, where one has to knock.
        entered_with: which of the room's passwords he gave (`password_mark`).
        version: how often he has changed; a later one wins.
    """

    id: str
    room_id: str
    nickname: str
    glyph: Glyph
    role: str = ""
    role_key: str = ""
    joined_at: datetime | None = field(default=None, compare=False)
    muted_until: datetime | None = None
    banned: bool = False
    admitted: bool = True
    entered_with: str = ""
    version: int = field(default=0, compare=False)

    def is_muted(self, now: datetime) -> bool:
        """Tell whether he is muted now."""
        return self.muted_until is not None and now < self.muted_until


def glyph_for(participant_id: str) -> Glyph:
    """Give a participant the glyph that their id stands for: always the same one."""
    number = int.from_bytes(sha256(participant_id.encode()).digest()[:8], "big")
    rest, colour = divmod(number, len(GLYPH_COLOURS))
    return Glyph(GLYPH_COLOURS[colour], GLYPH_SIGNS[rest % len(GLYPH_SIGNS)])


def glyph_unlike(participant_id: str, others: Iterable[Glyph]) -> Glyph:
    """Give a newcomer a glyph unlike the others': another colour while there is one left, else another sign."""
    glyphs = Counter(others)
    colours = Counter(glyph.colour for glyph in glyphs.elements())
    drawn = (glyph_for(f"{participant_id}{number or ''}") for number in range(_DRAWS))
    best, least = None, (0, 0)
    for glyph in drawn:
        alike = (glyphs[glyph], colours[glyph.colour])
        if best is None or alike < least:
            best, least = glyph, alike
        if not any(alike):
            break
    return best or glyph_for(participant_id)


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
