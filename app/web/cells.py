"""Cells of a table that a spreadsheet opens: nobody's message may become a formula in a teacher's spreadsheet.

OWASP's advice on CSV injection: an apostrophe before what a spreadsheet might reckon with. It stands also

- before leading spaces, quotes and apostrophes with such a sign behind them, and before the full-width signs;
- inside a text, behind a semicolon or at the beginning of a line: where semicolons part the cells (Excel in most of
  Europe), a text is torn there, quoted or not, and its rest is a cell of its own. A smiley such as ;-) is no formula.

An apostrophe changes nothing about where these places are, so whoever takes one away at each has the text as it was.
"""

from typing import Final

import regex

_SIGNS: Final = r"[=+\-@＝＋－＠−]"
_BEFORE: Final = r"[\p{Zs}'\"’＇＂“”]*+"
_DANGER: Final = regex.compile(rf"\A(?={_BEFORE}(?:{_SIGNS}|[\t\r\n\0]))|(?<=[;；\t\r\n])(?={_BEFORE}{_SIGNS}(?!\)))")


def defused(text: str) -> str:
    """A text as a cell that no spreadsheet takes for a formula."""
    return str(_DANGER.sub("'", text, concurrent=False))
