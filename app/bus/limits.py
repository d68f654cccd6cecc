"""Limits: how often somebody may do something in a minute, counted for all web processes together."""

from app.bus.connection import answering, script
from app.chat.refusals import TooFast

# KEYS: a hash. ARGV: who, how often in a minute, when the hash expires (s). Answers 0, or how many seconds to wait.
_ONCE_MORE = """
local now = tonumber(redis.call('TIME')[1])
local minute = math.floor(now / 60)
local of, times = string.match(redis.call('HGET', KEYS[1], ARGV[1]) or '', '^(%d+) (%d+)$')
times = tonumber(of) == minute and tonumber(times) or 0
if times >= tonumber(ARGV[2]) then return (minute + 1) * 60 - now end
redis.call('HSET', KEYS[1], ARGV[1], string.format('%d %d', minute, times + 1))
redis.call('EXPIREAT', KEYS[1], ARGV[3])
return 0
"""


def once_more(key: str, who: str, a_minute: int, expires: int) -> None:
    """Counts one more time.

    Args:
        key: where it is counted.
        who: for whom.
        a_minute: how often he may in a minute of the clock.
        expires: when Redis drops all of it by itself, in Unix seconds.

    Raises:
        TooFast: that was too often.
    """
    with answering():
        wait = script(_ONCE_MORE)(keys=[key], args=[who, a_minute, expires])
    if wait:
        raise TooFast(wait)
