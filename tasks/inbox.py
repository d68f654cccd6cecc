"""The sweep: sends again what was accepted or decided and is not done in time, and notices a Redis that was emptied."""

import logging
from datetime import UTC, datetime

from celery import shared_task

from app.bus import bell, chain, overdue, rooms, trail
from app.bus.trail import STAGES
from app.store import readiness
from app.store import rooms as stored_rooms
from config import crashing
from config.settings import settings
from tasks.messages import bury

SWEEP_AT_ONCE = 500

log = logging.getLogger(__name__)


@shared_task(name=chain.SWEEP)
def sweep() -> None:
    """Sends what is overdue on its way again, less and less often. Hops are harmless to repeat."""
    if not overdue.remembers():
        _begin_anew()
        overdue.mark()
    waiting = overdue.rooms(datetime.now(UTC), SWEEP_AT_ONCE)
    if waiting and not readiness.answers():
        # Nothing could be done now, and no message is to blame: the rooms stay due.
        log.warning("the database is away, and rooms wait for it", extra={"rooms": len(waiting)})
        return
    for room_id in waiting:
        _send_again(room_id)


def _send_again(room_id: str) -> None:
    room = rooms.get(room_id) or stored_rooms.get(room_id)
    again = overdue.again(room_id, datetime.now(UTC))
    if room is None:
        return
    if again.dead:
        stage = STAGES[min(len(trail.read(room_id, again.dead)), len(STAGES) - 1)]
        log.error("a message cannot be delivered", extra={"room": room.name, "message_id": again.dead, "stage": stage})
        bury(room_id, again.dead, stage, None)
    if again.ids:
        chain.deliver(room_id, room.name, again.ids, expires=again.wait)
        crashing.point("sweep.sent")
    for about, hop in again.decided.items():
        chain.order(room, hop, about, expires=again.wait)


def _begin_anew() -> None:
    """Redis is new or was emptied: whoever is connected comes back and says again what was not shown to him.

    The rooms are filled again from the store as they are asked for. What nobody says again is lost, which is said here.
    """
    # Whoever makes the first room has us remembered before: then it was made since we looked, and nothing was lost.
    if not stored_rooms.any_alive() or overdue.remembers():
        return
    log.error(
        "Redis was emptied: what was accepted and not yet stored is lost unless its author's client sends it again;"
        " lost for good: messages of authors who have left, dead letters, trails, slow-mode clocks, votes of the last"
        " moment",
        extra={"overdue_seconds": settings().sweep_overdue_seconds},
    )
    bell.emptied()
