"""Safety: what a room's host wants to have looked at before a message is shown. Without a word from him, little is."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Any, Final

import idna

from app.chat.characters import can_be_seen, count, joined_lines, seen
from app.chat.refusals import BadDomain, BadWord
from app.chat.words import english

# What is in these lists is looked for in every message, and goes with the room wherever it is kept.
ALLOWED_SITES_MAX: Final = 50
OWN_WORDS_MAX: Final = 100
OWN_WORD_MAX: Final = 40
OWN_WORD_MIN: Final = 2  # one letter alone is in every other sentence
NEW_DEVICE_MINUTES_MAX: Final = 1440
# Longer than this is no mistyped address, and is not worth reading (a host's name has at most 253 letters, RFC 1035).
_RAW_SITE_MAX: Final = 300
_SHOWN_MAX: Final = 60
_AFTER_HOST: Final = re.compile(r"[/?#]")
_DOMAIN: Final = re.compile(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+")


class Links(StrEnum):
    """What becomes of a message with a link to a site that is not allowed."""

    ALLOW = "allow"
    HOLD = "hold"
    BLOCK = "block"


class Words(StrEnum):
    """What becomes of a message with a listed word; the default is the operator's choice."""

    DEFAULT = "default"
    HOLD = "hold"
    MASK = "mask"
    REJECT = "reject"
    OFF = "off"


class Guard(StrEnum):
    """Whether something that looks like too much waits for the host."""

    OFF = "off"
    HOLD = "hold"


class NewDevices(StrEnum):
    """Whether those who have just come are heard at once."""

    PASS = "pass"  # noqa: S105 - no password
    HOLD = "hold"


class Raid(StrEnum):
    """What happens when a crowd breaks in."""

    OFF = "off"
    TELL = "tell"
    AUTO = "auto"


@dataclass(frozen=True, slots=True, kw_only=True)
class Safety:
    """A room's settings of the checks.

    Attributes:
        links: what becomes of a message with a link.
        allowed_sites: domains that may be linked to all the same, with all below them.
        words: what becomes of a message with a listed word.
        own_words: words that are listed in this room alone.
        word_languages: the languages whose lists are looked at; none named means the operator's.
        flood: whether many messages in a short time wait for the host.
        repeats: whether the same text again and again does.
        new_devices: whether those who have just come do.
        new_device_minutes: how long one has just come.
        raid: what happens when a crowd breaks in.
    """

    links: Links = Links.ALLOW
    allowed_sites: tuple[str, ...] = ()
    words: Words = Words.DEFAULT
    own_words: tuple[str, ...] = ()
    word_languages: tuple[str, ...] = ()
    flood: Guard = Guard.OFF
    repeats: Guard = Guard.OFF
    new_devices: NewDevices = NewDevices.PASS
    new_device_minutes: int = 5
    raid: Raid = Raid.OFF

    @property
    def counts(self) -> bool:
        """Whether anything has to be counted when a message is accepted."""
        return self.flood is Guard.HOLD or self.repeats is Guard.HOLD

    def to_plain(self) -> dict[str, Any]:
        """The settings in the words of the contract, for whoever keeps them."""
        return {name: _plain(value) for name, value in asdict(self).items()}

    @classmethod
    def of_plain(cls, plain: Mapping[str, Any]) -> "Safety":
        """The settings that `to_plain` gave; raise ValueError. What another version of Parley kept may lack or add."""
        return cls(**{name: _KINDS[name](value) for name, value in plain.items() if name in _KINDS})

    def during_raid(self) -> "Safety":
        """The same with the doors half shut: nobody links anywhere, and too much of anything is held."""
        return replace(self, links=Links.BLOCK, flood=Guard.HOLD, repeats=Guard.HOLD)


_KINDS: Final[Mapping[str, Callable[[Any], Any]]] = MappingProxyType(
    {
        "links": Links,
        "allowed_sites": tuple,
        "words": Words,
        "own_words": tuple,
        "word_languages": tuple,
        "flood": Guard,
        "repeats": Guard,
        "new_devices": NewDevices,
        "new_device_minutes": int,
        "raid": Raid,
    }
)
AS_IT_COMES: Final = Safety()


def _plain(value: object) -> object:
    if isinstance(value, StrEnum):
        return value.value
    return list(value) if isinstance(value, tuple) else value


def clean_domains(raws: Sequence[str]) -> tuple[str, ...]:
    """Make domains of what somebody typed, each once, in their order; raise BadDomain."""
    if len(raws) > ALLOWED_SITES_MAX:
        raise BadDomain(
            english("At most %(most)d sites can be named, and these are %(given)d."),
            most=ALLOWED_SITES_MAX,
            given=len(raws),
        )
    return tuple(dict.fromkeys(map(clean_domain, raws)))


def clean_domain(raw: str) -> str:
    """Make a domain of a name or an address: `https://en.Wikipedia.org/wiki` is en.wikipedia.org; raise BadDomain."""
    name = _host(raw.strip().lower()) if len(raw) <= _RAW_SITE_MAX else ""
    try:
        domain = idna.encode(name, uts46=True).decode()
    except idna.IDNAError:
        domain = ""
    if not _DOMAIN.fullmatch(domain):
        raise BadDomain(
            english("%(site)s is no site. Write its name alone, for example wikipedia.org."), site=_shown(raw)
        )
    return domain


def _host(address: str) -> str:
    """What names the site in an address that may have been copied whole."""
    host = _AFTER_HOST.split(address.partition("://")[2] or address, maxsplit=1)[0]
    return host.rpartition("@")[2].partition(":")[0].removeprefix("www.")


def clean_own_words(raws: Sequence[str]) -> tuple[str, ...]:
    """Make a list of words of what somebody typed, each once, in their order; raise BadWord."""
    if len(raws) > OWN_WORDS_MAX:
        raise BadWord(
            english("At most %(most)d words can be named, and these are %(given)d."),
            most=OWN_WORDS_MAX,
            given=len(raws),
        )
    return tuple(dict.fromkeys(map(clean_own_word, raws)))


def clean_own_word(raw: str) -> str:
    """Clean a word, or a few that belong together, as it is to be looked for; raise BadWord."""
    word = joined_lines(seen(raw[: 4 * OWN_WORD_MAX])).casefold()
    if not can_be_seen(word) or not OWN_WORD_MIN <= count(word) <= OWN_WORD_MAX or not any(map(str.isalnum, word)):
        raise BadWord(
            english("%(word)s cannot be looked for. A word has %(least)d to %(most)d characters, a letter among them."),
            word=_shown(raw),
            least=OWN_WORD_MIN,
            most=OWN_WORD_MAX,
        )
    return word


def _shown(raw: str) -> str:
    return f"“{raw}”" if len(raw) <= _SHOWN_MAX else f"“{raw[:_SHOWN_MAX]}…”"
