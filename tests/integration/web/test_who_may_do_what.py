"""Every address of the house with who may use it: a new one that is not listed here fails the first test."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.client import Venue, new_id

OPEN, READER, PARTICIPANT, HOST, OPERATOR = "open", "reader", "participant", "host", "operator"
"""Anybody; whoever may read the room (its password!); a participant; the room's host; whoever runs the house."""

ROOM = "/api/v1/rooms/<name>"
WHO: dict[tuple[str, str], str] = {
    ("GET", "/"): OPEN,
    ("POST", "/"): OPEN,
    ("POST", "/join"): OPEN,
    ("GET", "/j/<code>"): OPEN,
    ("POST", "/language"): OPEN,
    ("GET", "/<name>"): OPEN,  # without what was said, where there is a password
    ("POST", "/<name>/join"): OPEN,
    ("POST", "/<name>/messages"): PARTICIPANT,
    ("POST", "/<name>/messages/<message_id>/vote"): PARTICIPANT,
    ("GET", "/<name>/projector"): READER,
    ("GET", "/<name>/transcript"): READER,
    ("GET", "/<name>/transcript.txt"): READER,
    ("GET", "/<name>/transcript.csv"): READER,
    ("GET", "/<name>/transcript.json"): READER,
    ("GET", "/<name>/host"): HOST,
    ("GET", "/<name>/feed.atom"): READER,
    ("GET", "/<name>/embed"): OPEN,  # without what was said, where there is a password; and by no cookie
    ("GET", "/<name>/qr.svg"): OPEN,
    ("GET", "/<name>/qr.png"): OPEN,
    ("GET", "/<name>/poster"): OPEN,  # hangs on a wall: nothing on it that the room's page does not show
    ("GET", "/static/<version>/<path:filename>"): OPEN,
    ("GET", "/healthz"): OPEN,
    ("GET", "/readyz"): OPEN,
    ("GET", "/metrics"): OPEN,
    ("GET", "/api/openapi.json"): OPEN,
    ("POST", "/api/v1/rooms"): OPEN,
    ("GET", "/api/v1/codes/<code>"): OPEN,
    ("GET", ROOM): OPEN,
    ("PATCH", ROOM): HOST,
    ("DELETE", ROOM): HOST,
    ("GET", f"{ROOM}/receipt"): OPEN,
    ("POST", f"{ROOM}/participants"): OPEN,  # the password is in the body
    ("PATCH", f"{ROOM}/participants/me"): PARTICIPANT,
    ("POST", f"{ROOM}/messages"): PARTICIPANT,
    ("GET", f"{ROOM}/messages"): READER,
    ("GET", f"{ROOM}/events"): READER,
    ("GET", f"{ROOM}/events/stream"): READER,
    ("GET", f"{ROOM}/messages/<message_id>/trail"): PARTICIPANT,  # the author; the host too
    ("DELETE", f"{ROOM}/messages/<message_id>"): HOST,
    ("POST", f"{ROOM}/messages/<message_id>/release"): HOST,
    ("POST", f"{ROOM}/messages/<message_id>/reject"): HOST,
    ("POST", f"{ROOM}/messages/<message_id>/vote"): PARTICIPANT,
    ("DELETE", f"{ROOM}/messages/<message_id>/vote"): PARTICIPANT,
    ("GET", f"{ROOM}/questions"): READER,
    ("POST", f"{ROOM}/messages/<message_id>/answer"): HOST,
    ("DELETE", f"{ROOM}/messages/<message_id>/answer"): HOST,
    ("POST", f"{ROOM}/messages/<message_id>/pin"): HOST,
    ("DELETE", f"{ROOM}/messages/<message_id>/pin"): HOST,
    ("GET", f"{ROOM}/held"): HOST,
    ("POST", f"{ROOM}/messages/<message_id>/lease"): HOST,
    ("DELETE", f"{ROOM}/messages/<message_id>/lease"): HOST,
    ("POST", f"{ROOM}/messages/<message_id>/appeal"): PARTICIPANT,  # the author
    ("POST", f"{ROOM}/messages/<message_id>/report"): PARTICIPANT,
    ("GET", f"{ROOM}/reports"): HOST,
    ("DELETE", f"{ROOM}/reports/<message_id>"): HOST,
    ("GET", f"{ROOM}/ledger"): HOST,
    ("POST", f"{ROOM}/rehearsal"): HOST,
    ("POST", f"{ROOM}/raid"): HOST,
    ("DELETE", f"{ROOM}/raid"): HOST,
    ("GET", f"{ROOM}/peace"): OPEN,  # numbers only
    ("GET", "/<name>/peace"): OPEN,
    ("GET", "/operator"): OPEN,  # the way in, and no more; without a password not even that
    ("POST", "/operator/login"): OPEN,
    ("POST", "/operator/logout"): OPERATOR,
    ("POST", "/operator/settle"): OPERATOR,
    ("POST", "/operator/close-room"): OPERATOR,
    ("POST", "/operator/ban"): OPERATOR,
    ("POST", "/operator/unban"): OPERATOR,
    ("GET", "/ws/rooms/<name>"): READER,
    ("GET", "/ws/echo"): OPEN,  # closed unless a setting opens it
}
BODIES = {
    f"{ROOM}/messages": {"id": new_id(), "text": "Not to be seen"},
    f"{ROOM}/participants/me": {"nickname": "Eve"},
    ROOM: {"title": "Not to be seen"},
}
SENDING = ("POST", "PATCH", "DELETE")


def test_every_address_is_listed_with_who_may_use_it(app: Flask) -> None:
    there = {
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert there - set(WHO) == set(), "who may use these?"
    assert set(WHO) - there == set(), "these are no longer there"


def asked(venue: Venue, method: str, rule: str, message_id: str, token: str | None) -> int:
    path = rule.replace("<name>", venue.name).replace("<message_id>", message_id)
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = {"json": BODIES[rule]} if rule in BODIES and method in SENDING else {}
    return venue.http.request(method, path, headers=headers, **body).status_code  # type: ignore[arg-type]


def rules(who: str) -> list[tuple[str, str]]:
    return [key for key, value in WHO.items() if value == who and not key[1].startswith("/ws/")]


@pytest.mark.parametrize(("method", "rule"), rules(HOST))
def test_what_is_the_hosts_nobody_else_may(venue: Venue, a_room: Callable[..., Venue], method: str, rule: str) -> None:
    ada, elsewhere = venue.join(), a_room().host_token
    message_id = ada.say("Mine")["id"]
    ada.call("POST", f"/messages/{message_id}/report")
    for token in (None, "guessed", ada.token, elsewhere):
        assert asked(venue, method, rule, message_id, token) in (401, 403)
    assert venue.texts() == ["Mine"]
    # A message that does not wait cannot be decided about (409), and it is the host who is told so.
    assert asked(venue, method, rule, message_id, venue.host_token) in (200, 202, 409)


@pytest.mark.parametrize(("method", "rule"), rules(PARTICIPANT))
def test_what_is_a_participants_nobody_else_may(venue: Venue, method: str, rule: str) -> None:
    message_id = venue.join().say("Mine")["id"]
    for token in (None, "guessed"):
        assert asked(venue, method, rule, message_id, token) in (401, 403)
    assert venue.texts() == ["Mine"]


@pytest.mark.parametrize(("method", "rule"), rules(READER))
def test_what_is_a_readers_needs_the_rooms_password(venue: Venue, method: str, rule: str) -> None:
    venue.host("PATCH", json={"password": "open sesame"})
    for token in (None, "guessed"):
        assert asked(venue, method, rule, "", token) in (401, 403)


@pytest.mark.parametrize(("method", "rule"), rules(OPERATOR))
def test_what_is_the_operators_no_host_may(venue: Venue, method: str, rule: str) -> None:
    for token in (None, venue.host_token):
        assert asked(venue, method, rule, "", token) == 401
