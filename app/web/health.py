"""Is the house up? /healthz says that this process lives, /readyz which part does not answer, /metrics how much."""

from collections.abc import Callable
from math import nan

import gevent
from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest

from app.bus import connection, dead, pulse
from app.chat.refusals import Unavailable
from app.store import rooms
from app.web import sockets
from app.web.threads import aside

health = Blueprint("health", __name__)

# Whoever asks whether we are ready does not wait long himself.
READY_SECONDS = 3.0

Gauge("parley_screens", "Sockets open in this web process").set_function(sockets.count)


def _dead_letters() -> float:
    try:
        return dead.total()
    except Unavailable:
        return nan


Gauge("parley_dead_letters", "Messages that could not be delivered and wait for a host").set_function(_dead_letters)


@health.get("/healthz")
def alive() -> tuple[str, int]:
    """This process answers."""
    return "alive\n", 200


@health.get("/readyz")
def ready() -> tuple[Response, int]:
    """Each part by name: "ok" or "away"; 503 as long as a part is away that people need."""
    asked = {name: gevent.spawn(_answers, question) for name, question in QUESTIONS.items()}
    gevent.joinall(asked.values(), timeout=READY_SECONDS)
    parts = {name: asking.value or "away" for name, asking in asked.items()}
    needed = all(parts[name] == "ok" for name in ("redis", "database"))
    return jsonify({"ready": needed, "parts": parts}), 200 if needed else 503


@health.get("/metrics")
def metrics() -> Response:
    """Figures for Prometheus."""
    return Response(generate_latest(), content_type=CONTENT_TYPE_LATEST)


def _answers(asked: Callable[[], object]) -> str:
    try:
        asked()
    except Unavailable:
        return "away"
    return "ok"


def _workers() -> None:
    if pulse.felt() is None:
        raise Unavailable


QUESTIONS: dict[str, Callable[[], object]] = {
    "redis": connection.ping,
    "database": lambda: aside(rooms.find, "healthz"),
    "workers": _workers,
}
