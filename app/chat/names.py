"""What a room can be called: its name is its address, its code is read out loud."""

import re
import secrets
import unicodedata
from typing import Final

from app.chat.characters import can_be_seen, count, joined_lines, seen
from app.chat.refusals import BadName, TooLong
from app.chat.words import english

NAME_MIN: Final = 2
NAME_MAX: Final = 40
RAW_NAME_MAX: Final = 200  # longer than this is no mistyped name, and is not worth folding

# Letters and digits of which no two look alike in capitals: no O or 0, no I or L beside 1, no S beside 5, no Z beside
# 2, no B beside 8. A guesser who may try 30 of the 29⁷ codes a minute needs about 400 days to meet one of 1,000 rooms.
CODE_ALPHABET: Final = "123456789ACDEFGHJKMNPQRTUVWXY"
CODE_LENGTH: Final = 7
_LOOK_ALIKES: Final = str.maketrans("ILSZB", "11528")

# Addresses of Parley's own, and names that would pass for it.
RESERVED_NAMES: Final = frozenset(
    """
    about account accounts admin administrator android-chrome api app apple-touch-icon assets auth blog browserconfig
    cgi-bin code codes contact cookies css docs documentation download edit embed error errors events faq favicon feed
    feeds flower fonts health healthz help home host hosts icon icons images imprint img index info j join js language
    legal livez login logout mail manifest message messages metrics new null official operator parley ping press privacy
    projector public qr readyz receipt receipts report reports robots room rooms root rss search security server
    service-worker settings setup share signup site sitemap socket source sources sse static status stats stream
    support sw system terms test-echo trail transcript transcripts undefined user users v1 well-known www ws
    """.split()  # noqa: SIM905 - a list of words reads best as words
)

# Letters that do not come apart into a letter and an accent.
_SPELLED: Final = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ħ": "h", "ŧ": "t", "ı": "i"}
)
_BETWEEN_WORDS: Final = re.compile(r"[\s_\-\u2010-\u2015]+")
_NAME: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")

_QUALITIES: Final = """
    able airy amber ample apt avid bold brave brief bright brisk busy calm clear clever cosy crisp deep eager early
    easy even fair fast fine firm fond fresh full gentle glad golden good grand green happy keen kind large lively
    loud lucky merry mild neat nice noble open plain proud quick quiet rapid ready rosy round sharp silver smart
    soft sunny swift warm wise
""".split()  # noqa: SIM905
_THINGS: Final = """
    acorn apple arrow badger basil beaver birch bridge brook candle canoe cedar cherry cloud clover comet coral
    crane daisy dove falcon fern finch forest fox garden ginger harbor hazel heron island ivy jasper kettle lake
    lark lemon lily linden maple marble meadow melon moon otter owl pebble pepper pine planet plum pond poppy river
    robin rocket sparrow spruce thyme tiger tulip violet willow wren
""".split()  # noqa: SIM905
# Beside the words: together as hard to guess as a code, so that a room without a chosen name is found by its link only.
_TAIL_ALPHABET: Final = "acdefhjkmnprtuvwxy347"
_TAIL_LENGTH: Final = 5


def clean_name(raw: str) -> str:
    """Make an address of what somebody typed: "CS 101: Übung" cannot be one, "CS 101 Übung" becomes cs-101-ubung."""
    if len(raw) > RAW_NAME_MAX:
        raise BadName(
            english("That name is too long. Choose one of %(least)d to %(most)d letters, digits and hyphens."),
            least=NAME_MIN,
            most=NAME_MAX,
        )
    name = str(_BETWEEN_WORDS.sub("-", _without_accents(raw.strip()))).strip("-")
    if not _NAME.fullmatch(name):
        raise BadName(english("Use only the letters a to z, digits and hyphens in the name, for example biology-101."))
    if not NAME_MIN <= len(name) <= NAME_MAX:
        raise BadName(
            english("That name has %(length)d characters. Choose one of %(least)d to %(most)d."),
            length=len(name),
            least=NAME_MIN,
            most=NAME_MAX,
        )
    if name in RESERVED_NAMES:
        raise BadName(
            english("Parley needs the name %(name)s for itself. Choose another one, for example %(name)s-room."),
            name=name,
        )
    return name


def _without_accents(raw: str) -> str:
    letters = unicodedata.normalize("NFKD", raw.casefold().translate(_SPELLED))
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold()


def new_name() -> str:
    """Make up a name that can be read out and cannot be guessed, such as calm-otter-k7mdh."""
    tail = "".join(secrets.choice(_TAIL_ALPHABET) for _ in range(_TAIL_LENGTH))
    return f"{secrets.choice(_QUALITIES)}-{secrets.choice(_THINGS)}-{tail}"


def new_code() -> str:
    """Make up a room's code: seven letters, none that look alike."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def clean_code(raw: str) -> str | None:
    """Read a code as people type it: small letters, spaces, hyphens and look-alikes are forgiven."""
    if len(raw) > RAW_NAME_MAX:
        return None
    code = str(_BETWEEN_WORDS.sub("", raw)).upper().translate(_LOOK_ALIKES)
    return code if len(code) == CODE_LENGTH and all(letter in CODE_ALPHABET for letter in code) else None


def clean_title(raw: str, max_length: int) -> str:
    """Make one clean line of a room's title; it may be empty."""
    return _at_most(max_length, joined_lines(seen(raw)))


def clean_rules(raw: str, max_length: int) -> str:
    """Clean a room's rules; they may have lines, and may be empty."""
    return _at_most(max_length, seen(raw).strip())


def _at_most(limit: int, text: str) -> str:
    if not can_be_seen(text):
        return ""
    length = count(text)
    if length > limit:
        raise TooLong(length, limit)
    return text
