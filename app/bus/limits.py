"""Limits: how often somebody may do something in a minute, counted for all web processes together."""

from collections.abc import Mapping

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


# KEYS: one counter for each who is counted. ARGV: how often each may in a minute, then for how long a counter is kept
# (s). Answers 0, or how many seconds to wait. Nobody is counted where one has had enough: who is refused owes nothing.
_ALL_ONCE_MORE = """
local over = false
for i, key in ipairs(KEYS) do
  if tonumber(redis.call('GET', key) or '0') >= tonumber(ARGV[i]) then over = true end
end
if over then return 60 - tonumber(redis.call('TIME')[1]) % 60 end
for _, key in ipairs(KEYS) do
  if redis.call('INCR', key) == 1 then redis.call('EXPIRE', key, ARGV[#ARGV]) end
end
return 0
"""
# The minute stands in the key, so a counter is of no use after it; a process's clock may be a little behind.
COUNTER_SECONDS = 120


def all_once_more(counters: Mapping[str, int]) -> None:
    """Counts one more time for several at once, in one round trip.

    Args:
        counters: the key of each counter, of this minute, with how often it may be in a minute.

    Raises:
        TooFast: one of them has had enough.
    """
    with answering():
        wait = script(_ALL_ONCE_MORE)(keys=list(counters), args=[*counters.values(), COUNTER_SECONDS])
    if wait:
        raise TooFast(wait)
