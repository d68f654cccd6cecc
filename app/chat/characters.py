"""Characters that can be seen: what every text of a person goes through before it is kept, counted or shown.

Text is put into Unicode's composed form (NFC), and whatever cannot be seen or only confuses the reader is dropped:
control characters, marks that turn the direction of writing, zero-width characters, half surrogates, towers of accents.
What writing needs stays: the joiners of Persian, Hindi or Sinhala, of emoji families, the tags of the Welsh flag.
"""

import re
import unicodedata
from typing import Final, Literal

import regex

MARKS_MAX: Final = 8  # Hebrew with cantillation and Tibetan stacks stay below; "Zalgo" towers have dozens
CLUSTER_MAX: Final = 32  # code points that look like one character; the longest emoji has 10, a conjunct about 12
_SORTED_MAX: Final = 32  # marks on one letter that are put in order: sorting 20,000 of them would take a second
_PASSES_MAX: Final = 6  # dropping one character may make its neighbour meaningless; two passes are usual

# The library would let other threads run during each of its looks, which take a microsecond; getting one's turn back
# takes up to five thousand where another thread is busy.
_KEEP: Final = {"concurrent": False}

# Every pattern below is linear: one character class, or fixed neighbours. The tests time them on 64 KiB of the worst.
# What most texts consist of: nothing here is unseen, goes together with a neighbour, or is written differently in NFC.
# Written out, for looking up six properties of each character takes ten times as long.
_PLAIN: Final = re.compile(
    r"[\n -~\u00A0-\u00AC\u00AE-\u02FF"  # Latin
    r"\u0388-\u038A\u038E-\u03A1\u03A3-\u0482\u048A-\u052F\u0531-\u0556\u0561-\u0586"  # Greek to Armenian
    r"\u05D0-\u05EA\u0620-\u064A\u10D0-\u10FF"  # Hebrew, Arabic, Georgian
    r"\u1E00-\u1EFF\u2010-\u2027\u202F-\u205E\u20A0-\u20C0\u2100-\u2125\u2190-\u2328\u2460-\u2ADB"  # signs
    r"\u3000-\u3029\u3041-\u3096\u309B-\u30FF\u4E00-\u9FFF\uAC00-\uD7A3\uFF01-\uFF5E"  # East Asia
    r"\U0001F300-\U0001F3FA\U0001F400-\U0001F6D7\U0001F7E0-\U0001F7EB\U0001F900-\U0001FA53\U0001FA70-\U0001FA74"
    r"\U0001FA80-\U0001FA86\U0001FA90-\U0001FAAC\U0001FAB0-\U0001FABA\U0001FAC0-\U0001FAC5\U0001FAD0-\U0001FAD9]*"
)
_LINE_ENDS: Final = regex.compile(r"\r\n|[\r\v\f\x85\u2028\u2029]")
_UNSEEN: Final = regex.compile(
    r"[[\p{Cc}\p{Cf}\p{Cs}\p{Default_Ignorable_Code_Point}\p{Noncharacter_Code_Point}\uFFFC]"
    r"--[\n\p{Prepended_Concatenation_Mark}"  # Arabic signs of number and verse are format characters that can be seen
    r"\u200C\u200D\uFE0E\uFE0F\u180B-\u180D\u180F\U000E0100-\U000E01EF\U000E0020-\U000E007F]]",  # looked at next
    regex.V1,
)
_JOINER: Final = r"[\u200C\u200D\uFE0E\uFE0F\u180B-\u180D\u180F\U000E0100-\U000E01EF\U000E0020-\U000E007F]"
_JOINING: Final = r"\p{Arab}\p{Syrc}\p{Mong}\p{Nkoo}\p{Mand}\p{Phag}\p{Mani}\p{Adlm}\p{Rohg}\p{Sogd}"
_IN_ITS_PLACE: Final = regex.compile(
    r"(?P<seen>"
    r"\U0001F3F4[\U000E0030-\U000E0039\U000E0061-\U000E007A]{3,6}\U000E007F"  # the flags of England, Scotland, Wales
    rf"|(?={_JOINER})(?:"  # first, for looking back at every letter takes long
    r"(?<=\p{Extended_Pictographic}[\uFE0F\p{Emoji_Modifier}]?)\u200D(?=\p{Extended_Pictographic})"
    r"|(?<=\p{ccc=9})[\u200C\u200D]"  # after a virama: Hindi, Bengali, Malayalam, Sinhala
    rf"|(?<=[{_JOINING}])[\u200C\u200D]"
    r"|(?<=\p{Emoji})[\uFE0E\uFE0F]"
    r"|(?<=\p{Han})[\U000E0100-\U000E01EF]"  # the forms of Japanese names
    r"|(?<=\p{Mong})[\u180B-\u180D\u180F]"
    rf"))|{_JOINER}++"
)
_JOINERS: Final = regex.compile(_JOINER)
_CLUSTER: Final = regex.compile(r"\X")
# Flags are taken in pairs before: the library looks back over a whole run of flags for each (16,000 took 0.7 s).
_FLAG: Final = regex.compile(r"\p{RI}{2}")
_FLAG_OR_CLUSTER: Final = regex.compile(r"\p{RI}{2}|\X")
# Without one of these no cluster is longer than a letter and its marks.
_CHAINING: Final = regex.compile(
    r"[\p{GCB=L}\p{GCB=V}\p{GCB=T}\p{GCB=Prepend}\p{InCB=Linker}[[\p{GCB=EX}\p{GCB=ZWJ}\p{GCB=SM}]--\p{M}]]", regex.V1
)
_SEEN: Final = regex.compile(r"[^\s\p{M}\p{Cc}\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]")
_TOWERS: Final = {most: regex.compile(rf"(\p{{M}}{{{most}}})\p{{M}}+") for most in (2, MARKS_MAX, _SORTED_MAX)}


def seen(text: str, form: Literal["NFC", "NFKC"] = "NFC", marks: int = MARKS_MAX) -> str:
    """Keep of a text only what a reader can see; lines end with a line feed.

    A second time changes nothing: it is done until nothing changes. A text that is made to be never settled loses its
    joiners, after which one pass settles it.
    """
    if _is_plain(text) and (form == "NFC" or text.isascii()):
        return text
    text = str(_LINE_ENDS.sub("\n", text, **_KEEP)).replace("\t", " ")
    for _ in range(_PASSES_MAX):
        before, text = text, _once(text, form, marks)
        if text == before:
            return text
    return _once(_JOINERS.sub("", text, **_KEEP), form, marks)


def _is_plain(text: str) -> bool:
    """Whether nothing is to be done, for each character is seen and stands by itself."""
    return (text.isascii() and text.isprintable()) or _PLAIN.fullmatch(text) is not None


def _once(text: str, form: Literal["NFC", "NFKC"], marks: int) -> str:
    text = _UNSEEN.sub("", text, **_KEEP)
    text = _IN_ITS_PLACE.sub(r"\g<seen>", text, **_KEEP)
    text = _TOWERS[_SORTED_MAX].sub(r"\1", text, **_KEEP)
    text = unicodedata.normalize(form, text)
    text = _TOWERS[marks].sub(r"\1", text, **_KEEP)
    return _bounded(text) if _CHAINING.search(text, **_KEEP) else text


def _bounded(text: str) -> str:
    """Replace what pretends to be one character but is a whole text, such as a chain of 500 joined emoji."""
    clusters = _FLAG_OR_CLUSTER.findall(text, **_KEEP)
    return "".join(each if len(each) <= CLUSTER_MAX else "\N{REPLACEMENT CHARACTER}" for each in clusters)


def joined_lines(text: str) -> str:
    """Put a text on one line, with single spaces."""
    return " ".join(text.split())


def unseen_dropped(text: str) -> str:
    """Drop every character without a shape of its own, joiners included: for comparing, not for showing."""
    return str(_JOINERS.sub("", _UNSEEN.sub("", text, **_KEEP)))


def can_be_seen(text: str) -> bool:
    """Tell whether there is anything to look at: a letter, a digit or a sign."""
    return _SEEN.search(text, **_KEEP) is not None


def count(text: str) -> int:
    """Count characters as a reader does: a family emoji is one, a letter with its accents is one."""
    if _is_plain(text):
        return len(text)
    return int(_CLUSTER.subn("", _FLAG.sub("f", text, **_KEEP), **_KEEP)[1])
