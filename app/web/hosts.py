"""The desk of those who keep the peace."""

from flask import Blueprint, Response, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.bus.wire import Json
from app.chat import HOST, Room
from app.chat.reasons import KINDS
from app.chat.refusals import NotAllowed, Unavailable
from app.chat.words import english
from app.web import forms, safety, share
from app.web.bodies import OWN_WORDS_MAX_LENGTH
from app.web.decisions import waiting_for_host
from app.web.identity import host_token, moderator_by, moderator_of, remember, see_other
from app.web.lookup import room_called
from app.web.pages import boot
from app.web.rooms import room_now
from config.settings import settings

hosts = Blueprint("hosts", __name__)


@hosts.get("/<name>/host")
def desk(name: str) -> str | Response | AnyResponse:
    """The desk; with the host's token in the address this device becomes the host's first, `to` the room if wanted."""
    room = room_called(name)
    token = request.args.get("token")
    if token is not None:
        if (you := moderator_by(room, token)) is None:
            raise NotAllowed(english("This is not the room's host link. Ask whoever made the room."))
        # At once to an address without the token, so that it reaches neither history's next page nor a Referer.
        place = "pages.room" if request.args.get("to") == "room" else "hosts.desk"
        answer = see_other(url_for(place, name=room.name))
        # Whoever is the host stays so, whichever link he tries.
        return answer if you.helper and host_token(room) else remember(answer, room, token=token, host=True)
    by = moderator_of(room)
    roles = {"is_host": by == HOST, "moderates": True}
    told = safety.to_desk(room_now(room), room)
    links = share.links(room)
    values = {"room": told, "messages": [], "links": links, **roles}
    held, away = _waiting(room)
    known = {"held": held, "away": away, "boot": boot(values) | {"me": by}}
    reasons = {"kinds": KINDS, "reason_max": OWN_WORDS_MAX_LENGTH, "raid_minutes": settings().raid_minutes}
    codes = {"host_qr": share.code_of(links["host"]) if links["host"] else None}
    return render_template("host.html", **values, **known, **reasons, **codes, **forms.choices())


def _waiting(room: Room) -> tuple[list[Json], bool]:
    """What waits for the host; and whether it cannot be read now, so that the desk stays up."""
    try:
        return waiting_for_host(room), False
    except Unavailable:
        return [], True
