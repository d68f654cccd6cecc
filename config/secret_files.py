"""Secrets that are made on the first start and kept in files that only their owner can read."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

BYTES = 32


def read_or_make(path: Path) -> str:
    """Give the secret kept in a file, making it first if it is not there.

    Several processes may start at once: each writes its own file and links it into place, which only one can do; all
    then read the same one.
    """
    with contextlib.suppress(FileNotFoundError):
        return path.read_text(encoding="ascii").strip()
    private_folder(path.parent)
    _link_new(path)
    return path.read_text(encoding="ascii").strip()


def private_folder(path: Path) -> Path:
    """Make a folder that only its owner can open."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def _link_new(path: Path) -> None:
    mine = path.with_name(f".{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    with os.fdopen(os.open(mine, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(BYTES) + "\n")
    try:
        with contextlib.suppress(FileExistsError):
            os.link(mine, path)
    finally:
        mine.unlink()
