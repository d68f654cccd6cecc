"""The checks that a message can go through, a module each, in the order in which the settings name them."""

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from app.chat.checks.approve_first import ApproveFirst
from app.chat.checks.flood import Flood
from app.chat.checks.length import Length
from app.chat.checks.links import LinkCheck
from app.chat.checks.muted import Muted
from app.chat.checks.new_device import NewDevice
from app.chat.checks.normalise import Normalise
from app.chat.checks.repeated import Repeated
from app.chat.checks.words import WordCheck
from app.chat.floods import USUAL, Limits
from app.chat.moderation import Check
from app.chat.safety import Words

CHECK_NAMES: Final = ("normalise", "length", "links", "words", "flood", "repeated", "new_device")
WORD_LIST_ACTIONS: Final = ("hold", "mask", "reject", "off")
NO_OTHERS: Final[Mapping[str, Check]] = MappingProxyType({})


def make_checks(
    names: Sequence[str],
    word_list_action: str = "hold",
    languages: tuple[str, ...] = ("en",),
    limits: Limits = USUAL,
    others: Mapping[str, Check] = NO_OTHERS,
) -> tuple[Check, ...]:
    """Make the checks that the settings ask for, in their order.

    Whoever is muted is never heard, and where the host reads everything first nothing passes by him: these two are
    always there, the first and the last.

    Args:
        names: what the settings name.
        word_list_action: what becomes of a message with a listed word where its room does not say.
        languages: whose word lists are looked at where a room does not say.
        limits: what is a flood.
        others: checks that do not come with Parley, by their names.
    """
    if word_list_action not in WORD_LIST_ACTIONS:
        raise ValueError(f"The word list can do {', '.join(WORD_LIST_ACTIONS)}; {word_list_action!r} is none of them.")
    words = WordCheck(Words(word_list_action), languages)
    ours = (Normalise(), Length(), LinkCheck(), words, Flood(limits), Repeated(), NewDevice())
    known = {check.name: check for check in ours} | dict(others)
    if unknown := [name for name in names if name not in known]:
        raise ValueError(f"There is no check called {', '.join(unknown)}. Use any of {', '.join(known)}.")
    return (Muted(), *(known[name] for name in names), ApproveFirst())


def rehearsed(checks: Sequence[Check]) -> tuple[Check, ...]:
    """The checks that a room's settings steer: what is left without whom the host has muted and what he reads first."""
    return tuple(check for check in checks if not isinstance(check, Muted | ApproveFirst))
