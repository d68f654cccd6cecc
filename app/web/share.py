"""How people find a room: its link, its short link, its code and its QR code."""

from io import BytesIO

import segno
from flask import Blueprint, Response, request, url_for

from app.chat import Room
from app.web.identity import host_token
from app.web.lookup import room_called
from config.settings import settings

share = Blueprint("share", __name__)

QR_MAX_AGE_SECONDS = 300


@share.get("/<name>/qr.svg")
def qr(name: str) -> Response:
    """The room's link as a QR code (ISO/IEC 18004), dark on light whatever the page's colours."""
    found = room_called(name)
    picture = BytesIO()
    segno.make(room_link(found), error="m").save(
        picture, kind="svg", border=2, xmldecl=False, dark="#000", light="#fff", omitsize=True, title=found.name
    )
    headers = {"Cache-Control": f"public, max-age={QR_MAX_AGE_SECONDS}"}
    return Response(picture.getvalue(), mimetype="image/svg+xml", headers=headers)


def public(path: str) -> str:
    """A path of ours as the address that people type."""
    return (settings().public_url or request.host_url).rstrip("/") + path


def room_link(room: Room) -> str:
    """The link that people open."""
    return public(url_for("pages.room", name=room.name))


def links(room: Room) -> dict[str, str | None]:
    """Every address of a room; the host's own only for the host."""
    name = room.name
    return {
        "room": room_link(room),
        "short": public(url_for("home.short_link", code=room.code)),
        "projector": url_for("projectors.show", name=name),
        "transcript": url_for("transcripts.show", name=name),
        "qr": url_for("share.qr", name=name),
        "host": _host_link(room),
    }


def host_link(room: Room, token: str) -> str:
    """The link that makes whoever opens it the host."""
    return public(url_for("hosts.desk", name=room.name, token=token))


def _host_link(room: Room) -> str | None:
    token = host_token(room)
    return host_link(room, token) if token else None
