"""Finding a room: in Redis, where it lives, else in the store."""

from app.bus import rooms as live
from app.chat import Room
from app.chat.refusals import NoSuchRoom, RoomIsOver, Unavailable
from app.store import receipts
from app.store import rooms as stored
from app.web.clock import now
from app.web.threads import aside


def room_called(name: str) -> Room:
    """The room of this name, whatever its state, until its end.

    Raises:
        NoSuchRoom: nobody has made it.
        RoomIsOver: its end has come.
    """
    folded = name.lower()
    room = _live(folded)
    if room is None and aside(receipts.find, folded) is None:
        raise NoSuchRoom
    if room is None or room.is_over(now()):
        raise RoomIsOver
    return room


def _live(name: str) -> Room | None:
    try:
        if room := live.find(name):
            return room
    except Unavailable:
        # Pages stay up without Redis.
        return aside(stored.find, name)
    room = aside(stored.find, name)
    if room is not None:
        live.project(room)
    return room
