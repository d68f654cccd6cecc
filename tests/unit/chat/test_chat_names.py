import re
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.chat import (
    CODE_ALPHABET,
    RESERVED_NAMES,
    BadName,
    TooLong,
    clean_code,
    clean_name,
    clean_rules,
    clean_title,
    new_code,
    new_name,
)
from app.chat.names import _QUALITIES, _TAIL_ALPHABET, _TAIL_LENGTH, _THINGS, CODE_LENGTH


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("biology-101", "biology-101"),
        ("  Biology 101 ", "biology-101"),
        ("Übung", "ubung"),
        ("U\u0308bung", "ubung"),
        ("Straße 7", "strasse-7"),
        ("Smørrebrød", "smorrebrod"),
        ("Łódź", "lodz"),
        ("Æsir", "aesir"),
        ("İstanbul", "istanbul"),
        ("naïve_café", "naive-cafe"),
        ("Việt Nam", "viet-nam"),
        ("ＰＨＹＳＩＣＳ", "physics"),
        ("a - b", "a-b"),
        ("a—b", "a-b"),
        ("--tea--time--", "tea-time"),
        ("ab", "ab"),
        ("x" * 40, "x" * 40),
        ("42", "42"),
    ],
)
def test_what_is_typed_becomes_an_address(typed, name):
    assert clean_name(typed) == name


@pytest.mark.parametrize(
    "typed",
    ["", " ", "-", "a", "x" * 41, "x" * 1_000_000, "a/b", "../etc", "a.b", "a?b", "a#b", "a%2fb", "комната", "部屋",
     "🙂🙂", "a\x00b", "a\u200bb", "a\u202eb", "name!", "\ud800ab", "a:b", "a+b"],
)  # fmt: skip
def test_what_cannot_be_an_address_is_refused_with_what_can(typed):
    with pytest.raises(BadName) as refused:
        clean_name(typed)
    assert re.search(r"[Cc]hoose|Use", refused.value.detail)
    assert refused.value.detail.endswith(".")
    assert len(refused.value.detail) < 200


@pytest.mark.parametrize("reserved", ["api", "API", " Static ", "healthz", "ws", "j", "flower", "embed", "qr", "v1"])
def test_parleys_own_addresses_are_nobodys_room(reserved):
    with pytest.raises(BadName):
        clean_name(reserved)


def test_every_reserved_name_could_otherwise_be_one():
    assert all(re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name) for name in RESERVED_NAMES)


@given(st.text(max_size=60))
def test_a_name_is_an_address_or_refused_and_a_second_cleaning_changes_nothing(typed):
    try:
        name = clean_name(typed)
    except BadName:
        return
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", name)
    assert 2 <= len(name) <= 40
    assert name not in RESERVED_NAMES
    assert clean_name(name) == clean_name(name.upper()) == name


def test_a_new_name_is_a_good_name_and_never_the_same():
    names = {new_name() for _ in range(2000)}
    assert len(names) == 2000
    assert all(clean_name(name) == name for name in names)


def test_a_new_name_is_as_hard_to_guess_as_a_code():
    assert len(set(_QUALITIES)) == len(set(_THINGS)) == 64
    names = len(_QUALITIES) * len(_THINGS) * len(_TAIL_ALPHABET) ** _TAIL_LENGTH
    assert names > 0.9 * len(CODE_ALPHABET) ** CODE_LENGTH


def test_no_two_letters_of_a_code_look_alike():
    assert len(set(CODE_ALPHABET)) == len(CODE_ALPHABET) == 29
    twins = ["0O", "0Q", "1I", "1L", "IL", "2Z", "5S", "8B", "OQ"]
    assert not [pair for pair in combinations(sorted(CODE_ALPHABET), 2) if "".join(pair) in twins]


def test_a_new_code_has_seven_letters_all_of_which_occur():
    codes = [new_code() for _ in range(500)]
    assert all(len(code) == 7 for code in codes)
    assert set("".join(codes)) == set(CODE_ALPHABET)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("ACDEFGH", "ACDEFGH"),
        ("acdefgh", "ACDEFGH"),
        (" acd-efg h ", "ACDEFGH"),
        ("iLsZb34", "1152834"),
        ("ACDEFG", None),
        ("ACDEFGHJ", None),
        ("ACDEFG0", None),
        ("ACDEFGO", None),
        ("ACDEFG!", None),
        ("", None),
        ("A" * 1_000_000, None),
        ("ÄCDEFGH", None),
        ("ＡＣＤＥＦＧＨ", None),
        ("\ud800CDEFGH", None),
    ],
)
def test_a_code_is_read_as_people_type_it(typed, code):
    assert clean_code(typed) == code


@given(st.text(alphabet=CODE_ALPHABET, min_size=7, max_size=7))
def test_every_code_is_read_back(code):
    assert clean_code(f"{code[:3].lower()} {code[3:]}") == code


def test_a_title_is_one_line_and_rules_may_be_several():
    assert clean_title(" Biology\r\n\t101\u202e ", 100) == "Biology 101"
    assert clean_rules(" Be kind.\r\nListen.\n", 1000) == "Be kind.\nListen."
    assert clean_title("\u200b \u2800", 100) == clean_rules("\n", 100) == ""
    with pytest.raises(TooLong):
        clean_title("x" * 101, 100)
    with pytest.raises(TooLong):
        clean_rules("x" * 1001, 1000)
