"""Networks that an operator has banned for a time: they may read, and neither write, nor join, nor open a socket.

Each web process knows the bans by heart; it is rung up when they change, and looks again now and then for what it has
missed.
"""

import logging
from collections.abc import Callable
from datetime import datetime

import gevent
from flask import Flask, request

from app.chat.bans import network_handle
from app.chat.refusals import NetworkBanned, Unavailable
from app.store import bans as stored
from app.web.clock import now
from app.web.threads import aside
from config.settings import settings

log = logging.getLogger(__name__)

READING = ("GET", "HEAD", "OPTIONS")
# An operator who has banned his own network can still take that back.
ALWAYS = "/operator"

_known: dict[str, datetime] = {}
_calls: list[Callable[[], None]] = []


def init_app(app: Flask) -> None:
    """Has banned networks refused."""
    app.before_request(_refuse_writing)
    gevent.spawn(_look_again)


def check(handle: str) -> None:
    """Raises NetworkBanned for a network that is banned now."""
    if is_banned(handle):
        raise NetworkBanned


def is_banned(handle: str) -> bool:
    """Whether a network is banned now."""
    until = _known.get(handle)
    return until is not None and until > now()


def callers_handle() -> str:
    """The handle of the network that is asking."""
    return network_handle(settings().secret_key, request.remote_addr)


def on_change(call: Callable[[], None]) -> None:
    """Has something called whenever the bans are known anew."""
    _calls.append(call)


def changed() -> None:
    """Learns what has changed, and says so."""
    refresh()
    for call in _calls:
        call()


def refresh() -> None:
    """Learns the bans anew; while the store is away, what is known goes on."""
    try:
        found = aside(stored.active, now())
    except Unavailable:
        log.warning("the bans of networks cannot be read just now")
        return
    _known.clear()
    _known.update(found)


def _refuse_writing() -> None:
    # Nearly always nothing is banned, and nothing is reckoned.
    if _known and request.method not in READING and not request.path.startswith(ALWAYS):
        check(callers_handle())


def _look_again() -> None:
    while True:
        changed()
        gevent.sleep(settings().ping_seconds)
