"""Nicknames that look alike are one to a reader, so they are one to us: Ada, ADA, and Аda with a Cyrillic A."""

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Final

from app.chat.characters import unseen_dropped

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping


# Marks of no script in particular; those of one, such as the vowels of Hindi and Thai, are as good as letters.
_ACCENTS: Final = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]")

KEY_MAX: Final = 1000  # some characters look like three; what is kept must fit its column


def nickname_key(nickname: str) -> str:
    """Give nicknames that look alike one key.

    Case, width and spaces are folded as RFC 8266 says, then each character stands for what it looks like. A word that
    looks wholly Latin in the case it is written in is taken at its looks: ВОВ in Cyrillic is Bob's, вова is not.
    Accents that make no letter of any language, such as one on a d, are only there to deceive, and count for nothing.
    """
    composed = unicodedata.normalize("NFC", nickname)
    return _key(_ACCENTS.sub("", composed).strip() or composed)[:KEY_MAX]


def plain_key(nickname: str) -> str:
    """Give nicknames one key that are alike but for their accents: nobody should pass for the host as Mr Smíth."""
    bare = _ACCENTS.sub("", unicodedata.normalize("NFD", nickname)).strip()
    return nickname_key(bare or nickname)


def _key(nickname: str) -> str:
    words = _folded(unseen_dropped(nickname)).split()
    written = unseen_dropped(unicodedata.normalize("NFKC", nickname)).split()
    if len(words) != len(written):
        return _skeleton(" ".join(words))
    return " ".join(_word(folded, word) for folded, word in zip(words, written, strict=True))


def _word(folded: str, written: str) -> str:
    looks = _looks(written)
    return _skeleton(looks.casefold() if looks.isascii() else folded)


def _folded(nickname: str) -> str:
    try:
        return _precis()(nickname)
    except UnicodeEncodeError:  # a character that RFC 8266 does not know yet, such as a new emoji
        return unicodedata.normalize("NFKC", nickname).casefold()


def _skeleton(folded: str) -> str:
    """Read a word by its looks; i, l and 1 are one letter, for the capital I and the small l cannot be told apart."""
    return _looks(folded).casefold().replace("i", "l")


def _looks(word: str) -> str:
    table = _prototypes()
    return "".join(table.get(letter, letter) for letter in unicodedata.normalize("NFD", word))


# Both are loaded when the first nickname is compared: they read 1 MB of tables, which no start-up should wait for.
@cache
def _precis() -> "Callable[[str], str]":
    import precis_i18n

    return precis_i18n.get_profile("NicknameCaseMapped").enforce


@cache
def _prototypes() -> "Mapping[str, str]":
    """Read Unicode's table of look-alikes: each character and what it looks like.

    The library's table goes both ways, so a prototype is told by what many characters look like, or by being ASCII.
    """
    from confusable_homoglyphs.confusables import confusables_data

    pairs = {_bare(one): [_bare(other["c"]) for other in others] for one, others in confusables_data.items()}
    return {one: others[0] for one, others in pairs.items() if _stands_for(one, others, pairs)}


def _stands_for(one: str, others: list[str], pairs: dict[str, list[str]]) -> bool:
    """Tell whether a character is the copy and not the original."""
    if len(one) != 1 or len(others) != 1:
        return False
    original = others[0]
    back = len(pairs.get(original, ()))
    return back > 1 or len(original) > 1 or original < one


def _bare(characters: str) -> str:
    return characters.replace("\N{LEFT-TO-RIGHT MARK}", "")
