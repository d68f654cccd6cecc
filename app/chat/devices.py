"""A device is who it is by a secret of its own; in each room it has another id, so that rooms cannot be linked.

The id is an HMAC of the device under the house's key and the room: nobody who sees it learns of the device, and whoever
comes back to a room with the same device is the same participant, under whatever nickname.
"""

import hmac
from hashlib import sha256
from secrets import token_urlsafe
from typing import Final
from uuid import UUID

_DEVICE_BYTES: Final = 24
_RANDOM_BITS: Final = (1 << 74) - 1


def new_device() -> str:
    """Make up a device's secret."""
    return token_urlsafe(_DEVICE_BYTES)


def id_in_room(device: str, room_id: str, key: bytes) -> str:
    """Give a device its id in one room: a UUID of version 7 whose time is the room's, the rest an HMAC."""
    digest = int.from_bytes(hmac.digest(key, f"{room_id}\n{device}".encode(), sha256), "big") & _RANDOM_BITS
    time = UUID(room_id).int >> 80
    high, low = digest >> 62, digest & ((1 << 62) - 1)
    return str(UUID(int=time << 80 | 7 << 76 | high << 64 | 2 << 62 | low))
