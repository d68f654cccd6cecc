"""The projector: the room for the wall, read from the last row. It needs no nickname."""

from flask import Blueprint, render_template, request, url_for

from app.web import share
from app.web.identity import reader_of
from app.web.lookup import room_called
from app.web.marks import pinned_in
from app.web.pages import boot
from app.web.recent import said_in
from app.web.rooms import room_now

projectors = Blueprint("projectors", __name__)

ON_THE_WALL = 50


@projectors.get("/<name>/projector")
def show(name: str) -> str:
    """The room's last messages, large."""
    room = room_called(name)
    reader_of(room)
    recent = said_in(room, ON_THE_WALL)
    values = {
        "room": room_now(room),
        "messages": recent.messages,
        "after": recent.after,
        "pinned": pinned_in(room),
        "links": share.links(room) | {"host": None},
    }
    overlay = share.public(url_for("projectors.show", name=room.name, transparent=1))
    transparent = request.args.get("transparent") == "1"
    page = {"transparent": transparent, "transparent_url": overlay}
    return render_template("projector.html", **values, **page, boot=boot(values))
