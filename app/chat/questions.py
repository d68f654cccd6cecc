"""Questions: a message is one if it ends with a question mark, of whatever script."""

from typing import Final

import regex

# Every character that Unicode calls a question mark and that stands at the end; those that open a question (¿) do not.
# The Armenian one stands over a word in the middle and the Greek one looks like a semicolon: they have rules below.
MARKS: Final = (
    "?\u061f\u1367\u1945\u203d\u2047\u2048\u2049\u2753\u2754\u2cfa\u2cfb\u2e2e\u2e54\ua60f\ua6f7\ufe16\ufe56\uff1f"
    "\U00011143\U0001f679\U0001f67a\U0001f67b\U0001fbc4"
)
# What may follow a mark and changes nothing: space, quotes and brackets, emphasis, "!" and full stops ("?!", "?.."),
# emoji with all that they are made of, and the smileys that are typed.
_AFTER: Final = (
    r"(?:[[\s\p{Pf}\p{Pi}\p{Pe}\p{Ps}\"'`´*_~!！.…\p{Extended_Pictographic}\p{Emoji_Modifier}\p{RI}\u200D\u20E3\uFE0E\uFE0F"
    rf"\U000E0020-\U000E007F]--[{MARKS}]]"
    r"|[0-9#*]\uFE0F?\u20E3|:[-']?[DPpOo/|)(])*+\Z"
)
_ENDS: Final = regex.compile(rf"[{MARKS}]{_AFTER}", regex.V1)
# Unicode's composed form (NFC), in which texts are kept, makes the Greek mark a semicolon; Greeks type one anyway.
_ENDS_GREEK: Final = regex.compile(rf"(?<=\p{{Greek}}[\p{{Pf}}\p{{Pe}}\"'\s]?)[;\u037e]{_AFTER}", regex.V1)
# The Armenian one stands over the word that is asked for; the sentence ends with its own full stop, or with nothing.
_ASKS_ARMENIAN: Final = regex.compile(rf"\u055e[^\u055e\u0589:.!?\n]*+[\u0589:.]?{_AFTER}", regex.V1)


def is_question(text: str) -> bool:
    """Tell whether somebody asks: the text ends with a question mark, whatever quotes or emoji come after it."""
    return any(pattern.search(text, concurrent=False) for pattern in (_ENDS, _ENDS_GREEK, _ASKS_ARMENIAN))
