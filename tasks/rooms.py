"""A room's end: closed for everyone, then forgotten, and a receipt of what was deleted."""

from datetime import UTC, datetime, timedelta

from celery import shared_task
from celery.exceptions import Ignore

from app.bus import bell, chain, log, overdue, presence, rooms, scrub
from app.store import audit, bans, cases, events, receipts
from app.store import rooms as stored_rooms
from config import crashing
from config.settings import settings
from tasks import raids
from tasks.messages import RETRY

# How many rooms are sent on their way out at once, and how long nobody else sends the same one.
CLOSE_AT_ONCE = 200
CLOSING_SECONDS = 30


@shared_task(name=chain.ANNOUNCE, **RETRY)
def announce(room_id: str) -> None:
    """Brings a change of the room to every screen. A second run finds nothing newer."""
    if room := stored_rooms.get(room_id):
        rooms.project(room)
        log.agree(room_id, rooms.expiry(room), events.since, events.last_seq, presence.count(room_id))
    overdue.done(room_id, [chain.ANNOUNCE])


@shared_task(name=chain.GUARD, **RETRY)
def guard(room_id: str) -> None:
    """Answers to a raid. A second run finds it answered."""
    if room := stored_rooms.get(room_id):
        raids.answer(room, datetime.now(UTC))
    overdue.done(room_id, [chain.GUARD])


@shared_task(name=chain.CLOSE, **RETRY)
def close(room_id: str) -> None:
    """Closes a room for everyone. A second run finds it closed."""
    now = datetime.now(UTC)
    if (room := stored_rooms.get(room_id)) and not room.is_over(now):
        # Its host gave it a longer life after it was sent on its way: the chain ends here.
        raise Ignore
    stored_rooms.close(room_id, now)
    announce(room_id)


@shared_task(name=chain.FORGET, **RETRY)
def forget(room_id: str) -> None:
    """Deletes all that is known of a room and sends everyone out. A second run finds nothing."""
    receipt = stored_rooms.forget(room_id, datetime.now(UTC))
    crashing.point("forget.store")
    if receipt is not None:
        receipts.merge(room_id, {"redis_keys": rooms.forget(room_id, receipt.name)})
        crashing.point("forget.redis")
        bell.gone(room_id)
        scrub.scrub()


@shared_task(name=chain.CLOSE_DUE)
def close_due() -> None:
    """Sends every room whose end has come on its way to being forgotten."""
    for room_id in stored_rooms.over(datetime.now(UTC), CLOSE_AT_ONCE):
        if rooms.claim_closing(room_id, CLOSING_SECONDS):
            room = stored_rooms.get(room_id)
            chain.close(room_id, room.name) if room else chain.forget(room_id)


@shared_task(name=chain.SCRUB)
def scrub_files() -> None:
    """Drops what was kept for long enough, and has files rewritten where deleted text may still stand in them."""
    now = datetime.now(UTC)
    cases.purge(now)
    bans.purge(now)
    audit.purge(now - timedelta(days=settings().audit_days))
    scrub.scrub()
    stored_rooms.scrub()
    receipts.purge(now - timedelta(days=settings().receipt_days), now)
