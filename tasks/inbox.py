"""The sweep: sends again what was accepted and has not been delivered in time.

The queue is not relied on to remember: a worker that dies between taking a task and noting that it
did loses the task for good. The inbox remembers.
"""

from datetime import UTC, datetime

from celery import shared_task

from app.bus import chain, inbox, rooms
from app.store import rooms as stored_rooms
from config.settings import settings

SWEEP_AT_ONCE = 500


@shared_task(name=chain.SWEEP)
def sweep() -> None:
    """Sends overdue messages on their walk again, less and less often. Hops are harmless to repeat."""
    now = datetime.now(UTC)
    for room_id in inbox.overdue(now, SWEEP_AT_ONCE):
        room = rooms.get(room_id) or stored_rooms.get(room_id)
        ids = inbox.again(room_id, now, settings().chain_max_messages)
        if room is not None and ids:
            chain.deliver(room.id, room.name, ids)
