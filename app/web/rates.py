"""How much one caller may ask for in a minute: a device where it can be told, and its whole network, a school perhaps.

It is a fence against programs gone wild and not against people, so while Redis is away everybody is let through. What
is counted with more care elsewhere is not counted here.
"""

import time
from hashlib import sha256
from typing import Final

from flask import Flask, request

from app.bus import channels, limits
from app.chat.refusals import Unavailable
from app.web import devices
from app.web.identity import bearer
from app.web.networks import callers_network
from config.settings import settings

READING = ("GET", "HEAD", "OPTIONS")
# What is said and voted has limits of its own (slow mode, floods, VOTES_A_MINUTE, a full inbox) and comes by the
# thousand a second; what says whether we are well must always answer; files are the same for all and cost nothing.
NOT_COUNTED: Final = frozenset(
    {
        *("messages.post", "marks.set_vote", "marks.take_vote_back", "pages.post", "pages.vote_for"),
        *("health.alive", "health.ready", "health.metrics", "assets.send"),
    }
)
DEVICE_LENGTH: Final = 22


def init_app(app: Flask) -> None:
    """Has whoever asks for too much wait."""
    app.before_request(_count)


def _count() -> None:
    """A long poll, a stream, and a socket count once, when they are asked for; so does a page without its files."""
    if request.endpoint in NOT_COUNTED:
        return
    reads = request.method in READING
    try:
        counters = _counters("reads" if reads else "writes", *_allowed(reads=reads))
        if counters:
            limits.all_once_more(counters)
    except Unavailable:
        return


def _allowed(*, reads: bool) -> tuple[int, int]:
    """How often a device and a network may in a minute; 0 is as often as they like."""
    chosen = settings()
    if reads:
        return chosen.reads_a_minute_device, chosen.reads_a_minute_network
    return chosen.writes_a_minute_device, chosen.writes_a_minute_network


def _counters(kind: str, of_device: int, of_network: int) -> dict[str, int]:
    minute = int(time.time() // 60)
    callers = {f"device {_device()}": of_device if _device() else 0}
    if of_network and (network := callers_network()):
        callers[f"network {network}"] = of_network
    return {channels.requests_key(kind, who, minute): most for who, most in callers.items() if most}


def _device() -> str:
    """What tells this device from others: its token or its browser's word; neither is written anywhere itself."""
    shown = bearer() or devices.by_cookie()
    return sha256(f"asked {shown}".encode("utf-8", "replace")).hexdigest()[:DEVICE_LENGTH] if shown else ""
