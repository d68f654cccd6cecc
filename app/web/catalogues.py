"""The catalogues: what Parley says, in other languages; gettext's files, read when somebody first needs them.

They are compiled in memory: there is no compiled file that could be missing, or older than its source.
"""

import json
import re
from ast import literal_eval
from functools import cache
from gettext import c2py
from io import BytesIO
from pathlib import Path

from babel.messages import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

FOLDER = Path(__file__).parent / "translations"
# A language for tests, by the code that others use for such a one, too: English in brackets, from right to left.
MADE_UP = "ar-XB"
# Where reasons stand that a hop gives and a script shows: they come to it in English.
REASONS = ("app/chat/reasons.py",)
# What words.js has of a language, as it stands there for English.
NO_REASONS = "const reasons = {};"
ENGLISH_PLURAL = "const plural = (n) => Number(n !== 1);"
# What a script says: between quotes, as our style has it.
_QUOTED = r'("(?:[^"\\\n]|\\.)*"|\'(?:[^\'\\\n]|\\.)*\')'
_SAID = re.compile(rf"(?<![\w.$])_\(\s*{_QUOTED}")
_COUNTED = re.compile(rf"\bngettext\(\s*{_QUOTED}\s*,\s*{_QUOTED}")


class MadeUp(NullTranslations):
    """A language for tests: English in brackets, so that whatever stands outside of them was not translated."""

    def gettext(self, message: str) -> str:
        """The text in brackets."""
        return bracketed(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """One of the two, in brackets."""
        return bracketed(msgid1 if n == 1 else msgid2)

    ugettext, ungettext = gettext, ngettext


def bracketed(text: str) -> str:
    """A text as it is in the made-up language."""
    return f"⟦{text}⟧"


@cache
def catalogue(code: str) -> Catalog:
    """A language's catalogue."""
    with (FOLDER / code / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=code)


@cache
def translations(code: str) -> NullTranslations:
    """A language's catalogue, as gettext wants it."""
    if code == MADE_UP:
        return MadeUp()
    compiled = BytesIO()
    write_mo(compiled, catalogue(code))
    compiled.seek(0)
    return Translations(compiled)


def spoken(code: str, script: str) -> str:
    """A script in a language: what it says in English stands in it in that language.

    Args:
        code: one of the languages that have a catalogue, or the made-up one.
        script: a module, in which English stands.
    """
    for english, there in _own(code).items():
        script = script.replace(english, there)
    texts = _texts(code)
    script = _SAID.sub(lambda said: _put(said, texts, "_({}"), script)
    return _COUNTED.sub(lambda said: _put(said, texts, "ngettext({}, null"), script)


@cache
def _own(code: str) -> dict[str, str]:
    """What words.js has of a language, for what stands there in English."""
    texts, found = _texts(code), catalogue(_kept(code))
    c2py(found.plural_expr)  # refuses what is no plural rule; one is the same in C and in JavaScript
    reasons = {each.id: texts[each.id] for each in found if each.id in texts and _is_reason(each)}
    return {
        NO_REASONS: f"const reasons = {_written(reasons)};",
        ENGLISH_PLURAL: f"const plural = (n) => Number({found.plural_expr});",
    }


@cache
def _texts(code: str) -> dict[str, str | list[str]]:
    """What stands for each English text, or for the first of two, in a language."""
    found = [message for message in catalogue(_kept(code)) if message.id]
    if code == MADE_UP:
        return {_key(each): _bracketed(each.id) for each in found}
    return {_key(each): _forms(each.string) for each in found if _whole(each)}


def _kept(code: str) -> str:
    """Whose catalogue it is: the made-up language says what any other does."""
    return "de" if code == MADE_UP else code


def _put(said: re.Match[str], texts: dict[str, str | list[str]], how: str) -> str:
    there = texts.get(literal_eval(said[1]))
    return said[0] if there is None else how.format(_written(there))


def _is_reason(message: Message) -> bool:
    return isinstance(message.id, str) and any(place in REASONS for place, _ in message.locations)


def _whole(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(strings) and not message.fuzzy


def _forms(said: str | tuple[str, ...] | list[str] | None) -> str | list[str]:
    return list(said) if isinstance(said, tuple | list) else said or ""


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _bracketed(said: str | tuple[str, ...] | list[str]) -> str | list[str]:
    return bracketed(said) if isinstance(said, str) else [bracketed(text) for text in said]


def _written(said: object) -> str:
    return json.dumps(said, ensure_ascii=False, separators=(",", ":"))
