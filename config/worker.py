"""Gunicorn's gevent worker, that says goodbye to its sockets before it goes.

Plain, one idle socket keeps it for the whole graceful time-out, and is then cut without a word.
It stands here and not in app.web, as gunicorn imports it before gevent has patched what the application uses.
"""

from types import FrameType

import gevent
from gunicorn.workers.ggevent import GeventWorker

# The contract's close code for a restart.
RESTART = 1012
# Everybody is sent away within this time, not all at once, so that they do not come back all at once.
SPREAD_SECONDS = 2.0


class Worker(GeventWorker):  # type: ignore[misc]
    """A worker that closes its sockets with 1012, spread over a moment, when it is told to stop."""

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """SIGTERM: no new connections, and a word to everyone who is here."""
        super().handle_exit(sig, frame)
        gevent.spawn(self._say_goodbye)

    def handle_quit(self, sig: int, frame: FrameType | None) -> None:
        """SIGINT and SIGQUIT mean the same to people who sit in a room."""
        self.handle_exit(sig, frame)

    def _say_goodbye(self) -> None:
        house = getattr(self.wsgi, "extensions", {}).get("parley")
        if house is not None:
            house.hub.close(RESTART, SPREAD_SECONDS)
