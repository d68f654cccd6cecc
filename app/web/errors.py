"""Refusals become answers here and nowhere else: problem JSON (RFC 9457) for programs, a page for people."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from flask import Flask, Response, jsonify, render_template, request
from flask_babel import gettext as _
from kombu.exceptions import OperationalError
from werkzeug.exceptions import HTTPException

from app.bus.connection import RETRY_AFTER_SECONDS
from app.bus.leases import lease_to_wire
from app.bus.wire import dumps
from app.chat.refusals import Leased, Refusal, Unavailable
from app.chat.words import english
from app.web.languages import said

log = logging.getLogger(__name__)

# What a refusal is in HTTP; whatever is not listed is a 422: the request itself has to change.
STATUS = {
    "no_such_room": 404,
    "no_such_message": 404,
    "no_such_helper": 404,
    "no_such_participant": 404,
    "name_taken": 409,
    "nickname_taken": 409,
    "other_text": 409,
    "network_banned": 403,
    "leased": 409,
    "not_held": 409,
    "nothing_to_appeal": 409,
    "already_appealed": 409,
    "too_fast": 429,
    "paused": 403,
    "closed": 403,
    "muted": 403,
    "banned": 403,
    "not_admitted": 403,
    "read_only": 403,
    "password_needed": 401,
    "wrong_password": 403,
    "wrong_csrf_token": 403,
    "expired": 410,
    "unauthorized": 401,
    "wrong_operator": 401,
    "unavailable": 503,
}
# Which field of the body a refusal is about.
FIELD = {
    "bad_name": "name",
    "name_taken": "name",
    "bad_nickname": "nickname",
    "nickname_taken": "nickname",
    "password_needed": "password",
    "bad_site": "embed.sites",
    "bad_domain": "safety.allowed_sites",
    "bad_word": "safety.own_words",
    "empty": "text",
    "too_long": "text",
    "rejected": "text",
    "wrong_password": "password",
}


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field of a body."""

    field: str
    message: str


class BadBody(Refusal):
    """The body is not what the contract asks for."""

    code = "bad_body"
    title = english("The request is not what this call asks for")

    def __init__(self, errors: Sequence[FieldError]) -> None:
        super().__init__(" ".join(error.message for error in errors))
        self.errors = tuple(errors)


class NoSuchMessage(Refusal):
    """There is no such message in this room."""

    code = "no_such_message"
    title = english("No such message")
    sentence = english("This room has no message with this id.")


class NoSuchParticipant(Refusal):
    """There is nobody with this id in this room."""

    code = "no_such_participant"
    title = english("Nobody is here by that id")
    sentence = english("Nobody in this room has this id. Look at the list of participants again.")


class NoSuchHelper(Refusal):
    """There is no helper's link of this id in this room."""

    code = "no_such_helper"
    title = english("No such helper")
    sentence = english("This room has no helper's link with this id. Look at the list again.")


class Rejected(Refusal):
    """The room's checks turned a message away."""

    code = "rejected"
    title = english("The message was not let through")


# What a page says where the sentence is for programs: by the code that they are told.
PLAIN = {
    "bad_request": (
        english("That could not be understood"),
        english("Something was missing from what was sent. Go back, load the page again, and try once more."),
    ),
    "not_found": (
        english("There is nothing here"),
        english("No page of ours has this address. Look at the link again: one letter may be different."),
    ),
    "method_not_allowed": (
        english("There is nothing to read here"),
        english("This address only takes what a form sends. Go back to the page that you came from."),
    ),
    "request_entity_too_large": (
        english("That is too much at once"),
        english("What was sent is larger than Parley takes. Go back and shorten it."),
    ),
    "wrong_csrf_token": (
        english("This page is out of date"),
        english("It was open for long, or your browser keeps no cookies. Go back, load it again, and try once more."),
    ),
}


def init_app(app: Flask) -> None:
    """Makes every way to fail end in a clear answer."""
    app.register_error_handler(Refusal, _refused)
    app.register_error_handler(OperationalError, _broker_away)
    app.register_error_handler(HTTPException, _http)
    app.register_error_handler(Exception, _unexpected)


def status_of(refusal: Refusal) -> int:
    """The HTTP status of a refusal."""
    return STATUS.get(refusal.code, 422)


def fields_of(refusal: Refusal) -> list[FieldError]:
    """What is wrong with which field, where it is about a field."""
    if isinstance(refusal, BadBody):
        return list(refusal.errors)
    field = FIELD.get(refusal.code)
    return [FieldError(field, said(refusal))] if field else []


def _refused(refusal: Refusal) -> Response:
    answer = _answer(status_of(refusal), _(refusal.title), said(refusal), refusal.code, fields_of(refusal))
    if (wait := getattr(refusal, "retry_after", None)) is not None:
        answer.headers["Retry-After"] = str(wait)
    if isinstance(refusal, Leased) and answer.is_json:
        answer.set_data(dumps({**answer.get_json(), "lease": lease_to_wire(refusal.lease)}))
    if status_of(refusal) == 401:
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


def _broker_away(_error: OperationalError) -> Response:
    return _refused(Unavailable(retry_after=RETRY_AFTER_SECONDS))


def _http(error: HTTPException) -> Response:
    if error.code is None or error.code < 400:
        return cast("Response", error.get_response())
    code = error.name.lower().replace(" ", "_")
    answer = _answer(error.code, error.name, error.description or error.name, code)
    if allowed := getattr(error, "valid_methods", None):
        answer.headers["Allow"] = ", ".join(allowed)
    return answer


def _unexpected(error: Exception) -> Response:
    # The path has no text of anybody in it; the query may hold a token and is left out.
    log.error("unexpected error", extra={"path": request.path, "method": request.method}, exc_info=error)
    detail = _("Something on our side went wrong. Nothing of yours was lost; please try again.")
    return _answer(500, _("Something went wrong"), detail, "error")


def _answer(status: int, title: str, detail: str, code: str, fields: Sequence[FieldError] = ()) -> Response:
    if not _for_program():
        title, detail = map(_, PLAIN[code]) if code in PLAIN else (title, detail)
        return Response(render_template("error.html", status=status, title=title, detail=detail), status)
    problem: dict[str, Any] = {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": detail,
        "code": code,
        "errors": [{"field": each.field, "message": each.message} for each in fields],
    }
    answer = jsonify(problem)
    answer.status_code = status
    answer.mimetype = "application/problem+json"
    return answer


def _for_program() -> bool:
    return request.path.startswith(("/api/", "/ws/", "/healthz", "/readyz", "/metrics"))
