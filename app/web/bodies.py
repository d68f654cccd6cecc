"""Bodies of requests: what a call asks for as a model, and a clear word on each field that is wrong."""

from collections.abc import Sequence
from typing import Annotated, Literal, TypeVar

from flask import request
from flask_babel import gettext as _
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails

from app.chat import check_text, clean_text
from app.chat.refusals import Empty, TooLong
from app.chat.safety import NEW_DEVICE_MINUTES_MAX
from app.web.errors import BadBody, FieldError
from app.web.languages import said

Ttl = Literal["1h", "2h", "8h", "1d", "1w", "1m", "1y"] | Annotated[int, Field(ge=60, le=31_622_400, strict=True)]
MAX_LENGTH_MIN, MAX_LENGTH_MAX = 60, 500
PASSWORD_MAX_LENGTH = 200
# Why a message is turned away, reported or to be looked at again: some two or three sentences.
OWN_WORDS_MAX_LENGTH = 200
# No id in an address is longer; what is longer is nobody's.
ID_MAX = 36
MaxLength = Annotated[int, Field(ge=MAX_LENGTH_MIN, le=MAX_LENGTH_MAX, strict=True)]
SlowMode = Annotated[int, Field(ge=0, le=3600, strict=True)]
Password = Annotated[str, Field(min_length=1, max_length=PASSWORD_MAX_LENGTH)]


class Body(BaseModel):
    """Nothing but what the contract names: a misspelt field is told, not lost."""

    model_config = ConfigDict(extra="forbid")


class SourceBody(Body):
    """A search on another network."""

    kind: Literal["x", "mastodon", "bluesky"]
    query: Annotated[str, Field(min_length=1, max_length=200)]


class EmbedBody(Body):
    """Whether a room may be shown in a frame, and where; what is not named stays as it is."""

    mode: Literal["off", "read", "post"] | None = None
    sites: list[str] | None = None


class SafetyBody(Body):
    """What a room has looked at; what is not named stays as it is."""

    links: Literal["allow", "hold", "block"] | None = None
    allowed_sites: list[str] | None = None
    words: Literal["default", "hold", "mask", "reject", "off"] | None = None
    own_words: list[str] | None = None
    word_languages: list[Literal["en", "de", "es", "fr"]] | None = None
    flood: Literal["off", "hold"] | None = None
    repeats: Literal["off", "hold"] | None = None
    new_devices: Literal["pass", "hold"] | None = None
    new_device_minutes: Annotated[int, Field(ge=1, le=NEW_DEVICE_MINUTES_MAX, strict=True)] | None = None
    raid: Literal["off", "tell", "auto"] | None = None


class NewRoom(Body):
    """POST /rooms."""

    name: str | None = None
    title: str | None = None
    ttl: Ttl | None = None
    max_length: MaxLength | None = None
    rules: str | None = None
    moderation: Literal["after", "before"] | None = None
    slow_mode: SlowMode | None = None
    password: Password | None = None
    sources: Annotated[list[SourceBody], Field(max_length=10)] | None = None
    embed: EmbedBody | None = None
    safety: SafetyBody | None = None
    door: Literal["open", "knock"] | None = None
    guests: Literal["write", "read"] | None = None


class RoomChange(Body):
    """PATCH /rooms/{name}: whatever is named is changed; no password is null."""

    title: str | None = None
    rules: str | None = None
    state: Literal["open", "paused", "closed"] | None = None
    moderation: Literal["after", "before"] | None = None
    slow_mode: SlowMode | None = None
    max_length: MaxLength | None = None
    password: Password | None = None
    ttl: Ttl | None = None
    embed: EmbedBody | None = None
    safety: SafetyBody | None = None
    door: Literal["open", "knock"] | None = None
    guests: Literal["write", "read"] | None = None


class Joining(Body):
    """POST /rooms/{name}/participants."""

    nickname: str
    password: Password | None = None
    device: str | None = None


class Entering(Body):
    """POST /rooms/{name}/password."""

    password: Password


class NewHelper(Body):
    """POST /rooms/{name}/helpers: without a length of life until the room's end."""

    label: Annotated[str, Field(max_length=200)] | None = None
    ttl: Ttl | None = None


class Muting(Body):
    """POST …/participants/{id}/mute: without a number until somebody says otherwise."""

    minutes: Annotated[int, Field(ge=1, le=527_040, strict=True)] | None = None


class Banning(Body):
    """POST …/participants/{id}/ban."""

    remove_messages: Annotated[bool, Field(strict=True)] = False


class Renaming(Body):
    """PATCH /rooms/{name}/participants/me."""

    nickname: str


class RaidBody(Body):
    """POST /rooms/{name}/raid."""

    minutes: Annotated[int, Field(ge=1, le=1440, strict=True)] | None = None


class Saying(Body):
    """POST /rooms/{name}/messages."""

    id: str
    text: str
    question: Annotated[bool, Field(strict=True)] = False


class Rejecting(Body):
    """POST /rooms/{name}/messages/{id}/reject, and a report: one of a few kinds, or one's own words."""

    reason: str = ""


class Appealing(Body):
    """POST /rooms/{name}/messages/{id}/appeal."""

    text: str = ""


Model = TypeVar("Model", bound=BaseModel)


def body(model: type[Model]) -> Model:
    """The request's body as `model`; raises BadBody with a sentence for each field that is wrong."""
    try:
        return model.model_validate_json(request.get_data(cache=True) or b"{}")
    except ValidationError as error:
        raise BadBody([_field_error(each) for each in error.errors(include_url=False)]) from error


def own_words(field: str, raw: str) -> str:
    """What somebody may say in a few words, cleaned; nothing where there is nothing to read.

    Raises:
        BadBody: it is too long.
    """
    text = clean_text(raw)
    try:
        check_text(text, OWN_WORDS_MAX_LENGTH)
    except Empty:
        return ""
    except TooLong as refusal:
        raise BadBody([FieldError(field, said(refusal))]) from refusal
    return text


def number(name: str, default: int, low: int, high: int) -> int:
    """A whole number from the query; a larger one than allowed counts as the largest.

    Raises:
        BadBody: it is no whole number, or less than `low`.
    """
    if name not in request.args:
        return default
    value = _whole(name)
    if value is None or value < low:
        detail = _("%(field)s: a whole number from %(low)d is needed.", field=name, low=low)
        raise BadBody([FieldError(name, detail)])
    return min(value, high)


def choice(name: str, allowed: Sequence[str], default: str) -> str:
    """One of a few words from the query.

    Raises:
        BadBody: it is another word.
    """
    word = request.args.get(name, default)
    if word not in (*allowed, default):
        raise BadBody([FieldError(name, f"{name}: has to be {' or '.join(allowed)}, or be left out.")])
    return word


def number_within(name: str, default: int, low: int, high: int) -> int:
    """A whole number from the query; raises BadBody for anything that is not one from `low` to `high`."""
    if name not in request.args:
        return default
    value = _whole(name)
    if value is None or not low <= value <= high:
        detail = _("%(field)s: a whole number from %(low)d to %(high)d is needed.", field=name, low=low, high=high)
        raise BadBody([FieldError(name, detail)])
    return value


# More digits than any seq has; int() of a very long text takes long.
MOST_DIGITS = 15


def _whole(name: str) -> int | None:
    """What the query says, as a number; None if it is none."""
    raw = request.args[name]
    try:
        return int(raw) if len(raw) <= MOST_DIGITS else None
    except ValueError:
        return None


def _field_error(error: ErrorDetails) -> FieldError:
    place = [str(part) for part in error["loc"] if part not in ("constrained-int", "literal")]
    field = ".".join(part for part in place if not part.startswith(("literal[", "function-"))) or "body"
    words = {
        "missing": "is missing",
        "extra_forbidden": "is not known here",
        "json_invalid": "is not valid JSON",
        "model_type": "has to be a JSON object",
    }
    what = words.get(error["type"], error["msg"][:1].lower() + error["msg"][1:])
    return FieldError(field, f"{field}: {what}.")
