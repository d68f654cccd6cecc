"""Orders: what somebody decided has to be done, even if the worker that takes it dies. Remembered first, then sent."""

import logging
from datetime import UTC, datetime

from kombu.exceptions import OperationalError

from app.bus import chain, overdue
from app.bus.rooms import expiry
from app.chat import Room
from app.chat.actions import Order

log = logging.getLogger(__name__)


def give(room: Room, hop: str, about: str, order: Order | None = None) -> None:
    """Has something done, once or more often, but not never.

    Args:
        room: the room.
        hop: what is to be done: release, reject or remove a message, or announce a change of the room.
        about: the message, or the hop's name where it is about the room.
        order: on whose word, and why, where the ledger is to say so.

    Raises:
        Unavailable: Redis is away, and nothing was remembered.
    """
    overdue.decided(room.id, about, hop, datetime.now(UTC), expiry(room), order=order)
    try:
        chain.order(room, hop, about)
    except (OperationalError, OSError) as error:
        log.warning("an order was not sent, the sweep will do it", extra={"room": room.name, "why": repr(error)})
