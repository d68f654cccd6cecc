"""The room's door: giving its new password. Knocking is joining (`participants`), letting in is `sanctions`."""

from flask import Blueprint

from app.bus import participants as live
from app.bus.wire import Json
from app.chat import password_mark
from app.chat.refusals import Banned, NotAllowed
from app.chat.words import english
from app.store import participants as stored
from app.web import passwords
from app.web.bodies import Entering, body
from app.web.identity import member_of
from app.web.lookup import room_called
from app.web.participants import told
from app.web.threads import aside

doors = Blueprint("doors", __name__, url_prefix="/api/v1/rooms/<name>")


@doors.post("/password")
def enter(name: str) -> Json:
    """Gives the room's new password, and goes on as who one was."""
    room, asked = room_called(name), body(Entering)
    participant = member_of(room)
    if participant.banned:
        raise Banned
    passwords.check(room, asked.password, participant.id)
    entered = aside(stored.enter, room.id, participant.id, password_mark(room.password_hash))
    if entered is None:
        raise NotAllowed(english("Join the room again."))
    live.project(room, entered)
    return {"participant": told(room, entered)}
