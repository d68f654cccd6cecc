"""Secrets that are meant to be forgotten: made here, shared by all web processes, gone after their time."""

from secrets import token_hex

from app.bus import channels
from app.bus.connection import answering, redis

DAY_SECONDS = 86_400
_BYTES = 32


def of_the_day() -> bytes:
    """The key that lives a day, the same for everybody who asks; whoever asks first makes it."""
    with answering(), redis().pipeline(transaction=True) as pipe:
        pipe.set(channels.DAY_KEY, token_hex(_BYTES), nx=True, ex=DAY_SECONDS)
        pipe.get(channels.DAY_KEY)
        _, key = pipe.execute()
    return bytes.fromhex(key)
