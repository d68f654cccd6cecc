"""Styles say where something stands by where a line of writing begins, which is not the left in every language."""

from __future__ import annotations

import re
from pathlib import Path

STYLES = Path(__file__).resolve().parents[3] / "app" / "web" / "static" / "css"
SIDES = re.compile(r"(?:^|[\s;{])(?:(?:margin|padding|border|scroll-\w+)-)?(?:left|right)(?:-\w+)*\s*:", re.MULTILINE)
ALIGNED = re.compile(r"(?:text-align|float|clear)\s*:\s*(?:left|right)")
FOUR = re.compile(r"(?<![\w-])(?:margin|padding|inset):\s*([^;{}()]+);")
# In the middle of what is around it, which is the same from both sides.
CENTRED = "left: 50%;"
# What people write runs as it runs; the button in the field's corner stands as the page does.
TEXT_IN_FIELD = ("0.625rem 3rem 0.625rem 0.875rem", "0.625rem 0.875rem 0.625rem 3rem")


def styles() -> str:
    text = "".join(file.read_text() for file in sorted(STYLES.glob("*.css")))
    return re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL).replace(CENTRED, "")


def test_no_rule_names_the_left_or_the_right() -> None:
    assert SIDES.findall(styles()) + ALIGNED.findall(styles()) == []


def test_no_rule_gives_the_two_sides_different_measures_by_their_place() -> None:
    lines = {value for value in FOUR.findall(styles()) if len(value.split()) == 4}
    assert {value for value in lines if value.split()[1] != value.split()[3]} == set(TEXT_IN_FIELD)
