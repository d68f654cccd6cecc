"""The word list: a well-kept library, asked about everything that could be on it, and about each word only once."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

# Where these stand, a word can reach over a space: tags, entities, emphasis, and letters drawn apart ("f.u c.k").
_REACHES: Final = re.compile(r"[*_\t]|<[A-Za-z/!]|&[^;]*;")
_DRAWN_APART: Final = re.compile(r"[^\W_][.,/|_-](?=[^\W_])")
_ALONE: Final = re.compile(r"(?<![^\W_])[^\W_](?![^\W_])")
_EDGES: Final = re.compile(r"[\w@$!#]+")
_RUNS: Final = re.compile(r"(.)\1+")
WORDS_AT_HAND: Final = 20_000
# A longer "word" is none; it is not worth remembering.
WORD_MAX: Final = 40

Readings = tuple[frozenset[str], frozenset[str]]


class WordList:
    """Says whether a text has a listed word, as the library does, and thirty times as fast.

    The library looks at a whole text from many sides, which takes 0.4 ms. Most of what people write can be asked about
    word by word, and most words have been asked about before; phrases, and words that are spelled out, are found by
    their neighbours. Whatever could be more than that is asked about as a whole.
    """

    def __init__(self, ask: Callable[[str], bool], normalise: Callable[[str], Sequence[str]], phrases: Sequence[str]):
        """Prepare to be asked.

        Args:
            ask: the library's own answer for a whole text.
            normalise: how the library can read a text: figures and signs taken for letters, in each possible way.
            phrases: what is listed and has several words.
        """
        self._ask, self._normalise = ask, normalise
        self._ask_word = lru_cache(maxsize=WORDS_AT_HAND)(ask)
        self._readings = lru_cache(maxsize=WORDS_AT_HAND)(self._read)
        self._neighbours = {
            (_squeezed(a), _squeezed(b)) for phrase in phrases for a, b in pairwise(phrase.lower().split())
        }

    def has(self, text: str) -> bool:
        """Tell whether something in a text is listed."""
        words = text.split()
        if _REACHES.search(text) or _may_be_drawn_apart(text) or max(map(len, words), default=0) > WORD_MAX:
            return self._ask(text)
        # A word that is listed may be none among its neighbours ("5m").
        if any(map(self._ask_word, words)) or self._has_suspicious_neighbours(words):
            return self._ask(text)
        return False

    def _has_suspicious_neighbours(self, words: Sequence[str]) -> bool:
        """Whether two neighbours can be part of a phrase, or of a word that is spelled out."""
        readings = [self._readings(word) for word in words]
        return any(
            (first, second) in self._neighbours or len(first) == len(second) == 1
            for (_, ends), (beginnings, _) in pairwise(readings)
            for first in ends
            for second in beginnings
        )

    def _read(self, word: str) -> Readings:
        """How a word can begin and end, in the library's most lenient reading."""
        runs = [_EDGES.findall(reading.lower()) for reading in {word, *self._normalise(word)}]
        return (
            frozenset(_squeezed(each[0]) for each in runs if each),
            frozenset(_squeezed(each[-1]) for each in runs if each),
        )


def _may_be_drawn_apart(text: str) -> bool:
    """Whether letters of one word may stand apart, over a space: it takes two separators and a letter alone."""
    return len(_DRAWN_APART.findall(text)) > 1 and _ALONE.search(text) is not None


def _squeezed(word: str) -> str:
    """A word without letters that stand twice in a row, and without a mark behind."""
    return _RUNS.sub(r"\1", word.rstrip("!#"))
