"""The word list answers as the library does, whatever it is asked; it is only quicker where a text is plain."""

import pytest
from glin_profanity import Filter, normalize_leetspeak, normalize_unicode
from glin_profanity.data.dictionary import dictionary
from glin_profanity.types.types import FilterConfig
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.chat.wordlist import COMPANY, WordList

LISTED = dictionary.get_words("english")
PHRASES = [phrase for phrase in LISTED if " " in phrase]
CLEAN = (
    *("the", "slide", "on", "top", "of", "a", "cup", "of", "tea", "7", "two", "girls", "big", "brown", "bass", "class"),
    *("assess", "cockpit", "Scunthorpe", "I", "a", "u", "c", "it's", "5m"),
)
LOOKALIKES = str.maketrans("aeioscxp", "\u00e4\u00e9\u00ef\u00f6\u0455\u0441\u0445\u0440")
PARTS = sorted({part for phrase in PHRASES for part in phrase.split()})

OPTIONS: FilterConfig = {"languages": ["english"], "detect_leetspeak": True, "normalize_unicode": True}
library = Filter(OPTIONS)
without_exceptions = Filter({**OPTIONS, "obfuscation": {"builtin_whitelist": False}})


def readings(text: str) -> tuple[str, ...]:
    plain = normalize_unicode(text)
    return plain, normalize_leetspeak(plain), normalize_leetspeak(plain, ambiguous_as_l=True)


def disguised(word: str) -> st.SearchStrategy[str]:
    """The word itself, stretched, in capitals, with marks, figures or drawn apart."""
    return st.sampled_from(
        [
            word,
            word.upper(),
            word.capitalize(),
            word + "!",
            word + "?!",
            word + ",",
            " ".join(word),
            ".".join(word),
            "".join(letter * 2 for letter in word),
            "".join(letter * 3 for letter in word),
            word.replace("i", "1").replace("o", "0").replace("a", "4").replace("e", "3"),
            word[0] + "*" + word[2:],
            word[:2] + " " + word[2:],
            word + "'s",
            "(" + word + ")",
            "so-" + word,
            "x." + word,
            word.translate(LOOKALIKES),
            word.replace("i", "!").replace("a", "@").replace("s", "$"),
            "<b>" + word[:2] + "</b>" + word[2:],
            word + "\u00e9",
            "#" + word,
            "  " + "  ".join(word),
            " ".join(word[:2]) + " " + word[2:],
            word[:1] + " " + word[1:],
            word[:-1] + "." + word[-1:],
            "x(" + " ".join(word) + "!x",
            word[:1] + "." + word[1:2] + " " + ".".join(word[2:]),
            word[:-1] + word[-1:] * 2,
            "\u00e9" + word,
            "\u00b4" + word,
            word.replace("l", "1"),
        ]
    )


words = st.one_of(
    st.sampled_from(CLEAN),
    st.sampled_from(PARTS).flatmap(disguised),
    st.sampled_from(LISTED).flatmap(disguised),
    st.from_regex(r"[a-z0-9]{1,3}[.,!?]{0,2}", fullmatch=True),
    st.sampled_from(
        [
            *"🙏👍…-+=&;|@$!#1|",
            "👍👍",
            "(V",
            "I·R)",
            "x<3",
            "22/7",
            "3.14",
            "e.g.",
            "ⓐ",
            "на",
            "Können",
            "don't",
            "&amp;",
            "soooo",
            "b1b",
            "b!t",
            "q.q",
            "\u00b4",
            "\u200b",
            "Dick",
            "Moby",
            "Head",
        ]
    ),
)
spaces = st.sampled_from([*" " * 12, "  ", "\n", "\u00a0", "\u3000"])
texts = st.lists(st.tuples(words, spaces), max_size=8).map(lambda said: "".join(word + space for word, space in said))


@pytest.fixture(scope="module")
def word_list() -> WordList:
    return WordList(library.is_profane, without_exceptions.is_profane, readings, LISTED)


@example("biig blaack, please")
@example("tongue in 4 knot")
@example("2 girls 1 cup")
@example("a s s")
@example("that is 5m of a s, s u")
@example("two\n girls one cup")
@example("f.u c.k")
@example("tongue in @ knot")
@example("so-big black-ish")
@example("nig n o g, please")
@example("half  s w i n g e r  b  Monday")
@example("Is it true if x < 0? s l u t")
@example("god damn\u00e9")
@example("Ohm's law (V = I\u00b7R) a s s")
@example("asshhole soooo")
@example("b1b, 1olita")
@example("\u00e9big black")
@example("make \u00b4me come")
@example("b!t c h")
@example("two g i r l s one cup")
@example("how to m\nu\nr\nd\ne\nr of")
@example("one cup t w o girls")
@example("f u c k\na b c")
@example("A. D i c k Head")
@example("\u00a2!ass")
@given(texts)
@settings(max_examples=250, deadline=None)
def test_the_word_list_answers_as_the_library_does(word_list: WordList, text: str) -> None:
    assert word_list.has(text) == library.is_profane(text)


def test_what_only_looks_like_more_than_its_words_is_not_asked_about_as_a_whole() -> None:
    asked: list[str] = []
    word_list = WordList(lambda text: bool(asked.append(text)), without_exceptions.is_profane, readings, LISTED)
    plain = ["- is it 3.14 or 22/7?", "if x < 0?", "the half-life of carbon-14 in 2 sentences", "how to sit in a room"]
    assert [text for text in plain if word_list.has(text)] == asked == []


def test_the_library_is_not_asked_about_the_same_words_twice() -> None:
    asked: list[str] = []
    suspected: list[str] = []
    word_list = WordList(
        lambda text: bool(asked.append(text)), lambda text: bool(suspected.append(text)), readings, LISTED
    )
    for _ in range(3):
        assert not word_list.has("Could you say that again, please 🙏? It's on slide 7 (the left half)…")
    assert len(suspected) == len(set(suspected)) == 14
    assert asked == []
    assert not word_list.has("a.s s.h o le")
    assert asked == ["a.s s.h o le"]


def test_the_company_of_a_word_is_beyond_suspicion() -> None:
    assert not without_exceptions.is_profane(COMPANY)
