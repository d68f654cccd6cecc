"""Seals: what is sealed with a public key only the holder of the private one can open (libsodium's sealed boxes).

Not among the names of `app.chat`: few processes need it, and it loads a library.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from secrets import token_bytes
from typing import Final

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

KEY_BYTES: Final = 32


class CannotOpen(ValueError):
    """It was sealed for another key, or is damaged."""


def new_private_key() -> str:
    """Make up a private key: any 32 bytes are one (RFC 7748)."""
    return _spelled(token_bytes(KEY_BYTES))


def public_of(private_key: str) -> str:
    """Tell the public key that belongs to a private one."""
    return _spelled(bytes(_private(private_key).public_key))


def seal(public_key: str, what: bytes) -> bytes:
    """Seal something; not even who sealed it can open it again."""
    return SealedBox(PublicKey(_read(public_key))).encrypt(what)


def unsealed(private_key: str, sealed: bytes) -> bytes:
    """Open what was sealed for this key; raise CannotOpen."""
    try:
        return SealedBox(_private(private_key)).decrypt(sealed)
    except CryptoError as error:
        raise CannotOpen from error


def _private(key: str) -> PrivateKey:
    return PrivateKey(_read(key))


def _read(key: str) -> bytes:
    return urlsafe_b64decode(key.strip().rstrip("=") + "=")


def _spelled(key: bytes) -> str:
    return urlsafe_b64encode(key).decode().rstrip("=")
