"""The poster: one page to print and put up, with all that somebody needs to come in."""

from flask import Blueprint, render_template

from app.web import share
from app.web.lookup import room_called
from app.web.rooms import room_now

posters = Blueprint("posters", __name__)


@posters.get("/<name>/poster")
def show(name: str) -> str:
    """The poster as a page; anybody may see it, as anybody may see it on a wall."""
    room = room_called(name)
    return render_template(
        "poster.html",
        room=room_now(room),
        locked=room.password_hash is not None,
        links=share.links(room) | {"host": None, "start": share.public("")},
    )
