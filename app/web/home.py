"""The front door: make a room or join one."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.chat import clean_name
from app.chat.refusals import BadName, NoSuchRoom, Refusal, RoomIsOver
from app.web import forms, share
from app.web.errors import status_of
from app.web.identity import check_csrf, remember, see_other
from app.web.languages import said
from app.web.lookup import room_called
from app.web.rooms import make_room, room_of_code
from app.web.security import HEADERS

home = Blueprint("home", __name__)

# The start page reads QR codes with the camera; no other page of ours may use it.
CAMERA = HEADERS["Permissions-Policy"].replace("camera=()", "camera=(self)")


@home.get("/")
def show() -> Response:
    """Make a room or join one."""
    answer = front_door()
    # Nothing on it is anybody's own: going back to it shows it as it was left, at once.
    answer.headers["Cache-Control"] = "private, no-cache"
    return answer


@home.post("/")
def make() -> AnyResponse:
    """Makes a room from the form and leads its maker in, as its host."""
    check_csrf(request.form.get("csrf_token"))
    form = forms.typed(request.form)
    try:
        room, token = make_room(forms.asked(form))
    except Refusal as refusal:
        return front_door(status_of(refusal), form=form, errors=forms.errors_of(refusal))
    return remember(_to(room.name), room, token=token, host=True)


@home.post("/join")
def join() -> AnyResponse:
    """Leads to a room by its name, its code or a link to it."""
    check_csrf(request.form.get("csrf_token"))
    where = request.form.get("where", "").strip()
    try:
        return _to(find(where))
    except Refusal as refusal:
        return front_door(status_of(refusal), join_error=said(refusal), where=where)


@home.get("/j/<code>")
def short_link(code: str) -> AnyResponse:
    """A room's short link."""
    return _to(room_of_code(code).name)


def find(where: str) -> str:
    """The name of the room that somebody means by a name, a code or a link.

    Raises:
        NoSuchRoom, RoomIsOver, BadName: there is none.
    """
    place = urlsplit(where).path if "/" in where else where
    parts = [part for part in place.split("/") if part]
    if len(parts) >= 2 and parts[0] == "j":
        return room_of_code(parts[1]).name
    try:
        return room_called(clean_name(parts[0] if parts else where)).name
    except (NoSuchRoom, BadName) as refusal:
        return _by_code(where, refusal)


def front_door(status: int = 200, **more: Any) -> Response:
    """The home page, with whatever somebody had typed."""
    site = urlsplit(share.public("/")).netloc
    values: dict[str, Any] = {"form": {}, "errors": {}, "join_error": None, "where": "", "site": site}
    page = render_template("home.html", **(values | forms.choices() | more))
    return Response(page, status, {"Permissions-Policy": CAMERA})


def _by_code(where: str, otherwise: Refusal) -> str:
    try:
        return room_of_code(where).name
    except (NoSuchRoom, RoomIsOver):
        raise otherwise from None


def _to(name: str) -> Response:
    return see_other(url_for("pages.room", name=name))
