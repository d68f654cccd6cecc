"""A pool of database connections that may be waited for from any kind of thread."""

from __future__ import annotations

from _queue import Empty, SimpleQueue
from collections import deque
from typing import Any

from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.pool import ConnectionPoolEntry, Pool


class ThreadPool(Pool):
    """Lends at most `pool_size` connections at a time; who comes later waits in his own thread.

    Web is patched by gevent and calls the store from the native threads of gevent's thread pool. SQLAlchemy's
    QueuePool waits on `threading.Condition`, which is then made of greenlets' locks: with twenty threads, one
    connection and waits that time out, it stood still for ever in two of seven runs of 25 s (gevent 26.9, SQLAlchemy
    2.1), this pool in none of six. Here `_queue.SimpleQueue` does the waiting: written in C and never patched, it
    blocks only the thread that asks.
    """

    def __init__(self, creator: Any, pool_size: int = 5, timeout: float = 10.0, **kw: Any) -> None:
        """Prepare as many permits as connections may be open; connect nothing yet."""
        super().__init__(creator, **kw)
        self._size, self._timeout = pool_size, timeout
        self._idle: deque[ConnectionPoolEntry] = deque()
        self._permits: SimpleQueue[None] = SimpleQueue()
        for _ in range(pool_size):
            self._permits.put(None)

    def _do_get(self) -> ConnectionPoolEntry:
        try:
            self._permits.get(timeout=self._timeout)
        except Empty:
            raise NoConnectionFree(f"no connection became free in {self._timeout} s ({self.status()})") from None
        try:
            return self._idle_one() or self._create_connection()
        except BaseException:
            self._permits.put(None)
            raise

    def _idle_one(self) -> ConnectionPoolEntry | None:
        try:
            return self._idle.pop()
        except IndexError:
            return None

    def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
        self._idle.append(
            record
        )  # the last one back is the first one out: idle connections may grow old and be replaced
        self._permits.put(None)

    def dispose(self) -> None:
        """Close what is idle; what is lent comes back and is closed when it is too old."""
        while self._idle:
            self._idle.pop().close()

    def recreate(self) -> ThreadPool:
        """Make an empty pool of the same kind."""
        return ThreadPool(
            self._creator,
            pool_size=self._size,
            timeout=self._timeout,
            recycle=self._recycle,
            echo=self.echo,
            logging_name=self._orig_logging_name,
            reset_on_return=self._reset_on_return,
            pre_ping=self._pre_ping,
            _dispatch=self.dispatch,
            dialect=self._dialect,
        )

    def status(self) -> str:
        """Tell how many connections are lent."""
        return f"{self._size - self._permits.qsize()} of {self._size} connections are in use"
