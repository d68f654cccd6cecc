"""The API as it is described, and as it answers: the description is what other people's clients are made of."""

from __future__ import annotations

from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis import Case, checks

from app.web.openapi import CALLS
from tests.support.client import Venue, browser, make_room
from tests.support.house import House

CALLS_OF_EACH_KIND = 6
ENDLESS = "events.stream"
SECONDS = 30
BRIEF = settings(
    max_examples=CALLS_OF_EACH_KIND,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
)
AS_DESCRIBED = [
    checks.not_a_server_error,
    checks.status_code_conformance,
    checks.content_type_conformance,
    checks.response_schema_conformance,
]


@pytest.fixture(scope="module")
def described(house: House) -> Any:
    """The description as a client gets it; it is a valid one."""
    found = schemathesis.openapi.from_url(f"{house.base}/api/openapi.json")
    found.validate()
    return found


@pytest.mark.parametrize("call", sorted(CALLS.keys() - {ENDLESS}))
def test_whatever_a_call_is_sent_it_answers_as_described(described: Any, house: House, call: str) -> None:
    @given(case=described.find_operation_by_id(call).as_strategy())
    @BRIEF
    def answers_as_described(case: Case) -> None:
        with browser(house.base) as http:
            venue = make_room(house.base, http)
            ada = venue.join()
            helper = venue.host("POST", "/helpers").json()["helper"]["id"]
            real = {"name": venue.name, "message_id": ada.post("Hello?").json()["id"], "code": venue.room["code"]}
            real |= {"participant_id": ada.id, "helper_id": helper}
            case.path_parameters = {name: real[name] for name in case.path_parameters or {}}
            (case.query or {}).pop("wait", None)
            token = ada.token if CALLS[call].may == "participant" else venue.host_token
            answer = case.call(headers={"Authorization": f"Bearer {token}"}, timeout=SECONDS)
            case.validate_response(answer, checks=AS_DESCRIBED)

    answers_as_described()


def test_a_call_that_is_not_described_is_found(house: House, app: Flask) -> None:
    with browser(house.base) as http:
        answer = http.get("/api/openapi.json")
        assert answer.headers["Content-Type"] == "application/json"
        paths = answer.json()["paths"]
    there = {
        (rule.rule.translate(str.maketrans("<>", "{}")), method.lower())
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert {(path, method) for path, methods in paths.items() for method in methods} == there


def test_what_is_answered_is_described_field_by_field(venue: Venue) -> None:
    """A field that is told and not described would be found by nobody who reads the description."""
    ada = venue.join()
    ada.say("Why?")
    told = {
        ("get", "/api/v1/rooms/{name}"): venue.call("GET"),
        ("get", "/api/v1/rooms/{name}/messages"): venue.call("GET", "/messages"),
        ("get", "/api/v1/rooms/{name}/questions"): venue.call("GET", "/questions"),
        ("post", "/api/v1/rooms/{name}/participants"): venue.call("POST", "/participants", json={"nickname": "Eve"}),
        ("patch", "/api/v1/rooms/{name}"): venue.host("PATCH", json={"title": "New"}),
    }
    document = venue.http.get("/api/openapi.json").json()
    for (method, path), answer in told.items():
        schema = document["paths"][path][method]["responses"][str(answer.status_code)]["content"]["application/json"]
        assert undescribed(answer.json(), schema["schema"], document) == [], path


def undescribed(value: Any, schema: Any, document: Any, place: str = "") -> list[str]:
    """The fields of an answer of which a schema knows nothing."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        return min((undescribed(value, each, document, place) for each in schema["anyOf"]), key=len)
    if isinstance(value, list):
        return [found for each in value for found in undescribed(each, schema.get("items", {}), document, place)]
    if not isinstance(value, dict) or "properties" not in schema:
        return []
    known = schema["properties"]
    strange = [f"{place}.{name}" for name in value if name not in known]
    return strange + [
        found for name in value if name in known for found in undescribed(value[name], known[name], document, name)
    ]
