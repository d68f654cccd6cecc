"""Nothing that a stranger can send keeps a process busy, and nothing heavy is loaded before it is needed."""

import re
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest
import regex

from app.chat import (
    BadNickname,
    characters,
    clean_text,
    floods,
    is_question,
    links,
    messages,
    names,
    questions,
    safety,
    wordbooks,
    wordlist,
)
from app.chat.participants import clean_nickname

BODY = 65_536  # bytes: what a request may hold
PATTERN_SECONDS = 0.02
CLEAN_SECONDS = 0.1
BUSY = 5  # so many times as long may a machine take that has much else to do, if the time grows with the text alone
MOST_GROWTH = 8  # of the time, for four times as long a text: linear is 4, quadratic 16
FOR_WHOLE_TEXTS = {
    "app.chat.characters._PLAIN",
    "app.chat.messages._MESSAGE_ID",
    "app.chat.names._NAME",
    "app.chat.safety._DOMAIN",
}
WORST = {
    "letters": "a",
    "spaces": " ",
    "lines": "\n",
    "spaces and lines": " \n",
    "carriage returns": "\r\n",
    "marks": "\u0301",
    "marks out of order": "\u0301\u0323",
    "accents": "a\u0301",
    "joiners": "\u200d",
    "chained emoji": "👩\u200d",
    "half flags": "🇩",
    "flags": "🇩🇪",
    "unfinished flags": "🏴\U000e0067\U000e0062\U000e0065",
    "tags": "\U000e0067",
    "skin tones": "🏽",
    "selectors": "\ufe0f",
    "keycaps": "1\ufe0f\u20e3",
    "name forms": "葛\U000e0100",
    "viramas": "\u094d",
    "conjuncts": "क्",
    "nuktas": "\u0958",
    "Persian": "ا\u200c",
    "Hangul": "ᄀ",
    "prefixed": "\u0600",
    "ligatures": "\ufdfa",
    "control": "\x00",
    "bidi": "\u202e",
    "surrogates": "\ud800",
    "hyphens": "-",
    "words": "a-",
    "question marks": "?",
    "questions": "?)",
    "Greek questions": "\u03c0;",
    "Armenian questions": "\u055e\u0565",
    "smileys": "?:)",
    "mixed": "a\u200d\u0301\u094d",
    "stops": ".",
    "labels": "a.",
    "long labels": "aaaaaaaaaa.",
    "hyphened labels": "a-a.",
    "domains": "evil.com ",
    "schemes": "http://",
    "colons": "a:",
    "addresses": "1.1.1.",
    "figures": "1",
    "written stops": "[.",
    "at signs": "a@",
    "slashes": "/",
}


def full(seed: str) -> str:
    return seed * (BODY // len(seed.encode("utf-8", "surrogatepass")))


def best_of_five(call: Callable[[], object]) -> float:
    return min(_seconds(call) for _ in range(5))


def is_quick(work: Callable[[str], object], text: str, seconds: float) -> bool:
    """Whether work on a text takes no longer than so, or not because of the text."""
    took = best_of_five(partial(work, text))
    if took < seconds:
        return True
    quarter = best_of_five(partial(work, text[: len(text) // 4]))
    return took < BUSY * seconds and took < MOST_GROWTH * quarter


def _seconds(call: Callable[[], object]) -> float:
    start = time.thread_time()  # of this thread alone: what else the machine does is no part of it
    call()
    return time.thread_time() - start


def patterns() -> dict[str, re.Pattern[str] | regex.Pattern[str]]:
    named = {
        f"{module.__name__}.{name}": value
        for module in (characters, floods, links, messages, names, questions, safety, wordbooks, wordlist)
        for name, value in vars(module).items()
        if isinstance(value, re.Pattern | regex.Pattern)
    }
    return named | {f"towers of {most}": tower for most, tower in characters._TOWERS.items()}


# A run of flags is slow for \X (the library looks back over all of it), so flags are taken out of a text before.
@pytest.mark.parametrize("kind", [kind for kind in WORST if "flags" not in kind])
def test_no_pattern_takes_long_on_64_kib(kind):
    text = full(WORST[kind])
    assert len(patterns()) >= 18
    for name, pattern in patterns().items():
        use = pattern.fullmatch if name in FOR_WHOLE_TEXTS else partial(pattern.subn, "")
        assert is_quick(use, text, PATTERN_SECONDS), name


@pytest.mark.parametrize("kind", WORST)
def test_cleaning_and_counting_64_kib_takes_a_moment_at_most(kind):
    text = full(WORST[kind])
    assert is_quick(clean_text, text, CLEAN_SECONDS)
    assert is_quick(messages.length, text, PATTERN_SECONDS)
    assert is_quick(is_question, f"{text}x", CLEAN_SECONDS)
    assert is_quick(_nickname, text, PATTERN_SECONDS)
    assert is_quick(_nickname, text[:1000], PATTERN_SECONDS)


def _nickname(raw: str) -> None:
    with suppress(BadNickname):
        clean_nickname(raw, 24)


def test_the_words_load_nothing_heavy():
    """A web process starts again under load: word lists and tables of look-alikes wait until they are needed."""
    heavy = "glin_profanity confusable_homoglyphs precis_i18n flask sqlalchemy redis celery config".split()  # noqa: SIM905
    script = f"import sys, app.chat; print([name for name in {heavy} if name in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60)
    assert loaded.stdout.strip() == "[]"
