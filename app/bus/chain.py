"""The chain: Celery, and every hop by its name. What must happen goes on the chain, once and in order.

Hops carry ids, never text: arguments end up in the broker's file, in Flower and in logs.
"""

from collections.abc import Sequence

from celery import Celery, chain, signature
from celery.signals import setup_logging
from kombu.transport import TRANSPORT_ALIASES

from app.chat import Room
from config import logging
from config.settings import settings

# Wherever an address says "redis", ours is meant.
TRANSPORT_ALIASES["redis"] = "app.bus.transport:Transport"
celery = Celery(
    "parley", include=["tasks.messages", "tasks.marks", "tasks.rooms", "tasks.inbox", "tasks.sources", "tasks.health"]
)
celery.config_from_object("config.celery")

MODERATE, PERSIST, FAN_OUT = "message.moderate", "message.persist", "message.fan_out"
RELEASE, REJECT, REMOVE = "message.release", "message.reject", "message.remove"
REMOVE_ALL = "message.remove_all"
MARK = "message.mark"
ANNOUNCE, CLOSE, FORGET = "room.announce", "room.close", "room.forget"
GUARD = "room.guard"
CLOSE_DUE, SCRUB = "room.close_due", "room.scrub"
SWEEP = "inbox.sweep"
SUPERVISE = "source.supervise"
PULSE = "health.pulse"
# What is about a whole room, takes what there is, and shows it itself.
ALONE = (ANNOUNCE, GUARD, MARK)


@setup_logging.connect
def _log(**_: object) -> None:
    """The workers' and the clock's log looks like everyone else's."""
    logging.configure(settings().log_level)


def deliver(room_id: str, room_name: str, ids: Sequence[str], expires: float | None = None) -> None:
    """Sends accepted messages on their walk: moderate → persist → fan_out.

    Args:
        room_id: the room.
        room_name: what Flower shows of it.
        ids: the messages.
        expires: after how many seconds a chain that no worker has begun is worth nothing, as another one follows.
    """
    shown = f"room={room_name} messages={' '.join(ids)}"
    _send((MODERATE, PERSIST, FAN_OUT), (room_id, list(ids)), shown, expires)


def order(room: Room, hop: str, about: str, expires: float | None = None, wait: float | None = None) -> None:
    """Carries out what was decided about one message, or one participant; or brings a change of the room to all.

    `app.bus.orders` and `app.bus.marks` remember it until it is done.
    """
    if hop in ALONE:
        _send((hop,), (room.id,), f"room={room.name}", expires, wait)
    else:
        _send((hop,), (room.id, [about]), f"room={room.name} messages={about}", expires)


def close(room_id: str, room_name: str) -> None:
    """Closes a room for everyone, then forgets it."""
    _send((CLOSE, FORGET), (room_id,), f"room={room_name}")


def forget(room_id: str) -> None:
    """Goes on with a forgetting that was cut short: its name is gone already."""
    _send((FORGET,), (room_id,), f"room={room_id}")


def _send(
    hops: Sequence[str],
    arguments: tuple[object, ...],
    shown: str,
    expires: float | None = None,
    wait: float | None = None,
) -> None:
    """Publishes one chain; `shown` is what Flower and the logs show of its arguments.

    Raises:
        kombu.exceptions.OperationalError: the broker does not answer.
    """
    walk = [
        signature(hop, args=arguments, app=celery, immutable=True).set(argsrepr=shown, kwargsrepr="{}") for hop in hops
    ]
    walk[0].set(expires=expires, countdown=wait)
    chain(*walk).apply_async()
