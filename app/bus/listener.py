"""The listener: a process's one subscription in Redis, renewed for as long as the process lives."""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import gevent
from gevent.lock import RLock

from app.bus.connection import Away, subscriber

logger = logging.getLogger(__name__)

# How long the subscriber waits for a ring before it looks after its connection.
LISTEN_SECONDS = 5.0
FIRST_RECONNECT_SECONDS = 0.1
LONGEST_RECONNECT_SECONDS = 2.0
# What has come meanwhile is heard together, up to so many messages; then the sockets have their turn.
MOST_AT_ONCE = 500

Heard = dict[str, Any]


class Listener:
    """Hears channels for whoever wants them; what it could not hear, the log has."""

    def __init__(self, hear: Callable[[Sequence[Heard]], None], wanted: Callable[[], Iterable[str]]) -> None:
        """Begin to listen.

        Args:
            hear: given redis-py's messages, confirmations among them, in the order in which they came.
            wanted: the channels to hear when the connection is made anew.
        """
        self._hear = hear
        self._wanted = wanted
        self._pubsub: Any = None
        self._sending = RLock()
        gevent.spawn(self._listen_for_ever)

    def listen_to(self, channel: str) -> None:
        """Hears one more channel; a confirmation says from when on."""
        with self._sending:
            if self._pubsub is not None:
                self._quietly(self._pubsub.subscribe, channel)

    def let_go(self, channel: str, is_wanted: Callable[[], bool]) -> None:
        """Hears a channel no longer, unless it is wanted again by the time the connection is free."""
        with self._sending:
            if self._pubsub is not None and not is_wanted():
                self._quietly(self._pubsub.unsubscribe, channel)

    def _listen_for_ever(self) -> None:
        wait = FIRST_RECONNECT_SECONDS
        while True:
            began = time.monotonic()
            try:
                self._listen()
            except Away as error:
                logger.warning("the bell is out of reach", extra={"why": repr(error), "wait": wait})
            except Exception:
                # Whatever it was: a process that no longer listens would keep its sockets and tell them nothing.
                logger.exception("listening to the bell failed")
            if time.monotonic() - began > LONGEST_RECONNECT_SECONDS:
                wait = FIRST_RECONNECT_SECONDS
            gevent.sleep(wait)
            wait = min(wait * 2, LONGEST_RECONNECT_SECONDS)

    def _listen(self) -> None:
        pubsub = subscriber().pubsub()
        try:
            with self._sending:
                pubsub.subscribe(*self._wanted())
                self._pubsub = pubsub
            while True:
                self._hear(_what_has_come(pubsub))
                # While there is always more to hear, nothing else would make this greenlet wait.
                gevent.sleep(0)
        finally:
            self._pubsub = None
            pubsub.close()

    def _quietly(self, send: Callable[[str], None], channel: str) -> None:
        """A send that fails is made good by the listener, which subscribes to everything anew."""
        try:
            send(channel)
        except Away as error:
            logger.warning("the bell is out of reach", extra={"why": repr(error)})


def _what_has_come(pubsub: Any) -> list[Heard]:
    """Waits for a message and takes along those that are there already."""
    come: list[Heard] = []
    message = pubsub.get_message(timeout=LISTEN_SECONDS)
    while message is not None:
        come.append(message)
        message = pubsub.get_message(timeout=0) if len(come) < MOST_AT_ONCE else None
    return come
