"""Replay: what somebody has missed, from the log where it reaches back far enough, else from the store."""

from app.bus import log, presence
from app.bus.bell import Parcel
from app.bus.events import to_text
from app.chat.refusals import RoomIsOver, Unavailable
from app.store import events
from app.web.threads import aside
from config import crashing
from config.settings import settings


def since(room_id: str, after: int, limit: int | None = None) -> Parcel:
    """The next events after a seq, in order, none missing; an empty parcel when there are none.

    Args:
        room_id: the room.
        after: the last seq that the reader has, 0 for none.
        limit: how many events at most; the setting's page by default.

    Raises:
        Unavailable: Redis is away, or the gap is old and the database is.
    """
    most = limit or settings().page_max_events
    found = log.since(room_id, after, most)
    parcel = found if found is not None else _from_store(room_id, after, most)
    crashing.point("resume.replayed")
    return parcel


def last_seq(room_id: str) -> int:
    """The seq of the room's last event.

    Raises:
        RoomIsOver: the room has been forgotten meanwhile.
    """
    known = log.head(room_id)
    if known is None:
        known = aside(events.last_seq, room_id)
    if known is None:
        raise RoomIsOver
    return known


def _from_store(room_id: str, after: int, limit: int) -> Parcel:
    found = aside(events.since, room_id, after, limit)
    if not found:
        return Parcel(after + 1, after, [])
    present = _present(room_id)
    return Parcel(found[0].seq, found[-1].seq, [to_text(event, present) for event in found])


def _present(room_id: str) -> int:
    try:
        return presence.count(room_id)
    except Unavailable:
        return 0
