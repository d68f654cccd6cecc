"""Crash points: a process dies where it is told to, and nowhere else."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

from config.settings import CRASH_POINTS

ROOT = Path(__file__).resolve().parents[2]
CALLED = re.compile(r'crashing\.point\("([a-z_.]+)"\)')


def walked_past(name: str, points: str, var: Path) -> int:
    """How a process ends that comes by a point."""
    program = f"from config import crashing; crashing.point({name!r})"
    here = {"PYTHONPATH": str(ROOT), "VAR_DIR": str(var), "CRASH_POINTS": points}
    return subprocess.run([sys.executable, "-c", program], env=os.environ | here, check=False, timeout=60).returncode


def test_a_process_dies_at_the_point_that_is_named_and_at_no_other(tmp_path: Path) -> None:
    assert walked_past("accept.after", "accept.after=1", tmp_path) == -signal.SIGKILL
    assert walked_past("accept.after", "accept.before=1,accept.after=0", tmp_path) == 0


def test_every_point_that_has_a_name_stands_somewhere_in_the_code() -> None:
    code = [path.read_text() for folder in ("app", "tasks") for path in (ROOT / folder).rglob("*.py")]
    assert sorted(name for text in code for name in CALLED.findall(text)) == sorted(CRASH_POINTS)
