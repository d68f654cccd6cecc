"""Bans of networks: by a handle that tells nothing of the network to whoever does not have the house's secret."""

import hmac
from functools import lru_cache
from hashlib import sha256
from ipaddress import ip_address, ip_network
from typing import Final

# What one customer of a provider has: its neighbours change addresses within it.
PREFIX: Final = {4: 24, 6: 56}
HANDLE_LENGTH: Final = 32
_PURPOSE: Final = b"parley: networks that are banned"
_HEX: Final = frozenset("0123456789abcdef")


@lru_cache(maxsize=4096)
def network_of(address: str | None) -> str:
    """The network that an address belongs to, written out; "" for what is no address."""
    try:
        found = ip_address((address or "").partition("/")[0].strip())
    except ValueError:
        return ""
    if found.version == 6 and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(ip_network((found, PREFIX[found.version]), strict=False))


def network_handle(secret: str, address: str | None) -> str:
    """The handle of the network that an address belongs to; "" for what is no address.

    A keyed fingerprint: it stays the same for as long as the secret does, so a ban can last, and the address is kept
    nowhere. Without the secret not even trying all networks tells which one it is.
    """
    network = network_of(address)
    if not network:
        return ""
    key = hmac.digest(secret.encode(), _PURPOSE, sha256)
    return hmac.digest(key, network.encode(), sha256).hex()[:HANDLE_LENGTH]


def is_handle(text: str) -> bool:
    """Tell whether a text is a handle already."""
    return len(text) == HANDLE_LENGTH and _HEX.issuperset(text)
