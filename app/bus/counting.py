"""Counting: how much a device and its network say, and how often the same is said.

It is done where a message is known to be new, in the script that accepts it; whoever judges it only reads, and may do
so twice.

Two hashes take turns with what was said: the older one goes when the newer one is as old as "lately" is long. So what
is remembered is bounded, and "lately" is once to twice as long as its setting says.
"""

from app.chat import Facts, Message, Room
from app.chat.floods import Limits, Pace, cost, fingerprint
from app.chat.safety import Guard
from config.settings import settings

# What is said in one turn, at most: then the next turn begins early. A flood may not fill Redis.
SAID_MOST = 20_000
NOUNS = ("flood", "said", "said_before", "facts")
NOTHING = "-"

# Into the script that accepts: KEYS from `first` on: flood, said, said_before, facts. `how`: a device's and a network's
# pace in a minute, how long lately is (ms), the most that is said in a turn. `counted` gives a message's facts.
COUNT = """
local function counter(first, how, now)
  local flood, said, before, scores, turned = KEYS[first], KEYS[first + 1], KEYS[first + 2], {}, false
  local device_pace, network_pace, lately, most = string.match(how, '^(%d+) (%d+) (%d+) (%d+)$')
  lately = tonumber(lately)
  local function turn()
    local began = tonumber(redis.call('HGET', said, 'began') or '0')
    if now - began > lately or redis.call('HLEN', said) > tonumber(most) then
      if began > 0 and now - began <= 2 * lately then redis.call('RENAME', said, before)
      else redis.call('DEL', said, before) end
      redis.call('HSET', said, 'began', now)
    end
    turned = true
  end
  local function score(who, cost, pace)
    local was, at = string.match(scores[who] or redis.call('HGET', flood, who) or '0 0', '^(%d+) (%d+)$')
    local it = math.max(0, was - math.floor(math.max(0, now - at) * pace / 60)) + cost
    scores[who] = string.format('%d %d', it, now)
    return it
  end
  local function times(what, who)
    if not turned then turn() end
    local earlier = redis.call('HMGET', before, what .. ':' .. who, what)
    local own = redis.call('HINCRBY', said, what .. ':' .. who, 1) + (earlier[1] or 0)
    local devices = own == 1 and redis.call('HINCRBY', said, what, 1) or redis.call('HGET', said, what) or 0
    return own, devices + (earlier[2] or 0)
  end
  local function counted(who, what)
    local cost, network, text = string.match(what, '^(%S+) (%S+) (%S+)$')
    local device, whole, own, devices = 0, 0, 0, 0
    if cost ~= '-' then device = score(who, cost, device_pace) end
    if cost ~= '-' and network ~= '-' then whole = score('/' .. network, cost, network_pace) end
    if text ~= '-' then own, devices = times(text, who) end
    return string.format('%d %d %d %d', device, whole, own, devices)
  end
  local function keep()
    local kept = {}
    for who, it in pairs(scores) do kept[#kept + 1], kept[#kept + 2] = who, it end
    in_lots('HSET', flood, kept)
  end
  return counted, keep
end
"""


def limits() -> Limits:
    """What the operator takes for a flood."""
    chosen = settings()
    return Limits(
        Pace(chosen.flood_device_at_once, chosen.flood_device_a_minute),
        Pace(chosen.flood_network_at_once, chosen.flood_network_a_minute),
        chosen.repeats_seconds,
    )


def how(room: Room) -> str:
    """How the script counts in a room; "" where nothing is counted."""
    if not room.safety.counts:
        return ""
    chosen = limits()
    return f"{chosen.device.a_minute} {chosen.network.a_minute} {chosen.lately * 1000} {SAID_MOST}"


def what(room: Room, message: Message, network: str) -> str:
    """What the script counts of a message: its cost, where it comes from, and what stands for its text."""
    flood, repeats = room.safety.flood is Guard.HOLD, room.safety.repeats is Guard.HOLD
    price = cost(message.text) if flood else NOTHING
    return f"{price} {network or NOTHING} {fingerprint(message.text) if repeats else NOTHING}"


def facts(kept: str) -> Facts:
    """The facts that the script left of a message."""
    if not kept:
        return Facts()
    device, network, own, devices = map(int, kept.split())
    return Facts(device=device, network=network, own=own, devices=devices)
