"""Word books: a few languages' lists, or a room's own words, ready to be asked whether a text has one of them.

A well-kept library reads texts as people do: stretched, drawn apart, with figures and signs for letters, with letters
of other scripts. `app.chat.wordlist` asks it only where that can matter.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from app.chat.wordlist import WORDS_AT_HAND, WordList
from app.chat.wordlists import LANGUAGES, MORE, ORDINARY

# What stands for a word that nobody is to read, however long it was.
COVER: Final = "•••"
BOOKS_AT_HAND: Final = 32
# A room's own words are looked for in one room: what it says is remembered for a while, and not as long as the rest.
OWN_WORDS_AT_HAND: Final = 2000
# A covered word may show another one to the library; a text for which this is not enough is held.
_PASSES_MAX: Final = 3
# The library wants a language; this one is small, and all its words are passed over.
_ANY_LANGUAGE: Final = "danish"
# Shorter words have no second spelling without their accents: año is a year. The library does the same.
_FOLDED_MIN: Final = 4
# The library reads figures as letters, and page 717 is no bad word.
_NUMBERS: Final = re.compile(r"(?<![^\s(])\d{2,}(?=[.,;:!?)]*+(?:\s|$))")
NUMBER: Final = "number"


class Book:
    """Says whether something in a text is listed, and covers it."""

    def __init__(self, languages: Sequence[str], words: Sequence[str], ordinary: Sequence[str], at_hand: int) -> None:
        """Read the lists.

        Args:
            languages: the library's names of the languages whose lists count.
            words: what else is listed.
            ordinary: what is not, whoever says so.
            at_hand: how many words of what people say are remembered.
        """
        from glin_profanity import Filter
        from glin_profanity.data.dictionary import dictionary

        exceptions = {"builtin_whitelist": bool(languages)}
        ignored = list(ordinary) if languages else list(_without(dictionary.get_words(_ANY_LANGUAGE), words))
        options = {
            "languages": list(languages) or [_ANY_LANGUAGE],
            "custom_words": list(words),
            "ignore_words": ignored,
            "detect_leetspeak": True,
            "normalize_unicode": True,
            "replace_with": COVER,
        }
        self._filter: Filter = Filter({**options, "obfuscation": exceptions})
        suspects = Filter({**options, "obfuscation": {"builtin_whitelist": False}})
        there = [word for language in languages for word in dictionary.get_words(language)]
        listed = _without(_spellings([*there, *words]), ordinary)
        self._words = WordList(self._filter.is_profane, suspects.is_profane, _readings, listed, at_hand)
        self._figures = any(map(str.isdigit, "".join(words)))

    def has(self, text: str) -> bool:
        """Tell whether something in a text is listed, also when it is disguised."""
        return self._words.has(self._read(text))

    def covered(self, text: str) -> str:
        """Cover every listed word of a text; what cannot be covered is still there afterwards."""
        for _ in range(_PASSES_MAX):
            if not self.has(text):
                break
            text = self._cover(text)
        return text

    def _cover(self, text: str) -> str:
        """Cover what the library finds between the numbers."""
        if self._figures:
            return self._covered_part(text)
        between, numbers = _NUMBERS.split(text), _NUMBERS.findall(text)
        return "".join(self._covered_part(part) + number for part, number in zip(between, [*numbers, ""], strict=True))

    def _covered_part(self, text: str) -> str:
        return str(self._filter.check_profanity(text)["processed_text"])

    def _read(self, text: str) -> str:
        """A text as it is looked at: what is a number is no word, unless a number is listed."""
        return text if self._figures else _NUMBERS.sub(NUMBER, text)


@lru_cache(maxsize=BOOKS_AT_HAND)
def listed(languages: tuple[str, ...]) -> Book:
    """The lists of some languages.

    Built when a check first asks for it: the library's import takes longer than all the rest of this package (about
    70 ms), and a web process that starts again under load should not wait.
    """
    words = [word for language in languages for word in MORE[language]]
    ordinary = [word for language in languages for word in ORDINARY[language]]
    return Book([LANGUAGES[language] for language in languages], words, ordinary, WORDS_AT_HAND)


@lru_cache(maxsize=BOOKS_AT_HAND)
def own(words: tuple[str, ...]) -> Book:
    """A room's own words."""
    return Book([], words, [], OWN_WORDS_AT_HAND)


def _readings(text: str) -> tuple[str, ...]:
    from glin_profanity import normalize_leetspeak, normalize_unicode

    plain = normalize_unicode(text)
    return plain, normalize_leetspeak(plain), normalize_leetspeak(plain, ambiguous_as_l=True)


def _spellings(words: Iterable[str]) -> list[str]:
    """Words as the library looks for them: in small letters, and once more without accents."""
    from glin_profanity import normalize_unicode

    small = [word.lower() for word in words]
    folded = [normalize_unicode(word).lower() for word in small]
    return list(dict.fromkeys([*small, *(word for word in folded if len(word.replace(" ", "")) >= _FOLDED_MIN)]))


def _without(words: Iterable[str], others: Iterable[str]) -> list[str]:
    out = set(others)
    return [word for word in words if word not in out]
