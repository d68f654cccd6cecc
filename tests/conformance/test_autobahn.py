"""Autobahn's fuzzing client against the echo endpoint, under the server and the settings that people meet.

Groups 12 and 13 are about compression (permessage-deflate). We never negotiate it: it costs 157 KB a socket, and a
frame could not be shared by all sockets of a room. That it is declined when offered is tested in test_handshake.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.conformance.fuzzing import NoPython2, Verdict, fuzz, install, required, web

# Side by side, about as long as each other. Group 9 sends up to 16 MiB; group 6, UTF-8, waits much of its time.
RUNS = {
    "protocol": ["1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*"],
    "long messages": ["9.1.*", "9.2.*", "9.3.*", "9.4.*"],
    "in pieces": ["9.5.*", "9.6.*", "9.7.*", "9.8.*"],
}
COMPRESSION = ["12.*", "13.*"]
CASES = 301

# The only ones that may be anything but OK, each with its reason. The suite has no right answer for these.
EXPLAINED = {
    "7.1.6": "INFORMATIONAL: 256 KiB, then a close: how much is echoed before the close is for us to choose",
    "7.13.1": "INFORMATIONAL: close code 5000, which the standard leaves open; we answer 1002, protocol error",
    "7.13.2": "INFORMATIONAL: close code 65535, which the standard leaves open; we answer 1002, protocol error",
}


@pytest.fixture(scope="module")
def verdicts(tmp_path_factory: pytest.TempPathFactory) -> list[Verdict]:
    folder: Path = tmp_path_factory.mktemp("autobahn")
    try:
        python = install()
    except NoPython2 as missing:
        if required():
            pytest.fail(str(missing))
        pytest.skip(str(missing))
    with web(folder) as address:
        return fuzz(python, f"ws://{address}/ws/echo", RUNS, COMPRESSION, folder)


@pytest.mark.timeout(420)  # the first time the suite is installed
def test_every_case_is_run(verdicts: list[Verdict]) -> None:
    assert len(verdicts) == CASES


def test_every_case_is_passed_or_explained(verdicts: list[Verdict]) -> None:
    assert [verdict for verdict in verdicts if not verdict.is_ok and verdict.case not in EXPLAINED] == []


def test_what_is_explained_is_no_failure(verdicts: list[Verdict]) -> None:
    explained = {verdict.case: {verdict.behavior, verdict.behavior_close} for verdict in verdicts if not verdict.is_ok}
    assert all(said <= {"OK", "NON-STRICT", "INFORMATIONAL"} for said in explained.values()), explained
    assert explained.keys() == EXPLAINED.keys()
