"""Networks: where somebody calls from, as a key that says nothing to whoever finds it, and lives a day.

An address is kept nowhere. What is counted by network is counted under an HMAC of it, and the HMAC's own key is
forgotten after a day: from then on nobody can tell which network it was, not even by trying them all.
"""

import hmac
import time
from dataclasses import dataclass
from hashlib import sha256
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from typing import Final

from flask import request

from app.bus import secrets

# What one customer of a provider has: its neighbours change addresses within it.
PREFIX: Final = {4: 24, 6: 56}
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


def network_of(address: str | None) -> str:
    """The network that an address belongs to, written out; "" for what is no address."""
    try:
        found = ip_address(address or "")
    except ValueError:
        return ""
    inside = _plain(found)
    return str(ip_network((inside, PREFIX[inside.version]), strict=False))


def _plain(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """An old address in the new form (::ffff:192.0.2.1) is that old address."""
    return (isinstance(address, IPv6Address) and address.ipv4_mapped) or address


def _key() -> bytes:
    if time.monotonic() >= _known.until:
        _known.key = secrets.of_the_day()
        _known.until = time.monotonic() + KNOWN_SECONDS
    return _known.key
