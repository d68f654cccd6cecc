"""Helpers and the host's own key: links that make somebody a helper, taken back at once; and the room handed over."""

from dataclasses import replace
from datetime import timedelta

from flask import Blueprint, Response, jsonify
from flask_babel import gettext as _

from app.bus import bell, chain, orders
from app.bus import rooms as live
from app.bus.wire import Json, time_to_wire
from app.chat import HelperKey, Room, clean_title, host_mark, keys, seconds_of
from app.chat.actions import Deed
from app.chat.refusals import RoomIsOver
from app.store import rooms as stored
from app.store.rooms import Edit
from app.web import share
from app.web.bodies import NewHelper, body
from app.web.clock import now
from app.web.errors import BadBody, FieldError, NoSuchHelper
from app.web.identity import bearer, host_of, remember
from app.web.lookup import room_called
from app.web.socket import RESTART
from app.web.threads import aside

helpers = Blueprint("helpers", __name__, url_prefix="/api/v1/rooms/<name>")

HELPERS_MAX = 20
"""A room's keys are compared with whatever token comes in."""
LABEL_MAX = 40
REVOKED = "revoked"


@helpers.get("/helpers")
def listed(name: str) -> Json:
    """The helpers' links that hold now; the links themselves are told once, when they are made."""
    room = room_called(name)
    host_of(room)
    return {"helpers": [_line(key) for key in _holding(room)]}


@helpers.post("/helpers")
def make(name: str) -> tuple[Json, int]:
    """Makes a link that makes whoever opens it a helper, until its end or until it is taken back."""
    room, asked = room_called(name), body(NewHelper)
    host_of(room)
    if len(_holding(room)) >= HELPERS_MAX:
        detail = _("There are %(most)d helpers' links already. Take one back first.", most=HELPERS_MAX)
        raise BadBody([FieldError("label", detail)])
    token = keys.new_token()
    ends_at = room.ends_at if asked.ttl is None else now() + timedelta(seconds=seconds_of(asked.ttl))
    label = clean_title(asked.label or "", LABEL_MAX)
    key = HelperKey(id=keys.new_id(), label=label, key_hash=keys.hash_token(token), ends_at=ends_at)
    _entrust(room, Deed.HELPER, key.id, lambda there: replace(there, helpers=(*_holding(there), key)))
    url = share.host_link(room, token)
    return {"helper": _line(key), "token": token, "url": url, "qr": share.code_of(url)}, 201


@helpers.delete("/helpers/<helper_id>")
def revoke(name: str, helper_id: str) -> tuple[Json, int]:
    """Takes a helper's link back: from now on it is worth nothing, and neither is the badge that it gave."""
    room = room_called(name)
    host_of(room)
    if all(key.id != helper_id for key in room.helpers):
        raise NoSuchHelper
    _entrust(room, Deed.REVOKE, helper_id, lambda there: replace(there, helpers=_without(there, helper_id)))
    bell.shut(room.id, helper_id, RESTART, REVOKED)
    return {"id": helper_id}, 202


@helpers.post("/host")
def hand_over(name: str) -> Response:
    """Makes a new host's link; the one before is worth nothing from now on, on whichever device it is.

    The browser whose page asks goes on as the host.
    """
    room, token = room_called(name), keys.new_token()
    host_of(room)
    before = host_mark(room.host_key_hash)
    _entrust(room, Deed.HAND_OVER, "", lambda there: replace(there, host_key_hash=keys.hash_token(token)))
    bell.shut(room.id, before, RESTART, REVOKED)
    url = share.host_link(room, token)
    answer = jsonify({"host_token": token, "host_url": url, "qr": share.code_of(url)})
    return answer if bearer() else remember(answer, room, token=token, host=True)


def _entrust(room: Room, deed: Deed, about: str, edit: Edit) -> None:
    changed = aside(stored.entrust, room.id, now(), deed, about, edit)
    if changed is None:
        raise RoomIsOver
    live.project(changed)
    orders.give(changed, chain.ANNOUNCE, chain.ANNOUNCE)


def _holding(room: Room) -> tuple[HelperKey, ...]:
    return tuple(key for key in room.helpers if now() < key.ends_at)


def _without(room: Room, helper_id: str) -> tuple[HelperKey, ...]:
    return tuple(key for key in room.helpers if key.id != helper_id)


def _line(key: HelperKey) -> Json:
    return {"id": key.id, "label": key.label, "expires_at": time_to_wire(key.ends_at)}
