"""The clock's scheduler: RedBeat, that outlives a Redis that is away."""

import logging
from typing import Any

from celery.signals import beat_init
from redbeat import RedBeatScheduler

from app.bus import chain
from app.bus.connection import Away
from app.bus.pulse import PULSE_LIVES_SECONDS

LOOK_AGAIN_SECONDS = 1.0

log = logging.getLogger(__name__)


class Clock(RedBeatScheduler):  # type: ignore[misc]
    """Goes on where it stopped as soon as Redis is back.

    RedBeat itself ends, and under a supervisor that stops everybody when one process ends the whole house with it. A
    clock that has lost its lock meanwhile, to another or because Redis was emptied, does end: two must never tick.
    """

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Send what is due; answer how many seconds may pass until the next time."""
        try:
            return float(super().tick(*args, **kwargs))
        except Away as error:
            log.warning("the clock stands still: Redis is away", extra={"why": repr(error)})
            return LOOK_AGAIN_SECONDS


@beat_init.connect
def show_life(**_: object) -> None:
    """Send the first pulse with the start: until one is felt, pages say that those who deliver are away.

    The timetable's first one is due after a full interval. Celery goes on if this cannot be sent.
    """
    chain.celery.send_task(chain.PULSE, expires=PULSE_LIVES_SECONDS)
