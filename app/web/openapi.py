"""The API described for programs: `/api/openapi.json` (OpenAPI 3.1.1), made of the models that the calls use."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from flask import Blueprint, Response, current_app, jsonify
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from werkzeug.routing import Rule

from app.bus.wire import Json
from app.web import answers, bodies
from app.web.identity import CSRF_HEADER
from config.settings import settings

openapi = Blueprint("openapi", __name__, url_prefix="/api")

VERSION: Final = "1"
TITLE: Final = "Parley"
WHAT: Final = "A backchannel: a room made in seconds, shared by a link, gone when its time is up."
SCHEMA: Final = "#/components/schemas/{model}"
PROBLEM: Final = "application/problem+json"
CACHE_SECONDS: Final = 3600
EVENT_STREAM: Final = "text/event-stream"
# HTTP methods of a rule that are the web's own doing.
UNSAID: Final = frozenset({"HEAD", "OPTIONS"})
PATH: Final = {
    "name": "The room's name, as in its link.",
    "message_id": "A message's id, a UUID.",
    "participant_id": "A participant's id, a UUID.",
    "helper_id": "A helper's id, a UUID.",
    "code": "The room's short code, however it is typed.",
}
WHO: Final[Mapping[str, list[dict[str, list[str]]]]] = {
    "anyone": [],
    "reader": [{}, {"token": []}, {"cookie": []}],
    "participant": [{"token": []}, {"cookie": [], "csrf": []}],
    "host": [{"token": []}, {"cookie": [], "csrf": []}],
}


@dataclass(frozen=True, slots=True)
class Query:
    """Something in a call's address that may be left out: a whole number with its bounds, or a text."""

    what: str
    least: int | None = None
    most: int | None = None

    def described(self, name: str) -> Json:
        """As OpenAPI has it."""
        kind: Json = {"type": "string"} if self.least is None else {"type": "integer", "minimum": self.least}
        if self.most is not None:
            kind["maximum"] = self.most
        return {"name": name, "in": "query", "required": False, "description": self.what, "schema": kind}


@dataclass(frozen=True, slots=True)
class Call:
    """One call of the API.

    Attributes:
        answers: the model of each answer that is no refusal, by its status; None is no JSON.
        may: who may call it: one of `WHO`.
        body: the model of what is sent.
        query: what may stand in the address.
    """

    answers: Mapping[int, type[BaseModel] | None]
    may: str = "anyone"
    body: type[BaseModel] | None = None
    query: Mapping[str, Query] | None = None


AFTER = Query("Only what has a greater seq.", 0)
BEFORE = Query("Only what has a smaller seq.", 1)
BEFORE_LINE = Query("Only what has a smaller number.", 1)
LIMIT = Query("At most so many.", 1)
WAIT = Query("How long to wait, in seconds.", 0)
LIKE = Query("Only whose nickname has this in it, or looks as if it had.")
ONLY = Query("Only those: `waiting` to be let in, or `limited`, who are muted or banned.")
ABOUT = Query("Only what is about the message, participant or helper with this id.")
AFTER_ID = Query("Only those who stand behind the one with this id.")
TOKEN = Query("A token, where the client can set no header.")
DECIDED: Final = {202: answers.Decided}

# Every call below /api, by its endpoint; a test minds that none is missing.
CALLS: Final[Mapping[str, Call]] = {
    "rooms.make": Call({201: answers.RoomMade}, body=bodies.NewRoom),
    "rooms.show": Call({200: answers.RoomFound}, "reader"),
    "rooms.change": Call({200: answers.RoomAnswer}, "host", bodies.RoomChange),
    "rooms.end": Call({202: answers.Ending}, "host"),
    "rooms.receipt": Call({200: answers.ReceiptAnswer}),
    "rooms.decode": Call({200: answers.CodeAnswer}),
    "participants.join": Call({201: answers.Joined}, body=bodies.Joining),
    "participants.rename": Call({200: answers.ParticipantAnswer}, "participant", bodies.Renaming),
    "sanctions.listed": Call(
        {200: answers.People}, "host", query={"q": LIKE, "only": ONLY, "after": AFTER_ID, "limit": LIMIT}
    ),
    "sanctions.one": Call({200: answers.Person}, "host", query={"limit": LIMIT}),
    "sanctions.mute": Call(DECIDED, "host", bodies.Muting),
    "sanctions.unmute": Call(DECIDED, "host"),
    "sanctions.ban": Call(DECIDED, "host", bodies.Banning),
    "sanctions.unban": Call(DECIDED, "host"),
    "sanctions.admit": Call(DECIDED, "host"),
    "sanctions.unadmit": Call(DECIDED, "host"),
    "sanctions.turn_away": Call(DECIDED, "host"),
    "helpers.listed": Call({200: answers.Helpers}, "host"),
    "helpers.make": Call({201: answers.HelperMade}, "host", bodies.NewHelper),
    "helpers.revoke": Call(DECIDED, "host"),
    "helpers.hand_over": Call({200: answers.HandedOver}, "host"),
    "doors.enter": Call({200: answers.ParticipantAnswer}, "participant", bodies.Entering),
    "messages.post": Call(
        {201: answers.Delivered, 202: answers.Accepted}, "participant", bodies.Saying, {"wait": WAIT}
    ),
    "messages.archive": Call({200: answers.Page}, "reader", query={"before": BEFORE, "after": AFTER, "limit": LIMIT}),
    "messages.show_trail": Call({200: answers.Trail}, "participant"),
    "decisions.remove": Call(DECIDED, "host"),
    "decisions.release": Call(DECIDED, "host"),
    "decisions.reject": Call(DECIDED, "host", bodies.Rejecting),
    "decisions.take_lease": Call({200: answers.LeaseTaken}, "host"),
    "decisions.give_lease_back": Call(DECIDED, "host"),
    "decisions.appeal": Call(DECIDED, "participant", bodies.Appealing),
    "decisions.show_held": Call({200: answers.Waiting}, "host"),
    "raids.begin": Call({200: answers.RaidAnswer}, "host", bodies.RaidBody),
    "raids.end": Call({200: answers.RaidAnswer}, "host"),
    "rehearsals.show": Call({200: answers.Rehearsed}, "host", bodies.SafetyBody),
    "reports.report": Call(DECIDED, "participant", bodies.Rejecting),
    "reports.waiting": Call({200: answers.Reports}, "host"),
    "reports.dismiss": Call(DECIDED, "host"),
    "peace.ledger": Call({200: answers.Ledger}, "host", query={"before": BEFORE_LINE, "about": ABOUT, "limit": LIMIT}),
    "peace.counts": Call({200: answers.PeaceCounted}),
    "marks.set_vote": Call(DECIDED, "participant"),
    "marks.take_vote_back": Call(DECIDED, "participant"),
    "marks.answer": Call(DECIDED, "host"),
    "marks.take_answer_back": Call(DECIDED, "host"),
    "marks.pin": Call(DECIDED, "host"),
    "marks.unpin": Call(DECIDED, "host"),
    "marks.questions": Call({200: answers.Questions}, "reader", query={"limit": LIMIT}),
    "events.page": Call({200: answers.Events}, "reader", query={"after": AFTER, "limit": LIMIT, "wait": WAIT}),
    "events.stream": Call({200: None}, "reader", query={"after": AFTER, "token": TOKEN}),
}


@openapi.get("/openapi.json")
def describe() -> Response:
    """The description; it changes with the version of Parley only."""
    answer = jsonify(description())
    answer.cache_control.public, answer.cache_control.max_age = True, CACHE_SECONDS
    return answer


@cache
def description() -> Json:
    """The whole API as an OpenAPI document (https://spec.openapis.org/oas/v3.1.1.html)."""
    paths: dict[str, Json] = {}
    for rule in current_app.url_map.iter_rules():
        if call := CALLS.get(rule.endpoint):
            (method,) = (rule.methods or set()) - UNSAID
            paths.setdefault(_path(rule), {})[method.lower()] = _operation(rule, call)
    return {
        "openapi": "3.1.1",
        "info": {"title": TITLE, "version": VERSION, "description": WHAT},
        "servers": [{"url": settings().public_url or "/"}],
        "paths": dict(sorted(paths.items())),
        "components": {"schemas": _schemas(), "securitySchemes": _ways_in()},
    }


def _path(rule: Rule) -> str:
    return rule.rule.replace("<", "{").replace(">", "}")


def _operation(rule: Rule, call: Call) -> Json:
    said = (current_app.view_functions[rule.endpoint].__doc__ or "").strip().partition("\n")[0]
    told: Json = {
        "operationId": rule.endpoint,
        "summary": said,
        "tags": [rule.endpoint.partition(".")[0]],
        "security": WHO[call.may],
        "parameters": [
            *(_in_path(name) for name in sorted(rule.arguments)),
            *(each.described(name) for name, each in (call.query or {}).items()),
        ],
        "responses": {str(status): _answer(model) for status, model in call.answers.items()},
    }
    told["responses"]["default"] = _content("Why it was not done.", PROBLEM, answers.Problem)
    if call.body:
        told["requestBody"] = {"required": True, **_content(None, "application/json", call.body)}
    return told


def _in_path(name: str) -> Json:
    return {"name": name, "in": "path", "required": True, "description": PATH[name], "schema": {"type": "string"}}


def _answer(model: type[BaseModel] | None) -> Json:
    if model is None:
        return {"description": "Events as they happen.", "content": {EVENT_STREAM: {"schema": {"type": "string"}}}}
    return _content((model.__doc__ or "").partition("\n")[0], "application/json", model)


def _content(what: str | None, kind: str, model: type[BaseModel]) -> Json:
    described = {"content": {kind: {"schema": {"$ref": SCHEMA.format(model=model.__name__)}}}}
    return {"description": what, **described} if what else described


def _schemas() -> Json:
    sent = {call.body for call in CALLS.values() if call.body}
    told = {model for call in CALLS.values() for model in call.answers.values() if model} | {answers.Problem}
    # As if all of it were sent to us: what has a default may be left out of an answer, too.
    wanted: list[Any] = [(model, "validation") for model in sorted(sent | told, key=_named)]
    _, defined = models_json_schema(wanted, ref_template=SCHEMA)
    return dict(defined["$defs"])


def _named(model: type[BaseModel]) -> str:
    return model.__name__


def _ways_in() -> Json:
    return {
        "token": {"type": "http", "scheme": "bearer", "description": "A participant's token, or the host's."},
        "cookie": {"type": "apiKey", "in": "cookie", "name": "me_{name}", "description": "What our own pages set."},
        "csrf": {"type": "apiKey", "in": "header", "name": CSRF_HEADER, "description": "The page's token."},
    }
