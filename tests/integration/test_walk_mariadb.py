"""The same walk with MariaDB and a Redis of its own machine: two environment variables, nothing else changes."""

from __future__ import annotations

import asyncio
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from redis import Redis
from redis.exceptions import RedisError

from config import valkey
from tests.support import mariadb
from tests.support.client import browser, make_room
from tests.support.house import FOR_A_ROOM, House, eventually, open_house
from tests.support.ports import free_port
from tests.support.walk import walk

pytestmark = pytest.mark.mariadb


@pytest.fixture(scope="module")
def database() -> Iterator[str]:
    if lacking := mariadb.missing():
        (pytest.fail if mariadb.required() else pytest.skip)(lacking)
    with mariadb.server() as server:
        yield server.make("parley_walk")


@pytest.fixture(scope="module")
def outside_redis() -> Iterator[str]:
    """A server on a port, as somebody else runs it: no file, no socket."""
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="parley-outside-") as folder:
        command = [valkey.binary(), "--port", str(port), "--bind", "127.0.0.1", "--dir", folder, "--save", ""]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        try:
            eventually(lambda: _answers(port))
            yield f"redis://127.0.0.1:{port}/0"
        finally:
            process.terminate()
            process.wait(60)


def _answers(port: int) -> bool:
    try:
        return bool(Redis(port=port).ping())
    except RedisError:
        return False


@pytest.fixture(scope="module")
def elsewhere(tmp_path_factory: pytest.TempPathFactory, database: str, outside_redis: str) -> Iterator[House]:
    folder = tmp_path_factory.mktemp("elsewhere")
    with open_house(folder, only=FOR_A_ROOM, DATABASE_URL=database, REDIS_URL=outside_redis) as running:
        yield running


def test_the_walk_is_the_same(elsewhere: House) -> None:
    report = asyncio.run(walk(elsewhere.base, 500))
    assert report.sent == 500
    assert report.faults() == []


def test_nothing_is_kept_at_home(elsewhere: House) -> None:
    var: Path = elsewhere.folder / "var"
    assert [file.name for file in var.rglob("*") if "sqlite" in file.name or file.suffix in (".sock", ".aof")] == []


def test_a_room_is_forgotten_there_as_well(elsewhere: House, outside_redis: str) -> None:
    with browser(elsewhere.base) as http:
        venue = make_room(elsewhere.base, http)
        ada = venue.join()
        ada.say("Soon forgotten 👩\u200d🚀")
        with ada.screen() as screen:
            room_id = screen.hello["epoch"]
            venue.host("DELETE")
            assert screen.closing(60) == 4410
        eventually(lambda: venue.call("GET", "/receipt").status_code == 200, 60)
        eventually(lambda: "redis_keys" in venue.call("GET", "/receipt").json()["receipt"]["counts"])
        assert venue.call("GET", "/receipt").json()["receipt"]["counts"]["messages"] == 1
        redis = Redis.from_url(outside_redis, decode_responses=True)
        assert {key for key in redis.scan_iter("*") if room_id in key} <= {
            f"parley:gone:{room_id}",
            f"parley:closing:{room_id}",
        }
