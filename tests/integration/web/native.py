"""Uses the whole web application under gevent, and notes what its native threads do that they must not.

Run as a program by test_native_threads.py, which gives it a database and a Valkey; prints what it saw as JSON.
"""

import gevent.monkey

gevent.monkey.patch_all()

import json  # noqa: E402 — nothing may be imported before the patching
import sys  # noqa: E402
from collections import Counter  # noqa: E402
from types import FrameType  # noqa: E402
from typing import Any  # noqa: E402

import gevent  # noqa: E402
import gevent.thread  # noqa: E402
from gevent.hub import Hub  # noqa: E402
from werkzeug.test import TestResponse  # noqa: E402

from app.store import session  # noqa: E402
from app.web import create_app  # noqa: E402

thread_id = gevent.monkey.get_original("_thread", "get_ident")
MAIN = thread_id()
ROOMS, TIMES, SECONDS = 5, 1, 60
NOBODY = "0197c1d2-3e4f-7a5b-8c6d-7e8f90a1b2c3"
DEPTH = 8

imported: Counter[str] = Counter()
waited: Counter[str] = Counter()
loops: Counter[str] = Counter()


def native() -> bool:
    return bool(thread_id() != MAIN)


def where() -> str:
    frame: FrameType | None = sys._getframe(2)
    steps: list[str] = []
    while frame and len(steps) < DEPTH:
        steps.append(f"{frame.f_code.co_filename.rpartition('site-packages/')[2]}:{frame.f_lineno}")
        frame = frame.f_back
    return " < ".join(steps)


def note_imports(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "import" and native():
        imported[arguments[0]] += 1


def note_waiting() -> None:
    """A lock of greenlets that a native thread waits for; to try without waiting does no harm."""
    acquire = gevent.thread.LockType.acquire

    def noting(self: Any, blocking: bool = True, timeout: float | None = None) -> bool:
        if native() and blocking:
            waited[where()] += 1
        return bool(acquire(self, blocking, timeout))

    gevent.thread.LockType.acquire = noting


def note_loops() -> None:
    """A loop of gevent's own in a native thread: somebody has called a patched function there."""
    begin = Hub.__init__

    def noting(self: Any, *args: Any, **kwargs: Any) -> None:
        if native():
            loops[where()] += 1
        begin(self, *args, **kwargs)

    Hub.__init__ = noting


def a_class(number: int) -> list[int]:
    """A room is made, joined, filled, looked at from all sides, changed and ended."""
    client, answers = app.test_client(), list[TestResponse]()

    def call(method: str, path: str, token: str = "", **more: Any) -> Any:
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        answers.append(client.open(path, method=method, headers=headers, **more))
        return answers[-1].get_json(silent=True) or {}

    made = call("POST", "/api/v1/rooms", json={"ttl": "1h", "password": "sesame" if number % 2 else None})
    room, host = f"/api/v1/rooms/{made['room']['name']}", made["host_token"]
    asked = {"nickname": f"Ada {number}", "password": "sesame"}
    ada = call("POST", f"{room}/participants", json=asked)["token"]
    call("POST", f"{room}/participants", json={**asked, "password": "wrong"})
    call("PATCH", f"{room}/participants/me", ada, json={"nickname": "Countess"})
    call("POST", f"{room}/messages", ada, json={"id": f"{number:08x}-0000-4000-8000-000000000000", "text": "Hello"})
    for token in (ada, host, "nobody's"):
        for path in ("", "/events", "/messages", "/held", f"/messages/{NOBODY}/trail", "/receipt"):
            call("GET", room + path, token)
    for page in (
        "",
        "/transcript",
        "/transcript.txt",
        "/transcript.csv",
        "/transcript.json",
        "/feed.atom",
        "/projector",
    ):
        call("GET", f"/{made['room']['name']}{page}")
    call("GET", f"/api/v1/codes/{made['room']['code']}")
    call("GET", "/nobody-has-made-it")
    call("DELETE", f"{room}/messages/{NOBODY}", host)
    call("PATCH", room, host, json={"title": "Übung", "state": "paused"})
    call("DELETE", room, host)
    call("GET", "/readyz")
    return [answer.status_code for answer in answers]


sys.addaudithook(note_imports)
note_waiting()
note_loops()
app = create_app()
codes: Counter[int] = Counter()
for _ in range(TIMES):
    classes = [gevent.spawn(a_class, number) for number in range(ROOMS)]
    gevent.joinall(classes, timeout=SECONDS, raise_error=True)
    codes.update(code for each in classes for code in each.value or [0])
saw = {"imported": imported, "waited": waited, "loops": loops, "codes": codes, "pool": session.engine().pool.status()}
print(json.dumps(saw))
