"""What blocks goes aside into native threads: they must meet none of the locks that gevent has made of greenlets'."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from config import valkey
from tests.support.client import Json
from tests.support.house import ROOT, clean_environment, eventually

PROGRAM = Path(__file__).with_name("native.py")
SECONDS = 200


@pytest.fixture(scope="module")
def redis() -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="parley-") as folder:
        path = Path(folder) / "s"
        process = subprocess.Popen(valkey.command(path, Path(folder)), stdout=subprocess.DEVNULL)
        try:
            eventually(lambda: valkey.answers(path))
            yield f"unix://{path}"
        finally:
            process.terminate()
            process.wait(60)


@pytest.fixture(scope="module")
def saw(redis: str, tmp_path_factory: pytest.TempPathFactory) -> Json:
    """What a program saw that did all that a class does, in many rooms at once."""
    own = {"VAR_DIR": str(tmp_path_factory.mktemp("native")), "REDIS_URL": redis, "PYTHONPATH": str(ROOT)}
    environment = clean_environment() | own | {"PATH": os.environ["PATH"]}
    subprocess.run([sys.executable, "-m", "alembic", "upgrade", "head"], cwd=ROOT, env=environment, check=True)
    done = subprocess.run(
        [sys.executable, PROGRAM], env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr[-4000:]
    return dict(json.loads(done.stdout))


def test_many_classes_at_once_all_come_to_their_end(saw: Json) -> None:
    assert "0" not in saw["codes"], "a class stood still"
    assert "500" not in saw["codes"]
    assert {"200", "201", "202", "401", "403", "404"} <= set(saw["codes"])
    assert saw["pool"].startswith("0 of ")


def test_nothing_is_left_for_native_threads_to_import(saw: Json) -> None:
    assert saw["imported"] == {}


def test_native_threads_wait_for_no_lock_of_greenlets(saw: Json) -> None:
    assert saw["waited"] == {}


def test_native_threads_call_nothing_that_gevent_has_patched(saw: Json) -> None:
    assert saw["loops"] == {}
