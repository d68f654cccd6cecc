"""The word list: a well-kept library, asked about everything that could be on it, and about each word only once."""

import re
from collections.abc import Callable, Sequence
from enum import IntFlag, auto
from functools import lru_cache
from typing import Final

# Where these stand, a word can reach over a space: tags, entities, emphasis.
_REACHES: Final = re.compile(r"[*_]|<[A-Za-z/!]|&[^;]*;")
# Three single characters in a row are read as one word; the outer two may have something on their far side ("b!t c h").
_SINGLE: Final = re.compile(r"[a-zA-Z0-9@$!#]")
_ENDS_SINGLE: Final = re.compile(r"(?:^|\b)[a-zA-Z0-9@$!#]$", re.ASCII)
_BEGINS_SINGLE: Final = re.compile(r"^[a-zA-Z0-9@$!#](?:$|\b)", re.ASCII)
# Letters that are drawn apart over a space take two separators and a letter alone ("f.u c.k").
_SEPARATOR: Final = re.compile(r"[^\W_][.,/|-](?=[^\W_])")
_ALONE: Final = re.compile(r"(?<![^\W_])[^\W_](?![^\W_])")
_PIECE: Final = re.compile(r"[^\W_]+")
_BEGINNING: Final = re.compile(r"\w+", re.ASCII)
_END: Final = re.compile(r"(?<!\w)\w+$", re.ASCII)
_RUNS: Final = re.compile(r"(.)\1+")
_FIGURES: Final = "0123456789\u00b2\u00b3"
WORDS_AT_HAND: Final = 20_000
# A longer "word" is none; it is not worth remembering.
WORD_MAX: Final = 40
# One stretched word makes the library look for others in the whole text; likewise a figure that can be an i or an l,
# and a separator. In this company a word shows everything that it can be read as.
COMPANY: Final = "\nzzz q1q q.q?"

Readings = tuple[frozenset[str], frozenset[str]]


class Part(IntFlag):
    """What a word can be part of."""

    SUSPICIOUS = auto()  # whatever its neighbours are
    DIVIDED = auto()
    ENDS_SINGLE = auto()
    SINGLE = auto()
    BEGINS_SINGLE = auto()
    BEGINS_PHRASE = auto()
    CONTINUES_PHRASE = auto()


_NOTHING: Final = 0x100  # each word of a text becomes one character, so that one pattern looks at them all


def _any(part: Part) -> str:
    return f"[{''.join(chr(_NOTHING + parts) for parts in range(2 ** len(Part)) if parts & part)}]"


_SPELLED_OUT: Final = _any(Part.ENDS_SINGLE) + _any(Part.SINGLE) + _any(Part.BEGINS_SINGLE)
_PHRASE: Final = _any(Part.BEGINS_PHRASE) + _any(Part.CONTINUES_PHRASE)
_SUSPICIOUS: Final = re.compile(f"{_any(Part.SUSPICIOUS)}|{_SPELLED_OUT}")
_MAY_BE_PHRASE: Final = re.compile(f"(?={_PHRASE})")
_WORTH_A_LOOK: Final = re.compile(f"{_SUSPICIOUS.pattern}|{_PHRASE}|{_any(Part.DIVIDED)}")


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
        at_hand: int = WORDS_AT_HAND,
    ):
        """Prepare to be asked.

        Args:
            ask: the library's own answer for a whole text.
            suspect: its answer without its exceptions, which depend on what stands near ("Moby Dick").
            normalise: how the library can read a text: as plain letters, then with figures and signs taken for
                letters, in each possible way.
            listed: every listed word and phrase, in small letters.
            at_hand: how many words it remembers.
        """
        self._ask, self._suspect, self._normalise = ask, suspect, normalise
        self._letters = str.maketrans({figure: normalise(figure)[1] for figure in _FIGURES})
        self._phrases = _by_first_word([_squeezed(phrase).split() for phrase in listed if " " in phrase])
        self._seconds = {rest[0] for rests in self._phrases.values() for rest in rests}
        single = [word for word in listed if " " not in word]
        self._single = {self._folded(reading) for word in single for reading in (word, *normalise(word))}
        self._starts = {word[:length] for word in self._single for length in range(1, len(word) + 1)}
        self._longest = max(map(len, single), default=0)
        self._readings = lru_cache(maxsize=at_hand)(self._read)
        self._parts = lru_cache(maxsize=at_hand)(self._look)

    def has(self, text: str) -> bool:
        """Tell whether something in a text is listed."""
        words = text.split()
        if len(text) > WORD_MAX and max(map(len, words), default=0) > WORD_MAX:
            return self._ask(text)
        parts = "".join(map(self._parts, words))
        return _WORTH_A_LOOK.search(parts) is not None and self._may_have(text, words, parts) and self._ask(text)

    def _may_have(self, text: str, words: Sequence[str], parts: str) -> bool:
        """Whether it takes the library to tell."""
        return (
            _SUSPICIOUS.search(parts) is not None
            or any(self._begin_with_a_phrase(words[place.start() :]) for place in _MAY_BE_PHRASE.finditer(parts))
            or self._may_be_drawn_apart(text)
        )

    def _begin_with_a_phrase(self, words: Sequence[str]) -> bool:
        _, ends = self._readings(words[0])
        return any(self._go_on(words[1 : 1 + len(rest)], rest) for end in ends for rest in self._phrases.get(end, ()))

    def _go_on(self, words: Sequence[str], rest: Sequence[str]) -> bool:
        return len(words) == len(rest) and all(
            part in self._readings(word)[0] for word, part in zip(words, rest, strict=True)
        )

    def _may_be_drawn_apart(self, text: str) -> bool:
        """Whether pieces in a row can be read as one word, over whatever separates them."""
        if len(_SEPARATOR.findall(text)) < 2 or not _ALONE.search(text):
            return False
        pieces = _PIECE.findall(self._folded(text))
        return any(self._begin_with_a_word(pieces[at : at + self._longest]) for at in range(len(pieces)))

    def _begin_with_a_word(self, pieces: Sequence[str]) -> bool:
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

    def _read(self, word: str) -> Readings:
        """How a word can begin and end, in each of the library's readings; its word boundaries are those of ASCII."""
        readings = {word, *self._normalise(word)}
        return (
            frozenset(_squeezed(each[0].lower()) for each in map(_BEGINNING.match, readings) if each),
            frozenset(_squeezed(each[0].lower()) for each in map(_END.search, readings) if each),
        )

    def _look(self, word: str) -> str:
        """Look at a word from all sides, and write down what it can be part of."""
        beginnings, ends = self._readings(word)
        spellings = {word, self._normalise(word)[0]}
        found = {
            Part.SUSPICIOUS: self._is_suspicious(word),
            Part.DIVIDED: _SEPARATOR.search(word),
            Part.ENDS_SINGLE: any(map(_ENDS_SINGLE.search, spellings)),
            Part.SINGLE: any(map(_SINGLE.fullmatch, spellings)),
            Part.BEGINS_SINGLE: any(map(_BEGINS_SINGLE.search, spellings)),
            Part.BEGINS_PHRASE: ends & self._phrases.keys(),
            Part.CONTINUES_PHRASE: beginnings & self._seconds,
        }
        return chr(_NOTHING + sum(part for part, is_so in found.items() if is_so))

    def _is_suspicious(self, word: str) -> bool:
        """Whether a word is listed, reaches over a space, or is more or less than one word to the library."""
        plain = self._normalise(word)[0]  # an accent that stands alone has become a space
        return plain.split() != [plain] or _REACHES.search(word) is not None or self._suspect(word + COMPANY)


def _by_first_word(phrases: Sequence[Sequence[str]]) -> dict[str, list[Sequence[str]]]:
    found: dict[str, list[Sequence[str]]] = {}
    for first, *rest in phrases:
        found.setdefault(first, []).append(rest)
    return found


def _squeezed(text: str) -> str:
    """A text without letters that stand twice in a row."""
    return _RUNS.sub(r"\1", text)
