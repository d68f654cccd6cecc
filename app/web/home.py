"""The front door: make a room or join one."""

from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from pydantic import ValidationError
from werkzeug.wrappers import Response as AnyResponse

from app.chat import clean_name
from app.chat.refusals import BadName, NoSuchRoom, Refusal, RoomIsOver
from app.web.bodies import NewRoom
from app.web.errors import fields_of, status_of
from app.web.identity import check_csrf, remember, see_other
from app.web.languages import said
from app.web.lookup import room_called
from app.web.rooms import make_room, room_of_code
from config.settings import settings

home = Blueprint("home", __name__)

LIVES = (
    ("1h", lazy_gettext("1 hour")),
    ("2h", lazy_gettext("2 hours")),
    ("8h", lazy_gettext("8 hours")),
    ("1d", lazy_gettext("1 day")),
    ("1w", lazy_gettext("1 week")),
    ("1m", lazy_gettext("1 month")),
    ("1y", lazy_gettext("1 year")),
)
NAME_MAX_LENGTH = 40


@home.get("/")
def show() -> str:
    """Make a room or join one."""
    return front_door()


@home.post("/")
def make() -> tuple[str, int] | AnyResponse:
    """Makes a room from the form and leads its maker in, as its host."""
    check_csrf(request.form.get("csrf_token"))
    form = {field: request.form.get(field, "").strip() for field in ("name", "title", "ttl")}
    try:
        room, token = make_room(NewRoom.model_validate({field: value or None for field, value in form.items()}))
    except ValidationError:
        return front_door(form=form, errors={"ttl": _("Choose how long the room lives.")}), 422
    except Refusal as refusal:
        errors = {each.field: each.message for each in fields_of(refusal)} or {"form": said(refusal)}
        return front_door(form=form, errors=errors), status_of(refusal)
    return remember(_to(room.name), room, token=token, host=True)


@home.post("/join")
def join() -> tuple[str, int] | AnyResponse:
    """Leads to a room by its name, its code or a link to it."""
    check_csrf(request.form.get("csrf_token"))
    where = request.form.get("where", "").strip()
    try:
        return _to(find(where))
    except Refusal as refusal:
        return front_door(join_error=said(refusal), where=where), status_of(refusal)


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


def front_door(**more: Any) -> str:
    """The home page, with whatever somebody had typed."""
    values = {"form": {"name": "", "title": "", "ttl": ""}, "errors": {}, "join_error": None, "where": ""}
    return render_template("home.html", **(values | making() | more))


def making() -> dict[str, Any]:
    """What the form that makes a room needs."""
    chosen = settings()
    return {
        "ttls": [{"value": value, "label": label} for value, label in LIVES],
        "limits": {
            "name_max": NAME_MAX_LENGTH,
            "title_max": chosen.title_max_length,
            "nickname_max": chosen.nickname_max_length,
        },
    }


def _by_code(where: str, otherwise: Refusal) -> str:
    try:
        return room_of_code(where).name
    except (NoSuchRoom, RoomIsOver):
        raise otherwise from None


def _to(name: str) -> Response:
    return see_other(url_for("pages.room", name=name))
