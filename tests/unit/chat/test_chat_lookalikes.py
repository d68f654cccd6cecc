import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.chat import BadNickname, clean_nickname, nickname_key, plain_key
from app.chat.lookalikes import KEY_MAX


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Ada", "ADA"),
        ("Ada Lovelace", "ada  lovelace"),
        ("Ada", "Ａｄａ"),
        ("Ada", "𝐀𝐝𝐚"),
        ("Ada", "A\u200dda"),
        ("Ada", "Аda"),  # a Cyrillic capital
        ("Ada", "аdа"),
        ("paypal", "раураl"),
        ("admin", "аdmіn"),
        ("admin", "Adm1n"),
        ("Alice", "AIice"),  # a capital i
        ("host", "hоst"),
        ("Bob", "B0b"),
        ("Bob", "Вob"),
        ("BOB", "ВОВ"),  # wholly Cyrillic
        ("ANNA", "ΑΝΝΑ"),  # wholly Greek
        ("modern", "modem"),
        ("Straße", "STRASSE"),
        ("Zoë", "Zoe\u0308"),
        ("Ada", "Ad\u0336a"),  # struck through
        ("Ada", "Ad\u0309a\u20dd"),
        ("❤", "❤\ufe0f"),
    ],
)
def test_nicknames_that_look_alike_have_one_key(one, other):
    assert nickname_key(one) == nickname_key(other)


@pytest.mark.parametrize("alike", ["Mr Smíth", "MR SMITH", "Mr Smi\u0308th", "Mr  Ѕmіth", "Mr Sm\u0336ith", "Mṙ Ṡmith"])
def test_one_who_keeps_the_peace_is_known_with_other_accents_too(alike):
    assert plain_key(alike) == plain_key("Mr Smith")
    assert plain_key("Ms Smith") != plain_key("Mr Smith")


@pytest.mark.parametrize("marks", ["\u0336", "\u0301\u0302", "\u20dd"])
def test_what_has_nothing_but_accents_has_a_key_all_the_same(marks):
    assert nickname_key(marks)
    assert plain_key(marks)


@pytest.mark.parametrize(("one", "other"), [("सीता", "सूता"), ("สมชาย", "สมชัย"), ("שָׁלוֹם", "שְׁלוֹם")])
def test_vowels_are_letters(one, other):
    assert plain_key(one) != plain_key(other)


def test_different_nicknames_have_different_keys():
    everyone = """
        Ada Ali Elia Anna Ana Ian Alan Alain Max Maya Mia Tom Tim Jon John Joan Jan Jane Ron Dom Bob Rob Eva Ewa Iva
        Vera Vira Olga Änne Jose José Bjorn Björn Мария Марина Иван Вова Вася Ольга Анна София Νίκος Μαρία Ελένη יוסף
        משה דוד مريم محمد علي 田中 山本 김 이 박 สมชาย सीता गीता राम Nguyễn Nguyen Zoë Zoe Clara Dara 🙂 🙃 👩 👨
    """.split()  # noqa: SIM905
    keys = {nickname_key(nickname) for nickname in everyone}
    assert len(keys) == len(everyone)


def test_i_and_l_are_one_letter_even_if_two_people_pay_for_it():
    """A known price: Elia and Ella cannot be told from ELIA and ELlA, and neither can a reader."""
    assert nickname_key("Elia") == nickname_key("Ella")


@given(st.text(alphabet=string.ascii_letters + string.digits + " .-_!'|", min_size=1, max_size=24))
def test_case_never_makes_another_person(nickname):
    assert nickname_key(nickname.upper()) == nickname_key(nickname.lower()) == nickname_key(nickname)


@given(st.text(max_size=60))
def test_every_nickname_has_a_key(typed):
    try:
        nickname = clean_nickname(typed, 24)
    except BadNickname:
        return
    key = nickname_key(nickname)
    assert 0 < len(key) <= KEY_MAX
    assert key == nickname_key(nickname)
    key.encode()


def test_the_longest_nicknames_key_fits_its_column():
    assert len(nickname_key("⒓" * 500)) <= KEY_MAX
    assert len(nickname_key("㍍" * 500)) <= KEY_MAX
