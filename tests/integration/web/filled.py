"""A room of a running house that is filled at once."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.support.client import Json
from tests.support.house import ROOT, House, clean_environment

PROGRAM = Path(__file__).with_name("filling.py")
SECONDS = 300


def fill(house: House, name: str, said: int | Sequence[Json], **settings: str) -> None:
    """Fills a room with so many messages, or with these; of a house with these settings."""
    count = str(said) if isinstance(said, int) else "-"
    subprocess.run(
        [sys.executable, str(PROGRAM), name, count],
        cwd=ROOT,
        env=clean_environment() | {"VAR_DIR": str(house.folder / "var"), "PYTHONPATH": str(ROOT)} | settings,
        input=None if count != "-" else json.dumps(said),
        text=True,
        check=True,
        timeout=SECONDS,
    )
