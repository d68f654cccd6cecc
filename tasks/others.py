"""Checks that do not come with Parley: found by their entry points, asked beside the hop, and never waited for long.

Whoever installs a package with an entry point in the group `parley.checks` and names it in MODERATION_CHECKS has it
asked about every message (`docs/checks.md`). What it does wrong is the message's delay at most: one that fails, says
something that is no verdict, or takes too long has the message held, never lost and never waved through.
"""

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from importlib.metadata import EntryPoint, entry_points
from typing import Final

from app.chat import Asked, Check, Outcome, Verdict, check_text, clean_text
from config.settings import CHECKS_GROUP

log = logging.getLogger(__name__)

# After so many time-outs in a row a check is not asked for a while: messages that wait behind it would wait for each.
TIMEOUTS_IN_A_ROW: Final = 3
REST_SECONDS: Final = 30.0
REASON_MAX: Final = 200

Opinion = Callable[[Asked], Verdict | None]


class NotAnswered(Exception):
    """A check has said nothing in time, or nothing that is a verdict."""


class Threads:
    """So many threads and no more, each for one question; one that hangs is never given another."""

    def __init__(self, most: int) -> None:
        """Begin with none; they are started when they are needed."""
        self._free = threading.BoundedSemaphore(most)

    def ask(self, opinion: Opinion, asked: Asked, seconds: float) -> object:
        """What a check answers; raises NotAnswered if it is not there in time, or if no thread is."""
        if not self._free.acquire(timeout=seconds):
            raise NotAnswered("every thread is busy") from TimeoutError()
        answer: Future[object] = Future()
        threading.Thread(target=self._answer, args=(opinion, asked, answer), name="check", daemon=True).start()
        try:
            return answer.result(seconds)
        except TimeoutError as error:
            raise NotAnswered("it takes too long") from error

    def _answer(self, opinion: Opinion, asked: Asked, answer: "Future[object]") -> None:
        try:
            answer.set_result(opinion(asked))
        except BaseException as error:  # noqa: BLE001 - a stranger's code may raise anything, SystemExit as well
            answer.set_exception(NotAnswered(type(error).__name__))
        finally:
            self._free.release()


class Other:
    """A check that does not come with Parley, asked with a time limit and taken at no more than its word."""

    def __init__(self, name: str, opinion: Opinion, threads: Threads, seconds: float) -> None:
        """Take somebody's check in."""
        self.name = name
        self._opinion, self._threads, self._seconds = opinion, threads, seconds
        self._late, self._rests_until = 0, 0.0

    def __call__(self, asked: Asked) -> Verdict | None:
        """Ask; raises where no verdict comes of it, so that the message is held."""
        if time.monotonic() < self._rests_until:
            raise NotAnswered("it rests")
        try:
            answer = self._threads.ask(self._opinion, asked, self._seconds)
        except NotAnswered as error:
            self._note(error)
            raise
        self._late = 0
        return None if answer is None else self._sound(answer, asked)

    def _note(self, error: NotAnswered) -> None:
        """A check that is late again and again rests; its maker is told why, and nothing that was said."""
        self._late = self._late + 1 if isinstance(error.__cause__, TimeoutError) else 0
        if self._late >= TIMEOUTS_IN_A_ROW:
            self._late, self._rests_until = 0, time.monotonic() + REST_SECONDS
        log.warning("a check did not answer", extra={"check": self.name, "why": str(error)})

    def _sound(self, answer: object, asked: Asked) -> Verdict:
        """The verdict, under the check's own name, with a text that is clean and not too long."""
        if not isinstance(answer, Verdict) or not isinstance(answer.text, str):
            raise NotAnswered("that is no verdict")
        text = clean_text(answer.text)
        check_text(text, asked.room.max_length)
        reason = clean_text(str(answer.reason))[:REASON_MAX] if answer.reason else None
        return Verdict(Outcome(answer.outcome), text, reason, self.name)


def found(names: Sequence[str], threads: int, seconds: float) -> Mapping[str, Check]:
    """The installed checks among these names; one that cannot be loaded is there all the same, and never answers."""
    pool = Threads(threads)
    installed = {point.name: point for point in entry_points(group=CHECKS_GROUP)}
    return {name: Other(name, _loaded(installed[name]), pool, seconds) for name in names if name in installed}


def _loaded(point: EntryPoint) -> Opinion:
    try:
        opinion: Opinion = point.load()
        return opinion
    except Exception:  # a stranger's module may raise anything
        log.exception("a check could not be loaded: all messages are held", extra={"check": point.name})
        return _never


def _never(_asked: Asked) -> None:
    raise NotAnswered("it could not be loaded")
