"""Networks: where somebody calls from, as a key that says nothing to whoever finds it, and lives a day.

An address is kept nowhere. What is counted by network is counted under an HMAC of it, and the HMAC's own key is
forgotten after a day: from then on nobody can tell which network it was, not even by trying them all.
"""

import hmac
import time
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from flask import request

from app.bus import secrets
from app.chat.bans import network_of

KEY_LENGTH: Final = 16
# So long a process uses the day's key without asking whether it is still that.
KNOWN_SECONDS: Final = 30.0


@dataclass(slots=True)
class _Known:
    """The day's key as this process knows it."""

    key: bytes = b""
    until: float = 0.0


_known = _Known()


def network_key(address: str | None) -> str:
    """The key of the network that an address belongs to; "" where there is none, as behind a socket file.

    Raises:
        Unavailable: Redis is away.
    """
    network = network_of(address)
    return hmac.digest(_key(), network.encode(), sha256).hex()[:KEY_LENGTH] if network else ""


def callers_network() -> str:
    """The key of the network that this request comes from."""
    return network_key(request.remote_addr)


def _key() -> bytes:
    if time.monotonic() >= _known.until:
        _known.key = secrets.of_the_day()
        _known.until = time.monotonic() + KNOWN_SECONDS
    return _known.key
