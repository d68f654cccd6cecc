from __future__ import annotations

import pytest

from app.chat import seals
from app.chat.seals import CannotOpen


def test_only_who_has_the_private_key_opens_what_is_sealed() -> None:
    mine, other = seals.new_private_key(), seals.new_private_key()
    text = "Grüße 👩‍👩‍👧‍👦 \0".encode() * 1000
    sealed = seals.seal(seals.public_of(mine), text)
    assert seals.unsealed(mine, sealed) == text
    assert seals.unsealed(f"{mine}\n", sealed) == text
    for wrong in (other, seals.public_of(mine)):
        with pytest.raises(CannotOpen):
            seals.unsealed(wrong, sealed)


def test_what_is_damaged_is_not_opened() -> None:
    mine = seals.new_private_key()
    sealed = bytearray(seals.seal(seals.public_of(mine), b"A secret"))
    sealed[-1] ^= 1
    with pytest.raises(CannotOpen):
        seals.unsealed(mine, bytes(sealed))


def test_the_same_sealed_twice_looks_like_two() -> None:
    public = seals.public_of(seals.new_private_key())
    assert len(public) == 43
    one, two = seals.seal(public, b"A secret"), seals.seal(public, b"A secret")
    assert one != two
    assert b"secret" not in one + two
