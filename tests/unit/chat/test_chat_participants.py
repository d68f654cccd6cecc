from collections import Counter

import pytest
import regex
from hypothesis import given
from hypothesis import strategies as st

from app.chat import (
    GLYPH_COLOURS,
    GLYPH_SIGNS,
    BadNickname,
    Glyph,
    clean_nickname,
    glyph_for,
    glyph_unlike,
    length,
    new_id,
)


def test_a_glyph_never_changes():
    """These are on people's screens: if this test fails, every participant of every live room gets another glyph."""
    assert glyph_for("0197c1d2-3e4f-7a5b-8c6d-7e8f90a1b2c3") == Glyph("violet", "◐")
    assert glyph_for("ada") == Glyph("amber", "♞")


def test_glyphs_are_spread_evenly_over_participants():
    seen = Counter(glyph_for(new_id()) for _ in range(28_800))
    assert len(seen) == len(GLYPH_COLOURS) * len(GLYPH_SIGNS) == 288
    assert max(seen.values()) < 160  # 100 on average; six standard deviations above
    assert min(seen.values()) > 40


def test_glyphs_are_told_apart_without_seeing_colours_and_are_no_emoji():
    assert len(set(GLYPH_SIGNS)) == 24
    assert len(set(GLYPH_COLOURS)) == 12
    assert all(len(sign) == 1 and not regex.match(r"\p{Emoji}", sign) for sign in GLYPH_SIGNS)


def test_the_first_people_of_a_room_have_a_colour_each_and_the_next_a_sign_each():
    here = []
    for _ in range(144):
        here.append(glyph_unlike(new_id(), here))
    assert len({glyph.colour for glyph in here[:10]}) == 10
    assert len(set(here)) >= 143
    assert max(Counter(glyph.colour for glyph in here).values()) <= 16


def test_whoever_comes_first_has_the_glyph_that_his_id_stands_for():
    assert glyph_unlike("ada", []) == glyph_for("ada")


@pytest.mark.parametrize(
    ("typed", "nickname"),
    [
        ("Ada", "Ada"),
        ("  Ada \t Lovelace\r\n", "Ada Lovelace"),
        ("Ａｄａ", "Ada"),
        ("ﬃ", "ffi"),
        ("Zoe\u0308", "Zoë"),
        ("Nguyễn Văn", "Nguyễn Văn"),
        ("A\u202eda\u200b\u2066", "Ada"),
        ("A\x00d\x07a", "Ada"),
        ("Z\u0334\u0335\u0336\u0337\u0338algo", "Z\u0334\u0335algo"),
        ("सीता", "सीता"),
        ("สมชาย", "สมชาย"),
        ("مريم", "مريم"),
        ("משה", "משה"),
        ("علی\u200cرضا", "علی\u200cرضا"),
        ("👩\u200d🔬", "👩\u200d🔬"),
        ("🇩🇪", "🇩🇪"),
        ("田中", "田中"),
        ("x" * 24, "x" * 24),
        ("👨‍👩‍👧‍👦" * 24, "👨‍👩‍👧‍👦" * 24),
    ],
)
def test_a_nickname_is_what_can_be_seen_of_it(typed, nickname):
    assert clean_nickname(typed, 24) == nickname


@pytest.mark.parametrize(
    "typed",
    ["", "   ", "\u200b", "\u202e", "\u3164", "\u115f\u1160", "\u2800", "\u0301", "\ufe0f", "\x00", "\ud800", "\u034f",
     "\U000e0041", "\u00ad"],
)  # fmt: skip
def test_a_nickname_that_cannot_be_seen_is_refused(typed):
    with pytest.raises(BadNickname, match="at least one letter"):
        clean_nickname(typed, 24)


@pytest.mark.parametrize("typed", ["x" * 25, "\ufdfa" * 2, "x" * 1_000_000, "👨🏽‍👩🏽‍👧🏽‍👦🏽" * 60])
def test_a_nickname_that_is_too_long_is_refused(typed):
    with pytest.raises(BadNickname, match="at most 24"):
        clean_nickname(typed, 24)


def test_a_nickname_fits_its_column_whatever_the_settings_allow():
    with pytest.raises(BadNickname):
        clean_nickname("👨🏽‍👩🏽‍👧🏽‍👦🏽" * 60, 1000)


@given(st.text(max_size=40) | st.text(alphabet="a\u0301\u0323\u200d👩🏽\ufe0fक\u094d\ufdfa \n\u3164🇩", max_size=40))
def test_a_second_cleaning_changes_nothing(typed):
    try:
        nickname = clean_nickname(typed, 24)
    except BadNickname:
        return
    assert clean_nickname(nickname, 24) == nickname
    assert 1 <= length(nickname) <= 24
    assert "\n" not in nickname
    assert not regex.search(r"\p{M}{3}|[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069\u200b\u200e\u200f]", nickname)
