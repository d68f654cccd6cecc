"""Links: where a text leads to, whether or not a page would make a link of it."""

import re
from collections.abc import Iterator
from functools import cache
from typing import Final

import idna

# What browsers take for a full stop in a name (UTS 46), and what people write so that no program should see one.
_STOPS: Final = str.maketrans({"\u3002": ".", "\uff0e": ".", "\uff61": "."})
_WRITTEN_STOP: Final = re.compile(r"[\[({]\s?(?:\.|dot)\s?[\])}]", re.IGNORECASE)
# Every pattern is linear: fixed neighbours, or one class up to a limit.
_WITH_SCHEME: Final = re.compile(
    r"\b(?:https?:[/\\]{1,3}|[a-z][a-z0-9+-]{1,10}://)([^\s/?#<>\"'\\]{1,300})", re.IGNORECASE
)
# Labels between full stops, then what may follow a name.
_BARE: Final = re.compile(
    r"(?<![\w@])(?<!\w[.-])((?:[^\W_](?:[\w-]{0,61}\w)?\.){1,126}[^\W\d_][\w-]{1,62})(?![\w@])(:\d{1,5})?(/)?"
)
_ADDRESS: Final = re.compile(r"(?<![\w.])((?:\d{1,3}\.){3}\d{1,3})(?::\d{1,5}|/\w)")
_TAIL: Final = ".,;:!?)]}'\"…"
# Ends of names that are ends of files, too: in a lesson on programming most are.
_FILES: Final = frozenset({"py", "sh", "md", "rs", "pl", "cc", "ps", "so", "mm", "zip", "mov", "ml", "app"})
# Ends that lead nowhere outside, but look as if they did (RFC 2606), and one that leads somewhere by another way.
_MORE_ENDS: Final = frozenset({"example", "test", "invalid", "onion", "local"})


def domains(text: str) -> Iterator[str]:
    """Give the domain of each link in a text, as browsers spell it; what may be no link at all is left out.

    A link is what begins with a scheme, of whatever kind; what ends like a domain that there is; and what looks like
    one and has a path. "Hello.World" and `main.py` are none, and neither is an address of e-mail.
    """
    if "." not in (text := text.translate(_STOPS)) and ":/" not in text and not _WRITTEN_STOP.search(text):
        return
    text = _WRITTEN_STOP.sub(".", text)
    for found in _WITH_SCHEME.finditer(text):
        yield _spelled(found[1].rpartition("@")[2])
    for found in _BARE.finditer(text):
        name, port, path = found.groups()
        if path or port or _ends_like_a_domain(name):
            yield _spelled(name)
    for found in _ADDRESS.finditer(text):
        yield found[1]


def _ends_like_a_domain(name: str) -> bool:
    first, _, end = name.rpartition(".")
    if end.lower() in _FILES and "." not in first:
        return False
    # The beginning of the next sentence: nobody writes a domain so.
    if end[:1].isupper() and not end.isupper():
        return False
    return _punycode(end.lower()) in _ends()


def _spelled(name: str) -> str:
    """A domain in the letters that browsers use; without a port, and without what a sentence puts behind it."""
    host = name.rstrip(_TAIL).partition(":")[0].lower()
    return ".".join(map(_punycode, host.removesuffix(".").split(".")))


def _punycode(label: str) -> str:
    if label.isascii():
        return label
    try:
        return idna.encode(label, uts46=True).decode()
    except idna.IDNAError:
        return label


@cache
def _ends() -> frozenset[str]:
    """Every end that a domain can have; read when the first one is compared."""
    from linkify_it.tlds import TLDS

    return frozenset(map(str.lower, TLDS)) | _MORE_ENDS
