"""Calls that would make every socket wait go aside, into real threads."""

from collections.abc import Callable
from functools import cache
from typing import ParamSpec, TypeVar, cast

from gevent import Timeout
from gevent.threadpool import ThreadPool

from app.chat.refusals import Unavailable
from config.settings import settings

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")

ASK_AGAIN_SECONDS = 5
# Beyond the time-outs of the database itself.
GRACE_SECONDS = 1


@cache
def _pool() -> ThreadPool:
    return ThreadPool(settings().database_threads)


def aside(call: Callable[Arguments, Answer], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
    """Runs a blocking call in a thread while the sockets go on, and answers what it answers.

    mysqlclient and sqlite3 wait in C, where gevent cannot step in.

    Raises:
        Unavailable: it takes longer than the database may, or all threads have been busy for so long.
    """
    with Timeout(longest_seconds(), Unavailable(retry_after=ASK_AGAIN_SECONDS)):
        answer, error = _pool().apply(_tried, (call, args, kwargs))
    if error is not None:
        raise error
    return cast("Answer", answer)


def longest_seconds() -> float:
    """How long a call may take: to connect, and to be answered."""
    chosen = settings()
    return chosen.database_connect_timeout_seconds + chosen.database_read_timeout_seconds + GRACE_SECONDS


def _tried(
    call: Callable[..., Answer], args: tuple[object, ...], kwargs: dict[str, object]
) -> tuple[Answer | None, Exception | None]:
    """What a call answers or raises: what comes out of a thread by raising, gevent prints in full, time and again."""
    try:
        return call(*args, **kwargs), None
    except Exception as error:  # noqa: BLE001 - it is raised where it was asked for
        return None, error
