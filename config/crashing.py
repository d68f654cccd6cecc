"""Crash points: places where a process may be told to die, so that tests need not wait for bad luck.

Off unless CRASH_POINTS names them, and refused in production.
"""

from __future__ import annotations

import logging
import os
import random
import signal
from functools import cache

from config.settings import settings

log = logging.getLogger(__name__)


def point(name: str) -> None:
    """Ends this process here and now, as `kill -9` would, by the chance that the setting gives this point."""
    if (chance := _chances().get(name)) is not None and random.random() < chance:  # noqa: S311 — no secret
        log.error("this process kills itself, as it was told to", extra={"point": name})
        os.kill(os.getpid(), signal.SIGKILL)


@cache
def _chances() -> dict[str, float]:
    return settings().crash_chances
