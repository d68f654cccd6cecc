"""The processes of the real house: started in order, watched, killed one by one, looked at in Flower, stopped."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import httpx
import pytest

from tests.support.house import ROOT, House, clean_environment, eventually, open_house, stop
from tests.support.members import children, parent, words
from tests.support.ports import free_port

MEMBERS = ("web", "worker", "chores", "stream", "beat", "flower", "valkey")
SERVES_AGAIN_SECONDS = 60.0  # two cores are shared with other tests
ANSWER_SECONDS = 30.0
STOPPED_SECONDS = 30.0
"""The supervisor's patience of ten seconds, and a slow machine."""

pytestmark = pytest.mark.xdist_group("processes")


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with open_house(tmp_path_factory.mktemp("processes"), FLOWER_PASSWORD="for this test only") as house:
        yield house


def flower(house: House) -> str:
    line = next(line for line in house.log().splitlines() if "Flower " in line)
    return next(word for word in line.split() if word.startswith("http")).replace("localhost", "127.0.0.1")


def test_everybody_is_there_once_the_house_is_up(running: House) -> None:
    eventually(lambda: set(children(running)) == set(MEMBERS))
    assert httpx.get(f"{running.base}/", timeout=ANSWER_SECONDS).status_code == 200


@pytest.mark.faults
@pytest.mark.parametrize("name", MEMBERS)
def test_whoever_is_killed_is_back_at_once_and_the_others_stay(running: House, name: str) -> None:
    eventually(lambda: set(children(running)) == set(MEMBERS))
    before = children(running)
    os.kill(before[name], signal.SIGKILL)
    eventually(lambda: children(running).get(name, before[name]) != before[name])
    eventually(lambda: answers(running), SERVES_AGAIN_SECONDS)
    after = children(running)
    assert {n: pid for n, pid in after.items() if n != name} == {n: pid for n, pid in before.items() if n != name}


def answers(house: House) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(f"{house.base}/", timeout=10).status_code == 200
    return False


def flower_is_up(house: House) -> bool:
    with suppress(httpx.HTTPError):
        return httpx.get(flower(house), timeout=10).status_code == 401
    return False


@pytest.mark.parametrize("path", ["/", "/workers", "/tasks", "/broker", "/metrics", "/healthcheck", "/api/workers"])
def test_flower_shows_nothing_without_the_password(running: House, path: str) -> None:
    eventually(lambda: flower_is_up(running), SERVES_AGAIN_SECONDS)
    address = flower(running) + path
    assert httpx.get(address, timeout=ANSWER_SECONDS).status_code == 401
    for password, status in (("guessed", 401), ("for this test only", 200)):
        assert httpx.get(address, auth=("admin", password), timeout=ANSWER_SECONDS).status_code == status


@pytest.mark.parametrize(
    "path",
    [
        "/api/worker/shutdown/worker@localhost",
        "/api/worker/pool/grow/worker@localhost",
        "/api/worker/queue/cancel-consumer/worker@localhost?queue=messages",
        "/api/task/apply/health.pulse",
        "/api/task/async-apply/health.pulse",
        "/api/task/send-task/health.pulse",
        "/api/task/revoke/some-id",
        "/api/task/rate-limit/health.pulse",
    ],
)
def test_flower_touches_nothing(running: House, path: str) -> None:
    eventually(lambda: flower_is_up(running), SERVES_AGAIN_SECONDS)
    refused = httpx.post(
        flower(running) + path, auth=("admin", "for this test only"), json={"args": []}, timeout=ANSWER_SECONDS
    )
    assert refused.status_code == 403


def test_flower_knows_every_worker(running: House) -> None:
    def known() -> set[str]:
        with suppress(httpx.HTTPError, ValueError):
            address, password = f"{flower(running)}/api/workers?refresh=1", ("admin", "for this test only")
            return {name.partition("@")[0] for name in httpx.get(address, auth=password, timeout=30).json()}
        return set()

    eventually(lambda: known() == {"worker", "chores", "stream"}, SERVES_AGAIN_SECONDS)


def test_a_second_start_serves_soon_and_ctrl_c_leaves_nobody(tmp_path: Path) -> None:
    with open_house(tmp_path):
        pass
    began = time.monotonic()
    with open_house(tmp_path) as house:
        eventually(lambda: answers(house))
        eventually(lambda: set(children(house)) == set(MEMBERS))
        everybody = family(house.process.pid)
        served = time.monotonic() - began
        stopping = time.monotonic()
    assert served < 90  # on a machine with nothing else to do it is under five: see the README
    assert time.monotonic() - stopping < STOPPED_SECONDS
    assert [pid for pid in everybody if any(words(pid)) and parent(pid)] == []


def family(pid: int) -> list[int]:
    """Give the numbers of all processes that come from one."""
    pids = [int(entry.name) for entry in Path("/proc").iterdir() if entry.name.isdigit()]
    own = [child for child in pids if parent(child) == pid]
    return own + [grandchild for child in own for grandchild in family(child)]


def test_honcho_runs_the_same_procfile_from_nothing(tmp_path: Path) -> None:
    port = free_port()
    here = {"HOST": "127.0.0.1", "PORT": str(port), "FLOWER_PORT": str(free_port()), "VAR_DIR": str(tmp_path / "var")}
    programs = Path(sys.executable).parent
    with (tmp_path / "printed.txt").open("wb") as output:
        process = subprocess.Popen(
            [str(programs / "honcho"), "start"],
            cwd=ROOT,
            env=clean_environment() | here | {"PATH": f"{programs}:{os.environ['PATH']}"},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    house = House(f"http://127.0.0.1:{port}", tmp_path, process, tmp_path / "printed.txt")
    try:
        eventually(lambda: answers(house) and ready(house), 60, lambda: house.log()[:4000])
        assert process.poll() is None
    finally:
        stop(process)


def ready(house: House) -> bool:
    with suppress(httpx.HTTPError, ValueError):
        return set(httpx.get(f"{house.base}/readyz", timeout=10).json()["parts"].values()) == {"ok"}
    return False
