"""How people find a room: its link, its short link, its code and its QR code, to show, to download and to print."""

from collections.abc import Mapping
from io import BytesIO
from typing import Any, Final

import segno
from flask import Blueprint, Response, request, url_for

from app.chat import Room
from app.web.bodies import number_within
from app.web.identity import host_token
from app.web.lookup import room_called
from config.settings import settings

share = Blueprint("share", __name__)

QR_MAX_AGE_SECONDS = 300
QR_ERROR = "m"
# A scanner needs the light border around the code, in modules (ISO/IEC 18004, 9.1): files end up on dark slides.
QR_LOOK: Final[Mapping[str, Any]] = {"border": 4, "dark": "#000", "light": "#fff"}
# Pixels a module. The usual size is sharp on a slide; drawing the largest takes some 25 ms, in which others wait.
PNG_SCALE, PNG_SCALE_MIN, PNG_SCALE_MAX = 16, 1, 32


@share.get("/<name>/qr.svg")
def qr(name: str) -> Response:
    """The room's link as a QR code (ISO/IEC 18004), dark on light whatever the page's colours."""
    found = room_called(name)
    return _picture(found, "image/svg+xml", kind="svg", xmldecl=False, omitsize=True, title=found.name)


@share.get("/<name>/qr.png")
def qr_png(name: str) -> Response:
    """The same as a PNG, for programs that take no SVG; `scale` is the pixels of a module."""
    scale = number_within("scale", PNG_SCALE, PNG_SCALE_MIN, PNG_SCALE_MAX)
    return _picture(room_called(name), "image/png", kind="png", scale=scale)


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
        "png": url_for("share.qr_png", name=name),
        "poster": url_for("posters.show", name=name),
        "feed": _feed_link(room),
        "embed": public(url_for("embeds.show", name=name)),
        "host": _host_link(room),
    }


def host_link(room: Room, token: str) -> str:
    """The link that makes whoever opens it the host."""
    return public(url_for("hosts.desk", name=room.name, token=token))


def code_of(link: str) -> str:
    """A link as a QR code that a page holds in itself: one that is a secret has no address to be fetched from."""
    return str(segno.make(link, error=QR_ERROR).svg_data_uri(**QR_LOOK, omitsize=True))


def _picture(room: Room, mimetype: str, **how: Any) -> Response:
    picture = BytesIO()
    segno.make(room_link(room), error=QR_ERROR).save(picture, **QR_LOOK, **how)
    headers = {"Cache-Control": f"public, max-age={QR_MAX_AGE_SECONDS}"}
    return Response(picture.getvalue(), mimetype=mimetype, headers=headers)


def _feed_link(room: Room) -> str | None:
    """The feed's address for a feed reader, which could not show that it may read a locked room."""
    return None if room.is_locked else public(url_for("feeds.show", name=room.name))


def _host_link(room: Room) -> str | None:
    token = host_token(room)
    return host_link(room, token) if token else None
