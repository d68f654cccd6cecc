"""The checks that a message can go through, in the order in which the settings name them."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Final

from app.chat.messages import check_text, clean_text
from app.chat.moderation import Check, Outcome, Verdict
from app.chat.reasons import ON_THE_LIST
from app.chat.refusals import Refusal
from app.chat.rooms import Room
from app.chat.wordlist import WordList

CHECK_NAMES: Final = ("normalise", "length", "words")
WORD_LIST_ACTIONS: Final = ("hold", "reject", "off")

# On the library's list, but everyday English in a classroom: "tied up in a meeting", "the girl on the left", a BS
# degree, hardcore punk, escort vehicles, riding bareback, two kisses at the end.
ORDINARY_WORDS: Final = (
    "bareback", "bs", "escort", "girl on", "hardcore", "huge fat", "snatch", "taste my", "tied up", "xx", "xxx",
)  # fmt: skip


# The library reads figures as letters, and page 717 is no bad word.
_NUMBERS: Final = re.compile(r"(?<![^\s(])\d{2,}(?=[.,;:!?)]*+(?:\s|$))")


@dataclass(frozen=True, slots=True)
class Normalise:
    """Cleans the text once more, so that whatever came in by another way is clean as well."""

    name: str = "normalise"

    def __call__(self, text: str, room: Room) -> Verdict:  # noqa: ARG002 - every check is asked alike
        """Hand the clean text on."""
        return Verdict(Outcome.PASS, clean_text(text), None, self.name)


@dataclass(frozen=True, slots=True)
class Length:
    """Rejects what is empty or longer than the room allows."""

    name: str = "length"

    def __call__(self, text: str, room: Room) -> Verdict | None:
        """Compare with the room's length."""
        try:
            check_text(text, room.max_length)
        except Refusal as refusal:
            return Verdict(Outcome.REJECT, text, refusal.detail, self.name)
        return None


@dataclass(frozen=True, slots=True)
class Words:
    """Holds or rejects what has a word from the word list, also when it is disguised."""

    outcome: Outcome
    is_profane: Callable[[str], bool]
    name: str = "words"

    def __call__(self, text: str, room: Room) -> Verdict | None:  # noqa: ARG002 - every check is asked alike
        """Look for words from the list."""
        return Verdict(self.outcome, text, ON_THE_LIST, self.name) if self.is_profane(text) else None


def make_checks(names: Sequence[str], word_list_action: str) -> tuple[Check, ...]:
    """Make the checks that the settings ask for, in their order."""
    unknown = [name for name in names if name not in CHECK_NAMES]
    if unknown:
        raise ValueError(f"There is no check called {', '.join(unknown)}. Use any of {', '.join(CHECK_NAMES)}.")
    if word_list_action not in WORD_LIST_ACTIONS:
        raise ValueError(f"The word list can do {', '.join(WORD_LIST_ACTIONS)}; {word_list_action!r} is none of them.")
    return tuple(_make(name, word_list_action) for name in names if (name, word_list_action) != ("words", "off"))


def _make(name: str, word_list_action: str) -> Check:
    if name == "normalise":
        return Normalise()
    if name == "length":
        return Length()
    return Words(Outcome(word_list_action), _word_list())


@cache
def _word_list() -> Callable[[str], bool]:
    """Build the word list once a process, when the first check asks for it.

    Its import takes longer than all the rest of this package (about 70 ms), and only the worker that moderates needs
    it: a web process that starts again under load should not wait. "allow_obfuscated_match" stays off: it flags all.
    """
    from glin_profanity import Filter, normalize_leetspeak, normalize_unicode
    from glin_profanity.data.dictionary import dictionary
    from glin_profanity.types.types import FilterConfig

    options: FilterConfig = {
        "languages": ["english"],
        "detect_leetspeak": True,
        "normalize_unicode": True,
        "ignore_words": list(ORDINARY_WORDS),
    }
    words, without_exceptions = Filter(options), Filter({**options, "obfuscation": {"builtin_whitelist": False}})

    def readings(text: str) -> tuple[str, ...]:
        plain = normalize_unicode(text)
        return plain, normalize_leetspeak(plain), normalize_leetspeak(plain, ambiguous_as_l=True)

    listed = [word for word in dictionary.get_words("english") if word not in ORDINARY_WORDS]
    word_list = WordList(words.is_profane, without_exceptions.is_profane, readings, listed)
    return lambda text: word_list.has(_NUMBERS.sub("number", text))
