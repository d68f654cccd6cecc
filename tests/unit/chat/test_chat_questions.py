import sys
import unicodedata

import pytest

from app.chat import clean_text, is_question
from app.chat.questions import MARKS

ASKED = [
    "Does it still flood today?",
    "今日は雨ですか？",
    "هل تسمعني؟",
    "کیا آپ سن سکتے ہیں؟",
    "Τι κάνεις;",
    "Τι κάνεις\u037e",
    "Τι είναι το «π»;",
    "Ինչպե՞ս ես։",
    "Ո՞վ է",
    "የት ነው፧",
    "Quoi ?",
    "¿Qué?",
    "Really?!",
    "Правда?..",
    "She asked: “Are we there yet?”",
    "Er fragte: »Und jetzt?«",
    "(is this on the test?)",
    "「本当？」",
    "*Seriously?*",
    "Is it over? 😬",
    "Is it over?👩🏽‍🏫🇩🇪",
    "The flag of Wales? 🏴\U000e0067\U000e0062\U000e0077\U000e006c\U000e0073\U000e007f",
    "One or two? 2️⃣",
    "Is it over? :)",
    "Lunch? :-D",
    "two\nlines?\n",
    "What is this❓",
    "???",
    "?",
]
TOLD = [
    "",
    "No.",
    "What? No.",
    "Is it? I do not know",
    "Use a?b:c",
    "¿",
    "see you;",
    "Ναι; όχι",
    "see π; and then",
    "Ինչպե՞ս ես։ Լավ եմ։",
    "Բարև։",
    "😬",
    ":)",
    "https://example.org/?page=2",
    "a question mark (?) in brackets",
    "wink ;)",
]


@pytest.mark.parametrize("text", ASKED)
def test_what_ends_with_a_question_mark_is_a_question(text: str) -> None:
    assert is_question(text)
    assert is_question(clean_text(text)), "as it is kept"


@pytest.mark.parametrize("text", TOLD)
def test_everything_else_is_none(text: str) -> None:
    assert not is_question(text)


@pytest.mark.parametrize("mark", MARKS)
def test_every_scripts_mark_counts(mark: str) -> None:
    assert is_question(f"Why{mark}")
    assert is_question(f"“Why{mark}” 🤔")
    assert not is_question(f"{mark} is what I asked")


def test_no_question_mark_that_unicode_knows_is_forgotten() -> None:
    """Those that open a question, that is half of another sign or a tag of a flag, have no say at the end."""
    named = {chr(point) for point in range(sys.maxunicode) if _asks(unicodedata.name(chr(point), ""))}
    assert named - set(MARKS) == {"¿", "⸘", "\u037e", "\u055e", "\U0001e95f", "\U000e003f"}


def _asks(name: str) -> bool:
    if "WITH" in name:  # of mathematics
        return False
    return "QUESTION MARK" in name or "INTERROBANG" in name or {"QUESTION", "EXCLAMATION"} <= set(name.split())
