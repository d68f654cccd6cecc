import sys
import unicodedata
from unittest.mock import patch
from uuid import UUID

import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.chat import (
    Empty,
    TooLong,
    characters,
    check_text,
    clean_message_id,
    clean_text,
    is_message_id,
    length,
)
from app.chat.characters import CLUSTER_MAX, MARKS_MAX

VERSION_1 = "3fecd73c-e7c1-11f1-8999-02fc00000001"
VERSION_4 = "c7efcebc-d34d-44d5-84a6-41cf55c8ad26"
VERSION_7 = "01a20bdb-7436-75dd-8eba-e37db6633ced"

UNWANTED = regex.compile(
    r"[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}\u061c\u200b\u200e\u200f\u202a-\u202e\u2028\u2029\u2060-\u206f\ufeff\ufff9-\ufffc"
    r"\u00ad\u034f\u115f\u1160\u180e\u3164\uffa0--\n]",
    regex.V1,
)
# fmt: off
NASTY = [
    "a", "\xe9", "e\u0301", "\u0301", "\u0323", "\n", "\U0001f1e9", "\U0001f1ea", "\U0001f469", "\u200d",
    "\u200c", "\U0001f3fd", "\ufe0f", "\ufe0e", "\u0915", "\u094d", "\u0937", "\u093f", "\u0600", "\u1100",
    "\uac00", "\u11a8", "\u0e33", "\u0e40", "\u20e3", "1", "\U000e0067", "\U000e007f", "\U0001f3f4", "\r",
    "\r\n", "\u0627", "\u034f", "\u180b", "\u1820", "\u845b", "\U000e0100", "\uff9e", "\u09c7", "\u09be",
    "\u0958", "\ufdfa", "\u3164", "\u2800", "\u202e", "\u2066", "\x00", "\x1b", "\ud800", "\udfff", "\ufffe",
    "\u200b", "\ufeff", "\t", "\u2028", "\x85", "\u212b", "\u1e9b\u0323", " ",
]
# fmt: on
texts = st.text(max_size=80) | st.lists(st.sampled_from(NASTY), max_size=60).map("".join)

LEGITIMATE = [
    "Hello, world!",
    "👨‍👩‍👧‍👦 a family",
    "👩🏽‍❤️‍💋‍👨🏻 the longest of all",
    "🏳️‍🌈 🏴‍☠️ 🏴󠁧󠁢󠁥󠁮󠁧󠁿 🏴󠁧󠁢󠁳󠁣󠁴󠁿 🏴󠁧󠁢󠁷󠁬󠁳󠁿 🇩🇪🇫🇷🇯🇵",
    "👍🏽👍🏿 👁️‍🗨️ 1️⃣ #️⃣ ☀︎ ☀️ ❤️‍🔥 🧑🏻‍🚀",
    "नमस्ते दुनिया क्षत्रिय र्‍य क्‌ष",
    "สวัสดีชาวโลก น้ำ ที่นี่",
    "مرحبا بالعالم، بِسْمِ ٱللَّهِ",
    "می‌خواهم نمی‌دانم",
    "שָׁלוֹם עוֹלָם בְּרֵאשִׁ֖ית",
    "Xin chào thế giới, Nguyễn Thị Ngọc Ánh",
    "ශ්‍රී ලංකාව",
    "ന്‍ മലയാളം",
    "こんにちは 葛󠄀飾区",
    "안녕하세요",
    "Ελληνικά, Русский, Türkçe, ქართული, Հայերեն",
    "བཀྲ་ཤིས་བདེ་ལེགས། ཧཱུྃ",
    "ᠮᠣᠩᠭᠣᠯ",
    "if a < b:\n    return a  # code keeps its spaces",
    "x² + y² = z² → ∞, 100 €",
    "¯\\_(ツ)_/¯  ༼ つ ◕_◕ ༽つ",
    "\ue000 a private sign",
    "one\n\ntwo\nthree",
]


@pytest.mark.parametrize("text", LEGITIMATE)
def test_what_people_write_stays_as_it_is(text):
    assert clean_text(text) == unicodedata.normalize("NFC", text)


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("  hello \n", "hello"),
        ("a\r\nb\rc\u2028d\u2029e\x85f\vg\fh", "a\nb\nc\nd\ne\nf\ng\nh"),
        ("a\n\n\n\n\nb", "a\n\nb"),
        ("a\n \n\t\n   \nb", "a\n\nb"),
        ("a  \nb", "a\nb"),
        ("a\tb", "a b"),
        ("e\u0301", "é"),
        ("a\u202ebc\u202c", "abc"),
        ("a\u2066b\u2069\u200e\u200f\u061c", "ab"),
        ("a\x00b\x1b[31mc\x7f\x9b", "ab[31mc"),
        ("a\u200bb\u2060c\ufeffd\u00ade", "abcde"),
        ("a\u200db\u200cc", "abc"),
        ("\u200d👩\u200d", "👩"),
        ("a\ufe0fb", "ab"),
        ("a\U000e0068\U000e0069", "a"),  # text hidden in tags
        ("🙂\ufe0f\ufe01\ufe02\U000e0105\U000e0106", "🙂\ufe0f"),  # text hidden in selectors
        ("a\ud800b\udfff", "ab"),
        ("a\ufffe\uffffb\U0001ffff", "ab"),
        ("\u3164\u115f", ""),
        ("a\u034f\u0301", "á"),
        ("\u0958", "\u0915\u093c"),  # NFC takes it apart
        ("\u212b", "Å"),
    ],
)
def test_what_cannot_be_seen_is_dropped(raw, clean):
    assert clean_text(raw) == clean


def test_towers_of_accents_are_cut():
    zalgo = "H\u0334\u0335\u0336\u0337" + "\u0300\u0316" * 50 + "e\u0489\u0489" + "\u035c" * 1000
    clean = clean_text(zalgo)
    assert length(clean) == 2
    assert max(len(run) for run in regex.findall(r"\p{M}+", clean)) <= MARKS_MAX


@pytest.mark.parametrize(
    "link", ["👩\u200d", "ᄀ", "\u0600", "\u0915\u094d", "ｶ\uff9e" + "\uff9e" * 40, "👍" + "🏽" * 40]
)
def test_no_character_hides_a_whole_text(link):
    clean = clean_text("x" + link * 400 + "👩")
    assert max(map(len, regex.findall(r"\X", clean))) <= CLUSTER_MAX


@settings(max_examples=500)
@given(texts)
@example("a\u0301" * 40)
@example("ᄀ" * 40 + "\u0301ᅡ")
@example("क" + "\u093c" * 9 + "\u094d\u200dष")
@example("\u0323\u094d\u200d\u0301\u094d\u200d")
@example("👩\u200d\u200d👩")
@example("\r\n\u0301")
@example("🇩\u200d🇪🇫\u0301")
def test_a_second_cleaning_changes_nothing(raw):
    clean = clean_text(raw)
    assert clean_text(clean) == clean


@settings(max_examples=500)
@given(texts)
def test_a_clean_text_is_composed_and_has_nothing_unseen(raw):
    clean = clean_text(raw)
    assert unicodedata.is_normalized("NFC", clean)
    assert not UNWANTED.search(clean)
    assert clean == clean.strip()
    assert "\n\n\n" not in clean
    assert not regex.search(rf"\p{{M}}{{{MARKS_MAX + 1}}}", clean)
    assert max(map(len, regex.findall(r"\X", clean)), default=0) <= CLUSTER_MAX
    clean.encode()


@settings(max_examples=500)
@given(texts)
def test_cleaning_never_makes_a_text_longer(raw):
    whole = unicodedata.normalize("NFC", raw.replace("\x85", "\n"))
    assert len(clean_text(raw)) <= len(whole)
    if not regex.search(r"[\u200c\u200d\ufe0e\ufe0f\U000e0000-\U000e0fff]", raw):  # a broken chain of emoji comes apart
        assert length(clean_text(raw)) <= length(raw)


everyday = st.text("Aé ßñ\n\u00a0あ我はЖωשع한가🙏👍😅🤔…“”—½²€ＡÅ", max_size=40)


@settings(max_examples=500)
@given(st.tuples(everyday, texts, everyday).map("".join) | everyday)
def test_a_plain_text_is_cleaned_and_counted_as_any_other(raw):
    quick = clean_text(raw), length(raw), characters.seen(raw, "NFKC", 2)
    with patch.object(characters, "_is_plain", return_value=False):
        assert (clean_text(raw), length(raw), characters.seen(raw, "NFKC", 2)) == quick


def test_a_plain_character_stands_by_itself_and_stays_as_it_is():
    plain = list(filter(characters._PLAIN.fullmatch, map(chr, range(sys.maxunicode + 1))))
    assert len(plain) > 30_000
    together = regex.compile(
        r"[\p{M}\p{C}\p{Default_Ignorable_Code_Point}\p{RI}\p{InCB=Linker}\p{NFC_QC=No}\p{NFC_QC=Maybe}"
        r"\p{GCB=L}\p{GCB=V}\p{GCB=T}\p{GCB=Prepend}\p{GCB=Extend}\p{GCB=ZWJ}\p{GCB=SpacingMark}--\n]",
        regex.V1,
    )
    assert together.findall("".join(plain)) == []
    assert unicodedata.is_normalized("NFC", "".join(plain))
    assert regex.findall(r"\X", "".join(plain)) == plain


@given(texts)
def test_the_big_bound_of_500_characters_fits_the_column(raw):
    clean = clean_text(raw * 100)
    while length(clean) > 500:
        clean = clean[: len(clean) // 2]
    assert len(clean.encode()) < 65_536  # MySQL's TEXT


@pytest.mark.parametrize(
    ("text", "characters"),
    [
        ("", 0),
        ("hello", 5),
        ("a\nb", 3),
        ("é", 1),
        ("e\u0301\u0323", 1),
        ("👨‍👩‍👧‍👦", 1),
        ("👍🏽", 1),
        ("🇩🇪", 1),
        ("🇩🇪🇫🇷", 2),
        ("🇩🇪🇫", 2),
        ("🇩🇪" * 200, 200),
        ("🏴󠁧󠁢󠁷󠁬󠁳󠁿", 1),
        ("1️⃣", 1),
        ("क्षि", 1),
        ("नमस्ते", 3),
        ("ที่นี่", 2),
        ("한국어", 3),
        ("𝄞𝕏", 2),
        ("שָׁלוֹם", 4),
        ("\r\n", 1),
    ],
)
def test_characters_are_counted_as_a_reader_counts(text, characters):
    assert length(text) == characters


@given(texts)
def test_counting_agrees_with_unicode(raw):
    assert length(raw) == len(regex.findall(r"\X", raw))


@pytest.mark.parametrize("text", ["", " ", "\n", "\u2800\u2800", "\u0301", "\u00a0"])
def test_a_message_with_nothing_to_read_is_empty(text):
    with pytest.raises(Empty):
        check_text(clean_text(text), 140)


def test_a_message_may_have_as_many_characters_as_the_room_says_and_no_more():
    check_text("👨‍👩‍👧‍👦" * 140, 140)
    with pytest.raises(TooLong) as refused:
        check_text("👨‍👩‍👧‍👦" * 141, 140)
    assert (refused.value.length, refused.value.limit) == (141, 140)


@pytest.mark.parametrize(
    "uuid", [VERSION_1, VERSION_4, VERSION_7, str(UUID(int=0)), "F" * 8 + "-FFFF-FFFF-FFFF-" + "F" * 12]
)
def test_a_uuid_of_any_version_can_be_a_messages_id(uuid):
    assert is_message_id(uuid)
    assert is_message_id(uuid.upper())
    assert clean_message_id(uuid.upper()) == uuid.lower()


@pytest.mark.parametrize(
    "uuid",
    [
        "",
        "1",
        VERSION_4.replace("-", ""),
        f"{{{VERSION_4}}}",
        f"urn:uuid:{VERSION_4}",
        f"{VERSION_4}\n",
        f" {VERSION_4}",
        f"{VERSION_4}0",
        "g" * 36,
        "\uff10197c1d2-3e4f-7a5b-8c6d-7e8f90a1b2c3",
        "0197c1d2_3e4f_7a5b_8c6d_7e8f90a1b2c3",
        "x" * 1_000_000,
    ],
)
def test_anything_else_cannot(uuid):
    assert not is_message_id(uuid)
    with pytest.raises(ValueError, match="UUID"):
        clean_message_id(uuid)
