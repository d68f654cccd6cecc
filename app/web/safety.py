"""A room's settings of the checks, as they are asked for and as they are told."""

from collections.abc import Callable, Sequence
from typing import Any, Final

from app.bus.wire import Json, raid_to_wire
from app.chat import Room, Safety
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


def to_moderator(told: Json, room: Room) -> Json:
    """A room as its moderators see it: with its own words, and with a raid where there is one."""
    words = {"own_words": list(room.safety.own_words)}
    raid = {"raid": raid_to_wire(room.raid)} if room.raid else {}
    return {**told, "safety": {**told["safety"], **words}, **raid}


def to_desk(told: Json, room: Room) -> Json:
    """The same, and whether there is a password: what a desk shows of a room that it did not make itself."""
    return {**to_moderator(told, room), "password": room.password_hash is not None}
