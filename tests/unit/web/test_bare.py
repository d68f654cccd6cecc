"""What is left out of a script is nothing that it says or does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from babel.messages.jslexer import tokenize

from app.web.packing import bare

JS = Path(__file__).resolve().parents[3] / "app/web/static/js"
BLANKS = ("whitespace", "linebreak", "linecomment", "multilinecomment")
WITHIN = re.compile(r"\$\{[^}`]*`")


def told(script: str) -> list[tuple[str, str]]:
    """What a browser reads of it, word by word."""
    tokens = tokenize(script, jsx=False, dotted=False)
    return [(token.type, token.value) for token in tokens if token.type not in BLANKS]


@pytest.mark.parametrize("script", sorted(JS.glob("*.js")), ids=lambda script: script.stem)
def test_a_bare_script_says_what_was_written(script: Path) -> None:
    written = script.read_text()
    smaller = bare(script.name, written.encode()).decode()
    assert told(smaller) == told(written)
    assert not WITHIN.search(written), "a template within a template: give the inner one a name"


def test_a_template_keeps_its_blanks_and_a_comment_goes() -> None:
    written = b'// Why.\nconst said = `a  ${ name }  b`;  /* how */\nrun(said, "//  no comment",  /[/*]  /g);\n'
    assert bare("x.js", written) == b'const said=`a  ${ name }  b`;run(said,"//  no comment",/[/*]  /g);'


def test_a_style_sheet_keeps_what_blanks_mean() -> None:
    written = b"/* Why. */\na :is(b, c) > d { margin: calc(1px + 2%) 0 ; }\n"
    assert bare("x.css", written) == b"a :is(b,c)>d{margin:calc(1px + 2%) 0}"


def test_what_is_neither_stays_as_it_is() -> None:
    assert bare("favicon.svg", b"<svg> <!-- why --> </svg>") == b"<svg> <!-- why --> </svg>"
