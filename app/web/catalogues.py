"""The catalogues: what Parley says, in other languages; gettext's files, read when somebody first needs them.

They are compiled in memory: there is no compiled file that could be missing, or older than its source.
"""

import json
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
# Where reasons stand that a hop gives and a script shows.
REASONS = ("app/chat/reasons.py",)


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


@cache
def script(code: str, modules: tuple[str, ...]) -> str:
    """What scripts say in a language, as a script that runs before them."""
    places = {*REASONS, *(f"app/web/static/{module}" for module in modules)}
    if code == MADE_UP:
        # It says what any other language does.
        return _written({_key(each): _bracketed(each.id) for each in _asked(catalogue("de"), places)}, "n != 1")
    found = catalogue(code)
    c2py(found.plural_expr)  # refuses what is no plural rule; one is the same in C and in JavaScript
    return _written({_key(each): each.string for each in _asked(found, places) if _whole(each)}, found.plural_expr)


def _asked(found: Catalog, places: set[str]) -> list[Message]:
    return [message for message in found if message.id and places & {place for place, _ in message.locations}]


def _whole(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return all(strings) and not message.fuzzy


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _bracketed(said: str | tuple[str, ...] | list[str]) -> str | list[str]:
    return bracketed(said) if isinstance(said, str) else [bracketed(text) for text in said]


def _written(said: object, plural: str) -> str:
    texts = json.dumps(said, ensure_ascii=False, separators=(",", ":"))
    # A page with two scripts has the words of both.
    return (
        "globalThis.parleyWords??={texts:{}};"
        f"Object.assign(parleyWords.texts,{texts});parleyWords.plural=(n)=>Number({plural});\n"
    )
