"""A room's settings of the checks, as they are asked for and as they are told."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from app.bus.wire import Json
from app.chat import Safety
from app.chat.safety import clean_domains, clean_own_words
from app.web.bodies import SafetyBody


def _each_once(codes: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(codes))


_CLEANED: Final[dict[str, Callable[[Sequence[str]], tuple[str, ...]]]] = {
    "allowed_sites": clean_domains,
    "own_words": clean_own_words,
    "word_languages": _each_once,
}


def changed(now: Safety, asked: SafetyBody) -> Safety:
    """The settings with what was asked for; raises BadDomain or BadWord."""
    given: dict[str, Any] = asked.model_dump(exclude_none=True)
    cleaned = {name: _CLEANED[name](value) if name in _CLEANED else value for name, value in given.items()}
    return Safety.of_plain(now.to_plain() | cleaned)


def to_moderator(room: Json, safety: Safety) -> Json:
    """A room as its moderators see it: with its own words."""
    return {**room, "safety": {**room["safety"], "own_words": list(safety.own_words)}}
