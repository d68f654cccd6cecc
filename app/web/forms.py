"""The form that makes a room: what it offers, what of it was asked for, and what is wrong with which field."""

from collections.abc import Mapping
from typing import Any

from flask_babel import gettext as _
from pydantic import ValidationError

from app.chat.refusals import Refusal
from app.chat.words import english
from app.web.bodies import MAX_LENGTH_MAX, MAX_LENGTH_MIN, PASSWORD_MAX_LENGTH, NewRoom
from app.web.errors import BadBody, FieldError, fields_of
from app.web.languages import said
from config.settings import settings

LIVES = (
    ("1h", english("1 hour")),
    ("2h", english("2 hours")),
    ("8h", english("8 hours")),
    ("1d", english("1 day")),
    ("1w", english("1 week")),
    ("1m", english("1 month")),
    ("1y", english("1 year")),
)
SLOW_MODES = (
    (0, english("Off")),
    (5, english("5 seconds")),
    (10, english("10 seconds")),
    (30, english("30 seconds")),
    (60, english("1 minute")),
    (300, english("5 minutes")),
)
NAME_MAX_LENGTH = 40

FIELDS = ("name", "title", "ttl", "max_length", "slow_mode", "moderation", "password", "rules")
# What is folded away until somebody wants it.
FOLDED = FIELDS[3:]
# What a room of ours begins with: nobody who talks as people do meets it. Programs begin with nothing.
SENSIBLE = {"flood": "hold", "repeats": "hold"}
_NUMBERS = ("max_length", "slow_mode")
_DIGITS_MAX = 9  # of a number that is worth reading; int() of a very long one is slow


def choices() -> dict[str, Any]:
    """What the form offers, for its template."""
    chosen = settings()
    return {
        "ttls": [{"value": value, "label": _(label)} for value, label in LIVES],
        "slow_modes": [{"value": value, "label": _(label)} for value, label in SLOW_MODES],
        "folded": FOLDED,
        "limits": {
            "name_max": NAME_MAX_LENGTH,
            "title_max": chosen.title_max_length,
            "rules_max": chosen.rules_max_length,
            "nickname_max": chosen.nickname_max_length,
            "password_max": PASSWORD_MAX_LENGTH,
            "length_min": MAX_LENGTH_MIN,
            "length_max": MAX_LENGTH_MAX,
        },
    }


def typed(form: Mapping[str, str]) -> dict[str, str]:
    """What somebody typed into the form, field by field."""
    return {field: form.get(field, "").strip() for field in FIELDS}


def asked(form: Mapping[str, str]) -> NewRoom:
    """The room that the form asks for; what was left empty is left to the house.

    Raises:
        BadBody: with a sentence for each field that cannot be so.
    """
    try:
        given = {field: _value(field, raw) for field, raw in form.items() if raw}
        return NewRoom.model_validate(given | {"safety": SENSIBLE})
    except ValidationError as error:
        wrong = {str(each["loc"][0]) for each in error.errors(include_url=False)}
        raise BadBody([FieldError(field, _wrong()[field]) for field in FIELDS if field in wrong]) from error


def errors_of(refusal: Refusal) -> dict[str, str]:
    """What stands beside which field; what is about none of them stands at the button."""
    about = {each.field: each.message for each in fields_of(refusal) if each.field in FIELDS}
    return about or {"form": said(refusal)}


def _value(field: str, raw: str) -> str | int:
    plain = field in _NUMBERS and raw.isascii() and raw.isdigit() and len(raw) <= _DIGITS_MAX
    return int(raw) if plain else raw


def _wrong() -> dict[str, str]:
    return {
        "name": _("Choose another name."),
        "title": _("Choose another title."),
        "ttl": _("Choose how long the room lives."),
        "max_length": _("Choose a whole number from %(low)d to %(high)d.", low=MAX_LENGTH_MIN, high=MAX_LENGTH_MAX),
        "slow_mode": _("Choose how long one waits between two messages."),
        "moderation": _("Choose whether you read each message first."),
        "password": _("Choose a password of at most %(most)d characters.", most=PASSWORD_MAX_LENGTH),
        "rules": _("Write the rules anew."),
    }
