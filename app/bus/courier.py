"""The courier: one in each web process, publishes chains for what its inbox took in.

Messages that arrive while a room's chain waits for a worker ride the next one together: no timer, no
added wait, and an idle room still gets one chain a message. What will wait for the host whatever it says, as its author
came with a raid, has no hurry: it rides along with what has, so that a crowd of raiders makes no crowd of chains.
"""

import logging
import threading
import time
from collections import defaultdict
from collections.abc import Sequence

from kombu.exceptions import OperationalError

from app.bus import chain
from app.chat import Room
from config import crashing
from config.settings import settings

log = logging.getLogger(__name__)

# Word that a chain was taken may be lost; then the next one goes out after this long.
LONGEST_RIDE_SECONDS = 1.0
# What has no hurry sets out after this long where nothing took it along.
PATIENCE_SECONDS = 0.25


class Courier:
    """Publishes chains one after the other; what it fails to publish, the sweep sends again."""

    def __init__(self) -> None:
        """Begin to publish."""
        self._waiting: dict[tuple[str, str], list[str]] = defaultdict(list)
        # When what waits in a room has to set out, if its last chain is back by then.
        self._due: dict[tuple[str, str], float] = {}
        # Rooms whose last chain no worker has taken yet, as far as we know: until when we believe so.
        self._riding: dict[str, float] = {}
        self._lock = threading.Lock()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name="courier", daemon=True)
        self._thread.start()

    def hand(self, room: Room, ids: Sequence[str], *, hurry: bool = True) -> None:
        """Takes accepted messages along with the next chain; never waits for the broker.

        Args:
            room: where they were said.
            ids: the messages.
            hurry: whether anybody waits for one of them.
        """
        if ids:
            due = time.monotonic() + (0.0 if hurry else PATIENCE_SECONDS)
            with self._lock:
                self._waiting[room.id, room.name].extend(ids)
                self._due[room.id, room.name] = min(due, self._due.get((room.id, room.name), due))
            self._wake.set()

    def taken(self, room_id: str) -> None:
        """A worker has judged what a room's last chain brought: the next one may go."""
        if self._riding.pop(room_id, None) is not None:
            self._wake.set()

    def _run(self) -> None:
        while True:
            self._wake.wait(self._rest())
            self._wake.clear()
            for (room_id, name), ids in self._batches():
                self._publish(room_id, name, ids)

    def _rest(self) -> float | None:
        """For how many seconds there is nothing to publish unless something comes; None is for ever."""
        with self._lock:
            moments = [max(due, self._riding.get(room[0], 0.0)) for room, due in self._due.items()]
        return max(0.0, min(moments) - time.monotonic()) if moments else None

    def _batches(self) -> list[tuple[tuple[str, str], list[str]]]:
        """What may go now: at most one chain a room."""
        now, most = time.monotonic(), settings().chain_max_messages
        with self._lock:
            self._riding = {room_id: until for room_id, until in self._riding.items() if until > now}
            due = [room for room, moment in self._due.items() if moment <= now and room[0] not in self._riding]
            going = [(room, self._waiting[room][:most]) for room in due]
            for room, ids in going:
                self._riding[room[0]] = now + LONGEST_RIDE_SECONDS
                del self._waiting[room][: len(ids)]
                if not self._waiting[room]:
                    del self._waiting[room], self._due[room]
        return going

    def _publish(self, room_id: str, name: str, ids: list[str]) -> None:
        try:
            crashing.point("publish.before")
            chain.deliver(room_id, name, ids)
        except (OperationalError, OSError) as error:
            log.warning("chain not published, the sweep will send it", extra={"room": room_id, "why": repr(error)})
