"""One process of the house, with everything that it starts in turn."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

LINE_MAX_BYTES = 1024 * 1024
PR_SET_PDEATHSIG = 1
"""Linux: ask for a signal when the process that started this one has died."""

_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class Child:
    """A running command in a process group of its own, so that no grandchild stays behind."""

    def __init__(self, command: str, folder: Path, environment: Mapping[str, str]) -> None:
        loop = asyncio.get_running_loop()
        parent = os.getpid()
        self.started_at = loop.time()
        self.ended: asyncio.Future[int] = loop.create_future()
        self.reading: asyncio.Task[None]
        self._process = subprocess.Popen(  # noqa: S602 — the Procfile is ours; its lines are shell lines on Heroku, too
            command if _is_compound(command) else f"exec {command}",  # without a shell between us and the program
            shell=True,
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            preexec_fn=lambda: _die_with(parent),  # noqa: PLW1509 — the supervisor has one thread only
        )

    @property
    def pid(self) -> int:
        """Tell the process's number, which is its group's, too."""
        return self._process.pid

    @property
    def lives(self) -> bool:
        """Say whether it has not ended yet."""
        return not self.ended.done()

    def look(self) -> None:
        """See whether it has ended: called whenever the system says that some child has."""
        status = self._process.poll()
        if status is not None and self.lives:
            self.kill()  # what it has left behind: a gunicorn worker would keep the port
            self.ended.set_result(status)

    def terminate(self) -> None:
        """Ask it to end; it looks after its own children."""
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)

    def kill(self) -> None:
        """End it and everything in its group, now."""
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)

    async def read(self, say: Callable[[str], None]) -> None:
        """Hand on what it prints, line by line, until nobody can print any more."""
        reader = asyncio.StreamReader(limit=LINE_MAX_BYTES)
        loop = asyncio.get_running_loop()
        await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), self._process.stdout)
        while True:
            try:
                line = await reader.readline()
            except ValueError:
                line = b"(a line of more than a megabyte was left out)"
            if not line:
                return
            say(line.decode("utf-8", "replace").rstrip())


def _is_compound(command: str) -> bool:
    """Say whether a line is more than one command, so that a shell has to stay."""
    return any(sign in command for sign in (";", "&", "|", "\n")) or "=" in command.split(maxsplit=1)[0]


def _die_with(parent: int) -> None:
    """Have the system kill this process when the supervisor is killed and could not do it (Linux only)."""
    if _LIBC is not None:
        _LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)  # it died before we asked
