"""Every address of the house with who may use it: a new one that is not listed here fails the first test."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from tests.support.client import Venue, new_id

OPEN, READER, PARTICIPANT, MODERATOR, HOST, OPERATOR = "open", "reader", "participant", "moderator", "host", "operator"
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
    ("GET", "/<name>/report"): PARTICIPANT,
    ("POST", "/<name>/report"): PARTICIPANT,
    ("GET", "/<name>/messages/<message_id>/appeal"): PARTICIPANT,  # the author
    ("POST", "/<name>/messages/<message_id>/appeal"): PARTICIPANT,
    ("GET", "/<name>/projector"): READER,
    ("GET", "/<name>/transcript"): READER,
    ("GET", "/<name>/transcript.txt"): READER,
    ("GET", "/<name>/transcript.csv"): READER,
    ("GET", "/<name>/transcript.json"): READER,
    ("GET", "/<name>/host"): MODERATOR,
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
    ("DELETE", f"{ROOM}/messages/<message_id>"): MODERATOR,
    ("POST", f"{ROOM}/messages/<message_id>/release"): MODERATOR,
    ("POST", f"{ROOM}/messages/<message_id>/reject"): MODERATOR,
    ("POST", f"{ROOM}/messages/<message_id>/vote"): PARTICIPANT,
    ("DELETE", f"{ROOM}/messages/<message_id>/vote"): PARTICIPANT,
    ("GET", f"{ROOM}/questions"): READER,
    ("POST", f"{ROOM}/messages/<message_id>/answer"): MODERATOR,
    ("DELETE", f"{ROOM}/messages/<message_id>/answer"): MODERATOR,
    ("POST", f"{ROOM}/messages/<message_id>/pin"): MODERATOR,
    ("DELETE", f"{ROOM}/messages/<message_id>/pin"): MODERATOR,
    ("GET", f"{ROOM}/held"): MODERATOR,
    ("POST", f"{ROOM}/messages/<message_id>/lease"): MODERATOR,
    ("DELETE", f"{ROOM}/messages/<message_id>/lease"): MODERATOR,
    ("POST", f"{ROOM}/messages/<message_id>/appeal"): PARTICIPANT,  # the author
    ("POST", f"{ROOM}/messages/<message_id>/report"): PARTICIPANT,
    ("GET", f"{ROOM}/reports"): MODERATOR,
    ("DELETE", f"{ROOM}/reports/<message_id>"): MODERATOR,
    ("GET", f"{ROOM}/ledger"): MODERATOR,
    ("POST", f"{ROOM}/rehearsal"): MODERATOR,
    ("POST", f"{ROOM}/raid"): MODERATOR,
    ("DELETE", f"{ROOM}/raid"): MODERATOR,
    ("GET", f"{ROOM}/peace"): OPEN,  # numbers only
    ("GET", "/<name>/peace"): OPEN,
    ("GET", "/operator"): OPEN,  # the way in, and no more; without a password not even that
    ("POST", "/operator/login"): OPEN,
    ("POST", "/operator/logout"): OPERATOR,
    ("POST", "/operator/settle"): OPERATOR,
    ("POST", "/operator/close-room"): OPERATOR,
    ("POST", "/operator/ban"): OPERATOR,
    ("POST", "/operator/unban"): OPERATOR,
    ("GET", f"{ROOM}/participants"): MODERATOR,
    ("GET", f"{ROOM}/participants/<participant_id>"): MODERATOR,
    ("POST", f"{ROOM}/participants/<participant_id>/mute"): MODERATOR,
    ("POST", f"{ROOM}/participants/<participant_id>/unmute"): MODERATOR,
    ("POST", f"{ROOM}/participants/<participant_id>/ban"): MODERATOR,
    ("POST", f"{ROOM}/participants/<participant_id>/unban"): MODERATOR,
    ("POST", f"{ROOM}/participants/<participant_id>/admit"): MODERATOR,
    ("POST", f"{ROOM}/participants/<participant_id>/unadmit"): MODERATOR,
    ("POST", f"{ROOM}/participants/<participant_id>/turn-away"): MODERATOR,  # 404 for one who does not wait
    ("GET", f"{ROOM}/helpers"): HOST,
    ("POST", f"{ROOM}/helpers"): HOST,
    ("DELETE", f"{ROOM}/helpers/<helper_id>"): HOST,
    ("POST", f"{ROOM}/host"): HOST,
    ("POST", f"{ROOM}/password"): PARTICIPANT,
    ("GET", "/ws/rooms/<name>"): READER,
    ("GET", "/ws/echo"): OPEN,  # closed unless a setting opens it
}
BODIES = {
    f"{ROOM}/messages": {"id": new_id(), "text": "Not to be seen"},
    f"{ROOM}/participants/me": {"nickname": "Eve"},
    ROOM: {"title": "Not to be seen"},
    f"{ROOM}/password": {"password": "guessed"},
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


def asked(venue: Venue, method: str, rule: str, token: str | None, **what: str) -> int:
    path = rule.replace("<name>", venue.name)
    for kind in ("message_id", "participant_id", "helper_id"):
        path = path.replace(f"<{kind}>", what.get(kind, new_id()))
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    body = {"json": BODIES[rule]} if rule in BODIES and method in SENDING else {}
    return venue.http.request(method, path, headers=headers, **body).status_code  # type: ignore[arg-type]


def rules(who: str) -> list[tuple[str, str]]:
    return [key for key, value in WHO.items() if value == who and not key[1].startswith("/ws/")]


def helper_of(venue: Venue) -> dict[str, str]:
    """A helper's link, as its host makes it."""
    made = venue.host("POST", "/helpers").json()
    return {"token": made["token"], "id": made["helper"]["id"]}


DONE = (200, 201, 202, 404, 409)
"""A message that does not wait cannot be decided about (409), nor is somebody turned away who is in (404): the one who
may do it is told so."""


@pytest.mark.parametrize(("method", "rule"), [*rules(MODERATOR), *rules(HOST)])
def test_what_is_the_hosts_or_a_helpers_nobody_else_may(
    venue: Venue, a_room: Callable[..., Venue], method: str, rule: str
) -> None:
    ada, banned = venue.join(), venue.join("Eve")
    message_id = ada.say("Mine")["id"]
    ada.call("POST", f"/messages/{message_id}/report")
    venue.host("POST", f"/participants/{banned.id}/ban")
    helper, revoked, elsewhere = helper_of(venue), helper_of(venue), a_room()
    venue.host("DELETE", f"/helpers/{revoked['id']}")
    about = {"message_id": message_id, "participant_id": ada.id, "helper_id": helper["id"]}
    strangers = (None, "guessed", ada.token, banned.token, revoked["token"])
    others = (elsewhere.host_token, helper_of(elsewhere)["token"])
    hosts_alone = WHO[method, rule] == HOST
    for token in (*strangers, *others, *((helper["token"],) if hosts_alone else ())):
        assert asked(venue, method, rule, token, **about) in (401, 403)
    assert venue.texts() == ["Mine"]
    assert asked(venue, method, rule, venue.host_token if hosts_alone else helper["token"], **about) in DONE


@pytest.mark.parametrize(("method", "rule"), rules(MODERATOR))
def test_what_a_helper_may_the_host_may(venue: Venue, method: str, rule: str) -> None:
    ada = venue.join()
    about = {"message_id": ada.say("Mine")["id"], "participant_id": ada.id}
    assert asked(venue, method, rule, venue.host_token, **about) in DONE


@pytest.mark.parametrize(("method", "rule"), [*rules(PARTICIPANT), *rules(READER)])
def test_a_banned_device_may_nothing(venue: Venue, method: str, rule: str) -> None:
    message_id, eve = venue.join().say("Mine")["id"], venue.join("Eve")
    venue.host("POST", f"/participants/{eve.id}/ban")
    assert asked(venue, method, rule, eve.token, message_id=message_id) == 403
    assert venue.texts() == ["Mine"]


@pytest.mark.parametrize(("method", "rule"), rules(PARTICIPANT))
def test_what_is_a_participants_nobody_else_may(venue: Venue, method: str, rule: str) -> None:
    message_id = venue.join().say("Mine")["id"]
    for token in (None, "guessed"):
        assert asked(venue, method, rule, token, message_id=message_id) in (401, 403)
    assert venue.texts() == ["Mine"]


@pytest.mark.parametrize(("method", "rule"), rules(READER))
def test_what_is_a_readers_needs_the_rooms_password(venue: Venue, method: str, rule: str) -> None:
    venue.host("PATCH", json={"password": "open sesame"})
    for token in (None, "guessed"):
        assert asked(venue, method, rule, token) in (401, 403)


@pytest.mark.parametrize(("method", "rule"), rules(OPERATOR))
def test_what_is_the_operators_no_host_may(venue: Venue, method: str, rule: str) -> None:
    for token in (None, venue.host_token):
        assert asked(venue, method, rule, token) == 401
