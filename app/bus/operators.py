"""Operators who are logged in, by the hash of what their browser shows; each for some hours."""

from app.bus import channels
from app.bus.connection import answering, redis


def let_in(token_hash: str, seconds: int) -> None:
    """Has an operator be logged in for so long."""
    with answering():
        redis().set(f"{channels.OPERATOR}:{token_hash}", 1, ex=seconds)


def is_in(token_hash: str) -> bool:
    """Whether somebody is logged in."""
    with answering():
        return bool(redis().exists(f"{channels.OPERATOR}:{token_hash}"))


def let_out(token_hash: str) -> None:
    """Has an operator be logged in no longer."""
    with answering():
        redis().delete(f"{channels.OPERATOR}:{token_hash}")
