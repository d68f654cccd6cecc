"""What Parley says in other languages: all of it, in each of them, with every value in its place."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg

from app.chat.reasons import JUST_JOINED
from app.web import catalogues
from app.web.languages import SPOKEN

ROOT = Path(__file__).resolve().parents[3]
CODES = [language.code for language in SPOKEN[1:]]
TEMPLATES = {"parse_template_string": True}
PLACES = re.compile(r"%\(\w+\)[sd]|%%|</?\w+[^>]*>")


def wanted_keywords() -> dict[str, object]:
    """The marks that `make words` looks for."""
    (line,) = re.findall(r"^SAID := (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    return {**DEFAULT_KEYWORDS, **parse_keywords(re.findall(r"-k (\S+)", line))}


@cache
def said() -> frozenset[str | tuple[str, ...]]:
    """Everything that is marked in the sources now."""
    with (ROOT / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = Catalog()
    for folder in ("app", "tasks"):
        ours = [(pattern.removeprefix(f"{folder}/"), how) for pattern, how in methods if pattern.startswith(folder)]
        more = {pattern.removeprefix(f"{folder}/"): chosen for pattern, chosen in options.items()}
        for _, _, message, _, _ in extract_from_dir(ROOT / folder, ours, more, keywords=wanted_keywords()):
            found.add(message)
    return frozenset(key(message.id) for message in found if message.id)


def key(msgid: str | list[str] | tuple[str, ...]) -> str | tuple[str, ...]:
    return msgid if isinstance(msgid, str) else tuple(msgid)


def strings(message: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (message,) if isinstance(message, str) else tuple(message)


def test_what_is_marked_is_found() -> None:
    assert {"Join the room with a nickname first.", "Print", "Time is up"} <= said()
    assert ("%(num)s day", "%(num)s days") in said()


def test_what_scripts_mark_is_found_in_their_templates_too() -> None:
    for script in (ROOT / "app/web/static/js").glob("*.js"):
        marked = set(re.findall(r'\b_\("((?:[^"\\]|\\.)*)"', script.read_text()))
        assert marked - said() == set(), script.name


@pytest.mark.parametrize("script", sorted((ROOT / "app/web/static/js").glob("*.js")), ids=lambda script: script.stem)
def test_what_a_script_says_stands_in_it_in_another_language(script: Path) -> None:
    marks = {"_": None, "ngettext": (1, 2)}
    with script.open("rb") as file:
        marked = [key(each[1]) for each in extract("javascript", file, keywords=marks, options=TEMPLATES)]
    there = catalogues.spoken(catalogues.MADE_UP, script.read_text())
    for text in marked:
        for one in strings(text):
            assert json.dumps(catalogues.bracketed(one), ensure_ascii=False) in there, one
            for mark in ("_", "ngettext"):
                assert f"{mark}({json.dumps(one, ensure_ascii=False)}" not in there, one


def test_a_script_has_a_languages_reasons_and_plural_rule() -> None:
    words = (ROOT / "app/web/static/js/words.js").read_text()
    french = catalogues.spoken("fr", words)
    assert f'"{JUST_JOINED}":"' in french
    assert f"Number({catalogues.catalogue('fr').plural_expr})" in french
    assert words.count(catalogues.NO_REASONS) == words.count(catalogues.ENGLISH_PLURAL) == 1


@pytest.mark.parametrize("code", CODES)
def test_the_catalogue_has_what_the_sources_say_and_nothing_else(code: str) -> None:
    kept = {key(message.id) for message in catalogues.catalogue(code) if message.id}
    assert (kept - said(), said() - kept) == (set(), set()), "run `make words`"


@pytest.mark.parametrize("code", CODES)
def test_everything_is_translated_and_keeps_its_values(code: str) -> None:
    for message in catalogues.catalogue(code):
        if not message.id:
            continue
        ones, others = strings(message.id), strings(message.string)
        assert all(others), f"not translated: {message.id}"
        assert not message.fuzzy, f"not sure: {message.id}"
        places = {frozenset(PLACES.findall(text)) for text in ones}
        assert {frozenset(PLACES.findall(text)) for text in others} <= places, f"another value: {message.id}"
        assert {text[-1] == " " for text in ones} >= {text[-1] == " " for text in others}, f"its end: {message.id}"


def test_a_language_says_one_and_many_as_it_does() -> None:
    french = catalogues.catalogue("fr")
    assert french.plural_expr.replace(" ", "") == "(n>1)"
