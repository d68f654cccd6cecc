"""The first room of a house that never ran may be made before anybody has swept."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis

from app.bus import channels
from config import addresses
from tests.support.client import browser, make_room
from tests.support.house import ROOT, House, clean_environment, eventually, open_house

SWEEP = "import tasks; from tasks.inbox import sweep; sweep()"
SWEEP_SECONDS = 60
EMPTIED = "Redis was emptied"


@pytest.fixture
def unswept(tmp_path: Path) -> Iterator[House]:
    """A new house in which nobody sweeps until the test does."""
    with open_house(tmp_path / "house", only=("web", "worker", "valkey", "release"), without=("workers",)) as house:
        yield house


def swept(house: House) -> str:
    """What a sweep has to say."""
    own = {"VAR_DIR": str(house.folder / "var")}
    done = subprocess.run(
        [sys.executable, "-c", SWEEP],
        cwd=ROOT,
        env=clean_environment() | own,
        capture_output=True,
        text=True,
        timeout=SWEEP_SECONDS,
        check=True,
    )
    return done.stdout + done.stderr


def test_nobody_is_sent_away_from_a_first_room_that_is_older_than_the_first_sweep(unswept: House) -> None:
    with browser(unswept.base) as http:
        venue = make_room(unswept.base, http)
        ada = venue.join()
        with ada.screen() as screen:
            assert EMPTIED not in swept(unswept)
            screen.say("Here from the beginning")
            screen.until_text("Here from the beginning")
            # It is still noticed when Redis is emptied.
            with Redis(unix_socket_path=str(addresses.socket_path(unswept.folder / "var"))) as redis:
                redis.flushall()
                assert EMPTIED in swept(unswept)
                eventually(lambda: redis.exists(channels.MARK))
            assert screen.closing() == 1012
