"""Keys say who somebody is: long random words, of which only a fingerprint is kept."""

from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe
from typing import Final

import uuid_utils

_TOKEN_BYTES: Final = 32  # 256 bits: nobody guesses one, so a plain fingerprint needs no salt and no slow hash


def new_token() -> str:
    """Make up a token for a host or a participant."""
    return token_urlsafe(_TOKEN_BYTES)


def hash_token(token: str) -> str:
    """Take a token's fingerprint: what is kept, and of no use to a thief."""
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def same(token: str, hashed: str) -> bool:
    """Tell whether a token has this fingerprint, in the same time whichever way it is."""
    return compare_digest(hash_token(token).encode(), hashed.encode("utf-8", "surrogatepass"))


def new_id() -> str:
    """Make up an id that sorts by the time it was made (UUID version 7)."""
    return str(uuid_utils.uuid7())
