"""Devices: who somebody is without an account. A browser, or a program, keeps a signed word and shows it to join."""

from functools import cache
from hashlib import sha256
from typing import Final

from flask import Response, request
from itsdangerous import BadSignature, Signer

from app.chat import devices
from app.web.cookies import named
from config.settings import settings

COOKIE = "device"
# As long as the longest room lives.
KEPT_SECONDS: Final = 366 * 86_400
# Longer than any word of ours; whatever is longer need not be looked at.
WORD_MAX: Final = 200


def known(word: str | None) -> str | None:
    """The device that shows this word; None where it is none of ours."""
    if not word or len(word) > WORD_MAX:
        return None
    try:
        return _signer().unsign(word.encode("utf-8", "replace")).decode()
    except BadSignature:
        return None


def word_of(device: str) -> str:
    """What a device shows from now on to be known again."""
    return _signer().sign(device.encode()).decode()


def by_cookie() -> str | None:
    """The device whose browser is asking, where it has been given a word."""
    return known(request.cookies.get(_cookie_name()))


def id_in(device: str, room_id: str) -> str:
    """The participant that a device is in a room."""
    return devices.id_in_room(device, room_id, _key())


def remember(answer: Response, word: str) -> None:
    """Has the browser keep its word where no script can read it."""
    secure = request.is_secure
    name = _cookie_name()
    answer.set_cookie(name, word, max_age=KEPT_SECONDS, path="/", secure=secure, httponly=True, samesite="Lax")


def _cookie_name() -> str:
    return named(COOKIE, tls=request.is_secure)


@cache
def _signer() -> Signer:
    return Signer(settings().secret_key, salt="device", digest_method=sha256)


@cache
def _key() -> bytes:
    """Not the secret itself: an id in a room must tell nothing that another use of the secret shows."""
    return sha256(f"device in a room\n{settings().secret_key}".encode()).digest()
