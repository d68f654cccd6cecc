"""How the peace is kept in a room: its ledger for those who moderate, and counts that tell nothing for everyone."""

from flask import Blueprint, render_template, request, url_for

from app.bus.wire import Json, time_to_wire
from app.chat.actions import Action, Peace
from app.store import actions
from app.web import capsules
from app.web.bodies import ID_MAX, number
from app.web.identity import moderator_of
from app.web.lookup import room_called
from app.web.threads import aside
from config.settings import settings

peace = Blueprint("peace", __name__)

# Lines of the ledger unless more are asked for.
LINES = 50
MOST_NUMBER = 10**15


@peace.get("/api/v1/rooms/<name>/ledger")
def ledger(name: str) -> Json:
    """What those who moderate have done, newest first; no text of any message. `about` leaves what concerns one."""
    room = room_called(name)
    moderator_of(room)
    before, most = number("before", 0, 1, MOST_NUMBER) or None, settings().page_max_events
    about = request.args.get("about", "")[:ID_MAX]
    page, has_more = aside(actions.page, room.id, before, number("limit", min(LINES, most), 1, most), about)
    return {"actions": [_line(action) for action in page], "has_more": has_more}


@peace.get("/api/v1/rooms/<name>/peace")
def counts(name: str) -> Json:
    """How many messages were held, released, rejected and removed, and how long one waited: for everyone."""
    return _counts(aside(actions.peace, room_called(name).id))


@peace.get("/<name>/peace")
def page(name: str) -> str:
    """The same as a page."""
    room = room_called(name)
    values = {
        "peace": _counts(aside(actions.peace, room.id)),
        "sealed_days": settings().capsule_days if capsules.sealing() else 0,
        "links": {"room": url_for("pages.room", name=room.name)},
    }
    return render_template("peace.html", room=room, **values)


def _line(action: Action) -> Json:
    """An action as it is told; what it was about and why only where there is something to say."""
    told: Json = {
        "number": action.number,
        "at": time_to_wire(action.at),
        "by": action.by,
        "action": action.deed.value,
    }
    more = {"about": action.about, "nickname": action.nickname, "reason": action.reason}
    return told | {key: value for key, value in more.items() if value}


def _counts(kept: Peace) -> Json:
    wait = kept.median_wait_seconds
    return {
        "held": kept.held,
        "waiting": kept.waiting,
        "released": kept.released,
        "rejected": kept.rejected,
        "removed": kept.removed,
        "median_wait_seconds": None if wait is None else round(wait, 1),
    }
