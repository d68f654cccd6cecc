"""The word list: a well-kept library, asked about everything that could be on it, and about each word only once."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Final

# Where these stand, a word can reach over a space: tags, entities, emphasis.
_REACHES: Final = re.compile(r"[*_]|<[A-Za-z/!]|&[^;]*;")
# Three single characters in a row are read as one word; the outer two may have more on their far side ("x.f u ck").
_ENDS_ALONE: Final = re.compile(r"(?:^|\b)[a-zA-Z0-9@$!#]$", re.ASCII)
_BEGINS_ALONE: Final = re.compile(r"^[a-zA-Z0-9@$!#](?:$|\b)", re.ASCII)
# Letters that are drawn apart over a space take two separators and a letter alone ("f.u c.k").
_DRAWN_APART: Final = re.compile(r"[^\W_][.,/|-](?=[^\W_])")
_ALONE: Final = re.compile(r"(?<![^\W_])[^\W_](?![^\W_])")
_PIECE: Final = re.compile(r"[^\W_]+")
_BEGINNING: Final = re.compile(r"\w+", re.ASCII)
_END: Final = re.compile(r"(?<!\w)\w+$", re.ASCII)
_WORD: Final = re.compile(r"\S+")
_RUNS: Final = re.compile(r"(.)\1+")
_FIGURES: Final = "0123456789\u00b2\u00b3"
WORDS_AT_HAND: Final = 20_000
# A longer "word" is none; it is not worth remembering.
WORD_MAX: Final = 40
# One stretched word anywhere in a text makes the library look for others in all of it; likewise with a figure that can
# be an i or an l, and with separators. In this company a word shows everything that it can be read as.
COMPANY: Final = "\nzzz q1q q.q?"


@dataclass(frozen=True, slots=True)
class Word:
    """What a word can be part of."""

    is_suspicious: bool  # whatever its neighbours are
    is_divided: bool
    ends_alone: bool
    is_alone: bool
    begins_alone: bool
    ends: tuple[str, ...]  # with which a phrase can begin
    beginnings: frozenset[str]  # with which a phrase can go on

    @property
    def can_begin(self) -> bool:
        """Whether something that is listed can begin here."""
        return bool(self.is_suspicious or self.is_divided or self.ends_alone or self.ends)


class WordList:
    """Says whether a text has a listed word, as the library does, and a hundred times as fast.

    The library looks at a whole text from many sides, which takes 0.4 ms. Most of what people write can be asked about
    word by word, and most words have been asked about before; phrases, and words that are spelled out, are found by
    their neighbours. Whatever could be more than that is asked about as a whole.
    """

    def __init__(
        self,
        ask: Callable[[str], bool],
        suspect: Callable[[str], bool],
        normalise: Callable[[str], Sequence[str]],
        listed: Sequence[str],
    ):
        """Prepare to be asked.

        Args:
            ask: the library's own answer for a whole text.
            suspect: its answer without its exceptions, which depend on what stands near ("Moby Dick").
            normalise: how the library can read a text: as plain letters, then with figures and signs taken for
                letters, in each possible way.
            listed: every listed word and phrase.
        """
        self._ask, self._suspect, self._normalise = ask, suspect, normalise
        self._letters = str.maketrans({figure: normalise(figure)[1] for figure in _FIGURES})
        self._phrases = _by_first_word([_squeezed(phrase).split() for phrase in listed if " " in phrase])
        single = [word for word in listed if " " not in word]
        self._single = {self._folded(reading) for word in single for reading in (word, *normalise(word))}
        self._starts = {word[:length] for word in self._single for length in range(1, len(word) + 1)}
        self._longest = max(map(len, single), default=0)
        self._word = lru_cache(maxsize=WORDS_AT_HAND)(self._look)
        self._suspect_near = lru_cache(maxsize=WORDS_AT_HAND)(lambda words: suspect(words + COMPANY))
        self._can_begin = lru_cache(maxsize=WORDS_AT_HAND)(lambda word: self._word(word).can_begin)

    def has(self, text: str) -> bool:
        """Tell whether something in a text is listed."""
        words = text.split()
        if len(text) > WORD_MAX and max(map(len, words), default=0) > WORD_MAX:
            return self._ask(text)
        return any(map(self._can_begin, words)) and self._may_have(text, words) and self._ask(text)

    def _may_have(self, text: str, words: Sequence[str]) -> bool:
        """Whether it takes the library to tell."""
        looked_at = [self._word(word) for word in words]
        return (
            any(word.is_suspicious for word in looked_at)
            or any(self._suspect_near(run) for run in _spelled_out(text, looked_at))
            or self._may_have_a_phrase(looked_at)
            or (any(word.is_divided for word in looked_at) and self._may_be_drawn_apart(text))
        )

    def _may_have_a_phrase(self, words: Sequence[Word]) -> bool:
        """Whether some words in a row can be read as a phrase."""
        return any(
            self._goes_on(rest, words[at : at + len(rest)])
            for at, word in enumerate(words, 1)
            for end in word.ends
            for rest in self._phrases[end]
        )

    @staticmethod
    def _goes_on(rest: Sequence[str], words: Sequence[Word]) -> bool:
        return len(rest) == len(words) and all(part in word.beginnings for part, word in zip(rest, words, strict=True))

    def _may_be_drawn_apart(self, text: str) -> bool:
        """Whether pieces that stand in a row can be read as one word, over whatever separates them."""
        if len(_DRAWN_APART.findall(text)) < 2 or not _ALONE.search(text):
            return False
        pieces = _PIECE.findall(self._folded(text))
        return any(self._is_one_word(pieces[at : at + self._longest]) for at in range(len(pieces)))

    def _is_one_word(self, pieces: Sequence[str]) -> bool:
        """Whether the first of these pieces, and some that follow, are a word."""
        joined = pieces[0]
        for piece in pieces[1:]:
            if joined not in self._starts:
                return False
            joined = _squeezed(joined + piece)
            if joined in self._single:
                return True
        return False

    def _folded(self, text: str) -> str:
        return _squeezed(text.lower().translate(self._letters))

    def _look(self, word: str) -> Word:
        """Look at a word from all sides, once."""
        readings = {word, *self._normalise(word)}
        drawn = {word, self._normalise(word)[0]}
        beginnings = {_squeezed(each[0].lower()) for each in map(_BEGINNING.match, readings) if each}
        ends = {_squeezed(each[0].lower()) for each in map(_END.search, readings) if each}
        return Word(
            is_suspicious=self._is_suspicious(word),
            is_divided=_DRAWN_APART.search(word) is not None,
            ends_alone=any(map(_ENDS_ALONE.search, drawn)),
            is_alone=any(len(each) == 1 for each in drawn),
            begins_alone=any(map(_BEGINS_ALONE.search, drawn)),
            ends=tuple(ends & self._phrases.keys()),
            beginnings=frozenset(beginnings),
        )

    def _is_suspicious(self, word: str) -> bool:
        """Whether a word is listed, reaches over a space, or is more or less than one word to the library."""
        one_word = len(self._normalise(word)[0].split()) == 1
        return not one_word or _REACHES.search(word) is not None or self._suspect(word + COMPANY)


def _spelled_out(text: str, words: Sequence[Word]) -> Iterator[str]:
    """Single characters, three or more in a row, that can be read as one word; with their neighbours ("nig n o g")."""
    threes = zip(words, words[1:], words[2:], strict=False)
    rows = [first.ends_alone and second.is_alone and third.begins_alone for first, second, third in threes]
    for in_a_row, run in groupby(range(len(rows)), key=rows.__getitem__):
        if in_a_row:
            places = list(run)
            yield _between(text, max(places[0] - 1, 0), min(places[-1] + 3, len(words) - 1))


def _between(text: str, first: int, last: int) -> str:
    """From one word of a text to another, with the white space as it stands: two spaces end a word to the library."""
    places = [match.span() for match in _WORD.finditer(text)]
    return text[places[first][0] : places[last][1]]


def _by_first_word(phrases: Sequence[Sequence[str]]) -> dict[str, list[Sequence[str]]]:
    found: dict[str, list[Sequence[str]]] = {}
    for first, *rest in phrases:
        found.setdefault(first, []).append(rest)
    return found


def _squeezed(text: str) -> str:
    """A text without letters that stand twice in a row."""
    return _RUNS.sub(r"\1", text)
