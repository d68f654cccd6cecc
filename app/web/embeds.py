"""The embed: the room in a frame on somebody's page, where its host allows it. It knows no cookie, and no host."""

from itertools import chain
from typing import Any

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import gettext

from app.bus.wire import Json
from app.chat import Door, EmbedMode, Room
from app.chat.refusals import NoSuchRoom, Refusal, RoomIsOver, Unavailable
from app.web import languages, share
from app.web.errors import status_of
from app.web.lookup import room_called
from app.web.marks import pinned_in
from app.web.recent import Recent, said_in
from app.web.rooms import room_now
from app.web.security import framed_by
from app.web.transcripts import Wanted, pages_of, streamed
from config.settings import settings

embeds = Blueprint("embeds", __name__)

# A frame is low, and older messages come on demand.
FIRST_MESSAGES = 50
THEMES = ("light", "dark")
ANY_SITE = "*"


@embeds.get("/<name>/embed")
def show(name: str) -> Response:
    """The room in a frame: live, or with `show=transcript` as it is now; or why it is not there."""
    languages.of_browser()
    try:
        room = room_called(name)
        return _shown(room) if room.embed.mode is not EmbedMode.OFF else _not_allowed(room)
    except (NoSuchRoom, RoomIsOver, Unavailable) as refusal:
        return _nothing(refusal)


def _shown(room: Room) -> Response:
    values = {"room": room_now(room), "link": share.room_link(room), "theme": _theme()}
    # One waits to be let in on the room's own page: a frame knows nobody again.
    if room.door is Door.KNOCK or (room.is_locked and (_still() or room.embed.mode is not EmbedMode.POST)):
        answer = _page("locked", **values)
    elif _still():
        messages = chain.from_iterable(pages_of(room, Wanted()))
        answer = streamed("embed.html", kind="still", messages=messages, **values)
    else:
        answer = _live(room, values)
    framed_by(*(room.embed.sites or (ANY_SITE,)))
    return answer


def _live(room: Room, values: Json) -> Response:
    locked = room.is_locked
    recent = Recent([]) if locked else said_in(room, FIRST_MESSAGES)
    writing = room.embed.mode is EmbedMode.POST
    more = {"messages": recent.messages, "away": recent.away, "locked": locked, "writing": writing}
    return _page("live", **values, **more, boot=_boot(room, values["room"], recent, locked))


def _not_allowed(room: Room) -> Response:
    answer = _page("off", room=room_now(room), link=share.room_link(room), theme=_theme())
    answer.status_code = 403
    return answer


def _nothing(refusal: Refusal) -> Response:
    """A few words instead of the room; any site may show them, as which might is not known any more."""
    words = {"title": gettext(refusal.title), "detail": languages.said(refusal)}
    answer = _page("nothing", **words, code=refusal.code, theme=_theme())
    answer.status_code = status_of(refusal)
    framed_by(ANY_SITE)
    return answer


def _page(kind: str, **values: Any) -> Response:
    return make_response(render_template("embed.html", kind=kind, **values))


def _still() -> bool:
    return request.args.get("show") == "transcript"


def _theme() -> str | None:
    """The look that the page asks for around the frame; None for the reader's own."""
    theme = request.args.get("theme")
    return theme if theme in THEMES else None


def _boot(room: Room, here: Json, recent: Recent, locked: bool) -> Json:
    """What the frame's script starts with: what every reader may know, and nothing of who is asking."""
    last = max((message["seq"] for message in recent.messages), default=0)
    return {
        "room": here,
        "after": last if recent.after is None else recent.after,
        "ws_url": f"/ws/rooms/{here['name']}",
        "api": f"/api/v1/rooms/{here['name']}",
        "pinned": None if locked else pinned_in(room),
        "limits": {"nickname_max": settings().nickname_max_length},
    }
