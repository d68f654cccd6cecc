"""Wrong passwords: whoever guesses waits, longer each time; all web processes count together.

A try counts as wrong before it is looked at, so that a thousand at once are not a thousand tries; a right one is taken
off again. Only a try that is let through costs the reckoning of Argon2.
"""

from collections.abc import Mapping
from math import ceil

from app.bus import channels
from app.bus.connection import answering, script

# What was guessed is forgotten after this, longer than the longest wait: who waits it out gains nothing.
REMEMBERED_SECONDS = 3600
LONGEST_WAIT_SECONDS = 600

# KEYS: guesses. ARGV: how long they are remembered, longest wait (s), then who and how many are free, for each. Answers
# how many ms are to be waited, 0 where the try may be made; then it counts for everybody named.
_TRY = """
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local function known(who)
  local wrong, till = string.match(redis.call('HGET', KEYS[1], who) or '', '^(%d+) (%d+)$')
  return tonumber(wrong or '0'), tonumber(till or '0')
end
local wait = 0
for i = 3, #ARGV, 2 do
  local _, till = known(ARGV[i])
  wait = math.max(wait, till - now)
end
if wait > 0 then return wait end
for i = 3, #ARGV, 2 do
  local wrong = known(ARGV[i]) + 1
  local over = wrong - tonumber(ARGV[i + 1])
  local till = over >= 0 and now + 1000 * math.min(4 * 2 ^ math.min(over, 20), tonumber(ARGV[2])) or 0
  redis.call('HSET', KEYS[1], ARGV[i], string.format('%d %d', wrong, till))
end
redis.call('EXPIRE', KEYS[1], ARGV[1])
return 0
"""

# KEYS: guesses. ARGV: whose slate is clean, then who had a try too many counted.
_RIGHT = """
redis.call('HDEL', KEYS[1], ARGV[1])
for i = 2, #ARGV do
  local wrong = tonumber(string.match(redis.call('HGET', KEYS[1], ARGV[i]) or '', '^(%d+) ') or '0')
  if wrong > 1 then redis.call('HSET', KEYS[1], ARGV[i], string.format('%d 0', wrong - 1))
  else redis.call('HDEL', KEYS[1], ARGV[i]) end
end
"""


def attempt(room_id: str, guessers: Mapping[str, int]) -> int:
    """Counts a try, if it may be made now.

    Args:
        room_id: the room.
        guessers: the device and the network that are trying, each with how many wrong tries cost nothing.

    Returns:
        How many seconds to wait before it may be made; 0 where it is made.
    """
    pairs = [part for who, free in guessers.items() for part in (who, free)]
    with answering():
        wait = script(_TRY)(keys=[_key(room_id)], args=[REMEMBERED_SECONDS, LONGEST_WAIT_SECONDS, *pairs])
    return ceil(float(wait) / 1000)


def right(room_id: str, device: str, network: str) -> None:
    """The password was right: the device has guessed nothing, and the network once less."""
    with answering():
        script(_RIGHT)(keys=[_key(room_id)], args=[device, network])


def _key(room_id: str) -> str:
    return channels.key(room_id, "guesses")
