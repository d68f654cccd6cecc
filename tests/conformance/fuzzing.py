"""Runs Autobahn's fuzzing client, the usual judge of WebSocket servers, and reads what it found."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.support.house import ROOT, clean_environment, eventually
from tests.support.ports import free_port

INSTALLER = ROOT / ".ci" / "autobahn"
NO_PYTHON_2 = 3
INSTALL_SECONDS = 300
RUN_SECONDS = 400
START_SECONDS = 90
STOP_SECONDS = 30
PASSED = {"OK", "NON-STRICT", "INFORMATIONAL"}
# So many failed cases are asked again, alone; more are no accident.
AGAIN_MOST = 12
LONGEST_MESSAGE_BYTES = 16 * 1024 * 1024
AGENT = "parley"
# The suite's own limits, 1 and 5 s, measure the machine as soon as other tests run beside it.
PATIENCE = {"openHandshakeTimeout": 20, "closeHandshakeTimeout": 10, "serverConnectionDropTimeout": 10}


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the client says of one case: of the exchange, and of how the connection ended."""

    case: str
    behavior: str
    behavior_close: str
    close_code: int | None

    @property
    def is_ok(self) -> bool:
        return self.behavior == self.behavior_close == "OK"


class NoPython2(Exception):
    """Autobahn's test suite runs on Python 2.7 only, and this machine has none."""


def required() -> bool:
    """Says whether a run without the suite is a failed run."""
    return "autobahn" in os.environ.get("PARLEY_REQUIRE", "")


def install() -> Path:
    """Installs the suite, once for all later runs, and gives the Python that runs it."""
    done = subprocess.run([INSTALLER], capture_output=True, text=True, check=False, timeout=INSTALL_SECONDS)
    if done.returncode == NO_PYTHON_2:
        raise NoPython2(done.stderr)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.strip())


@contextmanager
def web(folder: Path) -> Iterator[str]:
    """The web alone, as the Procfile starts it, with the echo endpoint open; gives its address."""
    port, printed = free_port(), folder / "web.txt"
    own = {"HOST": "127.0.0.1", "PORT": str(port), "VAR_DIR": str(folder / "var"), "ECHO_ENDPOINT": "true"}
    own["SOCKET_BUFFER_BYTES"] = str(LONGEST_MESSAGE_BYTES)
    with printed.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "-c", "config/gunicorn.py", "app.web:create_app()"],
            cwd=ROOT,
            env=clean_environment() | own,
            stdout=output,
            stderr=subprocess.STDOUT,
        )
    try:
        eventually(lambda: _answers(port, process), START_SECONDS, lambda: printed.read_text(errors="replace"))
        yield f"127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(STOP_SECONDS)


def _answers(port: int, process: subprocess.Popen[bytes]) -> bool:
    assert process.poll() is None, "the web ended by itself"
    try:
        return httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=2).is_success
    except httpx.HTTPError:
        return False


def fuzz(
    python: Path, url: str, runs: Mapping[str, Sequence[str]], without: Sequence[str], folder: Path
) -> list[Verdict]:
    """Runs groups of cases side by side, a few failed ones again, and gives all verdicts, in the cases' order."""
    until = time.monotonic() + RUN_SECONDS
    with ThreadPoolExecutor(len(runs)) as pool:
        groups = [
            pool.submit(_run, python, _spec(url, cases, without), folder / name, until) for name, cases in runs.items()
        ]
        verdicts = {verdict.case: verdict for group in groups for verdict in group.result()}
    # The suite judges by a clock, and while all run side by side the machine is busy: a real fault is there again.
    failed = [case for case, verdict in verdicts.items() if not {verdict.behavior, verdict.behavior_close} <= PASSED]
    if 0 < len(failed) <= AGAIN_MOST:
        verdicts |= {each.case: each for each in _run(python, _spec(url, failed, []), folder / "again", until)}
    return sorted(verdicts.values(), key=lambda verdict: [int(part) for part in verdict.case.split(".")])


def _spec(url: str, cases: Sequence[str], without: Sequence[str]) -> dict[str, object]:
    servers = [{"agent": AGENT, "url": url}]
    return {"outdir": "reports", "options": PATIENCE, "servers": servers, "cases": cases, "exclude-cases": without}


def _run(python: Path, spec: dict[str, object], folder: Path, until: float) -> list[Verdict]:
    folder.mkdir()
    (folder / "spec.json").write_text(json.dumps(spec))
    command = [str(python), "-m", "autobahntestsuite.wstest", "--mode", "fuzzingclient", "--spec", "spec.json"]
    try:
        done = subprocess.run(
            command, cwd=folder, capture_output=True, text=True, check=False, timeout=until - time.monotonic()
        )
    except subprocess.TimeoutExpired as late:
        raise AssertionError(f"not done in time; it was at\n{(late.stdout or b'')[-500:].decode()}") from late
    index = folder / "reports" / "index.json"
    assert index.exists(), done.stdout + done.stderr
    return [_verdict(case, found) for case, found in json.loads(index.read_text())[AGENT].items()]


def _verdict(case: str, found: dict[str, object]) -> Verdict:
    code = found["remoteCloseCode"]
    return Verdict(case, str(found["behavior"]), str(found["behaviorClose"]), code if isinstance(code, int) else None)
