"""Natural batching: what several greenlets ask for at about the same time is done in one go.

While one lot is being done the next gathers: no timer, no added wait, and whoever asks alone goes alone.
"""

from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

import gevent
from gevent.event import AsyncResult

T = TypeVar("T")
R = TypeVar("R")


class Together(Generic[T, R]):
    """Does one kind of work for all greenlets of a process, a lot at a time and in the order of asking."""

    def __init__(self, work: Callable[[Sequence[T]], Sequence[R]], most: int) -> None:
        """Wait for work.

        Args:
            work: answers each item of a lot, in their order; what it raises is raised to all who asked.
            most: a lot is not added to when it has this many items.
        """
        self._work = work
        self._most = most
        self._waiting: deque[tuple[Sequence[T], AsyncResult]] = deque()
        self._working = False

    def ask(self, items: Sequence[T]) -> Sequence[R]:
        """Waits until the items are done; answers for each, in their order."""
        answer: AsyncResult = AsyncResult()
        self._waiting.append((items, answer))
        if not self._working:
            self._working = True
            gevent.spawn(self._work_off)
        answers: Sequence[R] = answer.get()
        return answers

    def _work_off(self) -> None:
        try:
            while self._waiting:
                self._do(self._lot())
        finally:
            self._working = False

    def _lot(self) -> list[tuple[Sequence[T], AsyncResult]]:
        lot, size = [self._waiting.popleft()], 0
        while self._waiting and (size := size + len(lot[-1][0])) < self._most:
            lot.append(self._waiting.popleft())
        return lot

    def _do(self, lot: list[tuple[Sequence[T], AsyncResult]]) -> None:
        try:
            done = self._work([item for items, _ in lot for item in items])
        except Exception as error:  # noqa: BLE001 - it is raised where it was asked for
            for _, answer in lot:
                answer.set_exception(error)
            return
        start = 0
        for items, answer in lot:
            answer.set(done[start : start + len(items)])
            start += len(items)
