from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("greenlets.py")
SECONDS = 90


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("pool_size", [1, 5])
def test_fifty_greenlets_share_a_few_connections_and_the_others_go_on(pool_size: int):
    environment = {**os.environ, "PYTHONPATH": str(PROGRAM.parents[3]), "DATABASE_POOL_SIZE": str(pool_size)}
    done = subprocess.run(
        [sys.executable, PROGRAM], env=environment, capture_output=True, text=True, timeout=SECONDS, check=False
    )
    assert done.returncode == 0, done.stderr
    saw = json.loads(done.stdout)
    assert saw["found nothing"] == saw["found"] == saw["kept"] == 50
    assert saw["seqs"] == list(range(1, 51))
    assert saw["ticks while a query slept"] > 20
    assert saw["pool"] == f"0 of {pool_size} connections are in use"
