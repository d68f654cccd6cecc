"""Checks that strangers bring: as the page says, and whatever they do wrong costs a message its place at most."""

from __future__ import annotations

import logging
import re
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from app.chat import Outcome, Verdict, judge, make_checks
from app.chat.reasons import NOT_CHECKED
from config.settings import Settings, SettingsError, settings
from tasks import others
from tests.support.house import eventually
from tests.unit.chat.conftest import asked
from tests.unit.chat.conftest import room as _room  # noqa: F401

PAGE = Path(__file__).resolve().parents[2] / "docs" / "checks.md"
SHOUTED, SAID = "WHY WILL NOBODY TELL ME THE ANSWER", "Why will nobody tell me the answer"
SECONDS = 0.05


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str, str], None]]:
    """Installs a package as pip would: its module, and what it says of itself beside it."""
    names: list[str] = []

    def put(module: str, code: str, points: str) -> None:
        (tmp_path / f"{module}.py").write_text(code)
        about = tmp_path / f"{module}-1.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {module}\nVersion: 1\n")
        (about / "entry_points.txt").write_text(points)
        names.append(module)

    monkeypatch.syspath_prepend(str(tmp_path))
    yield put
    for name in names:
        sys.modules.pop(name, None)


@pytest.fixture
def room(a_room: Callable[..., Any]) -> Any:
    return a_room()


def other(opinion: Callable[..., Any], threads: int = 4) -> others.Other:
    return others.Other("theirs", opinion, others.Threads(threads), SECONDS)


def test_the_check_on_the_page_does_what_the_page_says(install: Any, room: Any) -> None:
    code, toml = re.findall(r"```(?:python|toml)\n(.*?)```", PAGE.read_text(), re.DOTALL)
    (_, points) = toml.split('[project.entry-points."parley.checks"]\n')
    assert len(code.strip().splitlines()) + len(points.strip().splitlines()) <= 15
    install("shouting", code, "[parley.checks]\n" + points.replace('"', ""))
    (line,) = re.findall(r"MODERATION_CHECKS=(\S+)", PAGE.read_text())
    names = tuple(line.split(","))
    assert Settings(moderation_checks=line).moderation_checks == names  # type: ignore[arg-type]
    checks = make_checks(names, others=others.found(names, 4, 2))
    assert [check.name for check in checks[1:-1]] == list(names)
    assert judge(asked(SHOUTED, room), checks) == Verdict(Outcome.HOLD, SHOUTED, "is all in capitals", "no_shouting")
    assert judge(asked(SAID, room), checks) == Verdict(Outcome.PASS, SAID)


def test_a_check_that_nobody_has_installed_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MODERATION_CHECKS", "normalise,no_whispering")
    settings.cache_clear()
    with pytest.raises((SettingsError, SystemExit, ValueError)):
        settings()
    monkeypatch.undo()
    settings.cache_clear()


def test_a_check_that_cannot_be_loaded_lets_everything_be_held(
    install: Any, room: Any, caplog: pytest.LogCaptureFixture
) -> None:
    install("broken_check", "import nothing_of_that_name", "[parley.checks]\nbroken = broken_check:check")
    checks = make_checks(["broken"], others=others.found(["broken"], 4, 2))
    assert judge(asked("hello", room), checks) == Verdict(Outcome.HOLD, "hello", NOT_CHECKED, "broken")
    assert "could not be loaded" in caplog.text


@pytest.mark.parametrize(
    "opinion",
    [
        lambda _: 1 / 0,
        lambda _: sys.exit(),
        lambda _: "reject it",
        lambda _: True,
        lambda _: Verdict("shout", "x"),  # type: ignore[arg-type]
        lambda _: Verdict(Outcome.PASS, None),  # type: ignore[arg-type]
        lambda _: Verdict(Outcome.PASS, ""),
        lambda _: Verdict(Outcome.PASS, "\u200b"),
        lambda _: Verdict(Outcome.PASS, "x" * 141),
        lambda asked: asked.text.nothing,
    ],
)
def test_whatever_is_no_verdict_has_the_message_held(room: Any, opinion: Callable[..., Any]) -> None:
    assert judge(asked("hello", room), [other(opinion)]) == Verdict(Outcome.HOLD, "hello", NOT_CHECKED, "theirs")


def test_a_sound_verdict_is_taken_at_its_word_and_no_more(room: Any) -> None:
    long = "because " * 100
    verdict = judge(asked("hello", room), [other(lambda _: Verdict(Outcome.HOLD, " h\u202ei ", long, "somebody else"))])
    assert (verdict.outcome, verdict.text, verdict.check) == (Outcome.HOLD, "hi", "theirs")
    assert len(verdict.reason or "") == others.REASON_MAX
    assert judge(asked("hello", room), [other(lambda _: None)]) == Verdict(Outcome.PASS, "hello")


def test_a_check_that_hangs_has_the_message_held_in_time(room: Any) -> None:
    forever = threading.Event()
    began = time.monotonic()
    verdict = judge(asked("hello", room), [other(lambda _: forever.wait(60))])
    assert verdict == Verdict(Outcome.HOLD, "hello", NOT_CHECKED, "theirs")
    assert time.monotonic() - began < 5
    forever.set()


def test_one_that_hangs_again_and_again_is_let_rest_and_nobody_waits_behind_it(
    room: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    forever, heard = threading.Event(), []

    def hang(about: Any) -> None:
        heard.append(about.text)
        forever.wait(60)

    check = other(hang, threads=2)
    for number in range(50):
        assert judge(asked(str(number), room), [check]).reason == NOT_CHECKED
    assert heard == ["0", "1"]
    assert sum(thread.name == "check" for thread in threading.enumerate()) <= 2
    forever.set()
    eventually(lambda: not any(thread.name == "check" for thread in threading.enumerate()))
    later = time.monotonic() + others.REST_SECONDS
    monkeypatch.setattr(others.time, "monotonic", lambda: later)
    assert judge(asked("again", room), [check]) == Verdict(Outcome.PASS, "again")


def test_one_that_hangs_takes_no_thread_from_many_askers(room: Any) -> None:
    """More askers than threads: each waits his turn, as long as answers come."""
    check = others.Other("theirs", lambda _: time.sleep(0.001), others.Threads(2), 5)
    outcomes: list[Outcome] = []

    def ask() -> None:
        outcomes.append(judge(asked("hello", room), [check]).outcome)

    askers = [threading.Thread(target=ask) for _ in range(20)]
    for asker in askers:
        asker.start()
    for asker in askers:
        asker.join(30)
    assert outcomes == [Outcome.PASS] * 20


def test_the_log_names_the_check_and_not_what_was_said(room: Any, caplog: pytest.LogCaptureFixture) -> None:
    def tell(about: Any) -> None:
        raise ValueError(about.text)

    with caplog.at_level(logging.WARNING):
        judge(asked("tell nobody", room), [other(tell)])
    (record,) = caplog.records
    assert (record.__dict__["check"], record.__dict__["why"]) == ("theirs", "ValueError")
    assert "tell nobody" not in str(record.__dict__)
