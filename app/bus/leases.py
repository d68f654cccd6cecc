"""Leases: whoever begins to decide about a message has it to himself for a moment, so that two never decide at once.

A lease ends by itself: who puts his phone away keeps nobody waiting for long.
"""

from datetime import UTC, datetime

from app.bus import channels
from app.bus.bell import tell_host
from app.bus.connection import answering, redis, script
from app.bus.rooms import expiry
from app.bus.wire import Json, time_to_wire
from app.chat import Room
from app.chat.actions import Lease
from app.chat.refusals import Leased
from config.settings import settings

# KEYS: leases. ARGV: message, by, until (ms), now (ms), expires. Answers who has it: "until by".
_TAKE = """
local kept = redis.call('HGET', KEYS[1], ARGV[1])
if kept then
  local until_, by = string.match(kept, '^(%d+) (.*)$')
  if tonumber(until_) > tonumber(ARGV[4]) and by ~= ARGV[2] then return kept end
end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[3] .. ' ' .. ARGV[2])
redis.call('EXPIREAT', KEYS[1], ARGV[5])
return ARGV[3] .. ' ' .. ARGV[2]
"""


def take(room: Room, message_id: str, by: str, now: datetime) -> Lease:
    """Takes a message for a while, or longer if it is had already; the desk's screens are told.

    Raises:
        Leased: somebody else has it.
    """
    moment = _milliseconds(now)
    until = moment + settings().lease_seconds * 1000
    with answering():
        kept = script(_TAKE)(keys=[_key(room.id)], args=[message_id, by, until, moment, expiry(room)])
    lease = _lease(kept)
    if lease.by != by:
        raise Leased(lease, (lease.until - now).total_seconds())
    tell_host(room.id, {"type": "lease", "id": message_id, **lease_to_wire(lease)})
    return lease


def check(room_id: str, message_id: str, by: str, now: datetime) -> None:
    """Raises Leased while somebody else has a message."""
    with answering():
        kept = redis().hget(_key(room_id), message_id)
    lease = _lease(kept) if kept else None
    if lease and lease.by != by and lease.until > now:
        raise Leased(lease, (lease.until - now).total_seconds())


def give_back(room_id: str, message_id: str) -> None:
    """Lets go of a message: it is decided, or somebody else may have it. The desk's screens are told."""
    with answering():
        if redis().hdel(_key(room_id), message_id):
            tell_host(room_id, {"type": "lease", "id": message_id, "by": None, "until": None})


def all_of(room_id: str, now: datetime) -> dict[str, Lease]:
    """Who has which message at this moment."""
    with answering():
        kept = redis().hgetall(_key(room_id))
    leases = {message_id: _lease(text) for message_id, text in kept.items()}
    return {message_id: lease for message_id, lease in leases.items() if lease.until > now}


def lease_to_wire(lease: Lease) -> Json:
    """A lease as moderators see it."""
    return {"by": lease.by, "until": time_to_wire(lease.until)}


def _key(room_id: str) -> str:
    return channels.key(room_id, "leases")


def _lease(kept: str) -> Lease:
    until, _, by = kept.partition(" ")
    return Lease(by, datetime.fromtimestamp(int(until) / 1000, UTC))


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)
