"""Calls that would make every socket wait go aside, into real threads."""

from collections.abc import Callable
from functools import cache
from typing import ParamSpec, TypeVar, cast

from gevent.threadpool import ThreadPool

from config.settings import settings

Arguments = ParamSpec("Arguments")
Answer = TypeVar("Answer")


@cache
def _pool() -> ThreadPool:
    return ThreadPool(settings().database_threads)


def aside(call: Callable[Arguments, Answer], *args: Arguments.args, **kwargs: Arguments.kwargs) -> Answer:
    """Runs a blocking call in a thread while the sockets go on, and answers what it answers.

    mysqlclient and sqlite3 wait in C, where gevent cannot step in.
    """
    return cast("Answer", _pool().apply(call, args, kwargs))
