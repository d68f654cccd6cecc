"""Brings the database's tables up to date: the `release` line of the Procfile.

Heroku and our supervisor run it to its end before anything else starts. honcho knows no such order, and stops
everything when one process ends; under honcho it therefore stays until it is told to go.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from config.settings import settings

COMMAND = [sys.executable, "-m", "alembic", "upgrade", "head"]
RELEASE_SECONDS = 600
"""Migrations of a large database take minutes, not hours."""


def main() -> None:
    """Migrate, and stay if leaving would stop the others."""
    settings()  # explains itself better than Alembic would
    stay = "HONCHO_PROCESS_NAME" in os.environ
    if not stay:
        os.execv(COMMAND[0], COMMAND)  # noqa: S606 — the exit status is Alembic's own
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT})
    done = subprocess.run(COMMAND, check=False, timeout=RELEASE_SECONDS, preexec_fn=_hear_signals)  # noqa: S603
    if done.returncode:
        raise SystemExit(done.returncode)
    signal.sigwait({signal.SIGTERM, signal.SIGINT})


def _hear_signals() -> None:
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM, signal.SIGINT})


if __name__ == "__main__":
    main()
