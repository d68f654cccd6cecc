"""The live room in Redis: what posting and watching need to know, so that neither asks the database.

Whoever changes a room in the store projects it here afterwards. A room that is not here is looked
up in the store and projected again, so Redis may forget everything at any time.
"""

from datetime import timedelta
from functools import lru_cache

from app.bus import channels
from app.bus.connection import answering, redis, script
from app.bus.wire import keep_room, kept_room
from app.chat import Room

ROOMS_AT_HAND = 1024

# A later change wins over an earlier one, in whatever order they arrive: last_seq numbers them.
_PROJECT = """
if redis.call('EXISTS', KEYS[3]) == 1 then return 0 end
local known = redis.call('GET', KEYS[1])
if known and cjson.decode(known).last_seq > tonumber(ARGV[2]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1], 'EXAT', ARGV[3])
redis.call('SET', KEYS[2], ARGV[4], 'EXAT', ARGV[3])
for i = 4, #KEYS do redis.call('EXPIREAT', KEYS[i], ARGV[3]) end
return 1
"""


@lru_cache(maxsize=ROOMS_AT_HAND)
def as_kept(kept: str) -> Room:
    """The room that Redis has as this text; the same text is read many times in a row."""
    return kept_room(kept)


def expiry(room: Room) -> int:
    """When Redis drops the room's keys by itself, in Unix seconds."""
    return int((room.ends_at + timedelta(seconds=channels.EXPIRY_SLACK_SECONDS)).timestamp())


def project(room: Room) -> None:
    """Puts a room where posting and watching look for it. Harmless to repeat."""
    others = [channels.key(room.id, noun) for noun in channels.ROOM_KEYS if noun not in ("room", *channels.SHORT_LIVED)]
    first = [channels.key(room.id, "room"), channels.name_key(room.name), channels.gone_key(room.id)]
    keys = [*first, *others]
    with answering():
        script(_PROJECT)(keys=keys, args=[keep_room(room), room.last_seq, expiry(room), room.id])


def find(name: str) -> Room | None:
    """The live room of this name, if Redis knows it."""
    with answering():
        room_id = redis().get(channels.name_key(name))
    return get(room_id) if room_id else None


def get(room_id: str) -> Room | None:
    """The live room with this id, if Redis knows it."""
    with answering():
        kept = redis().get(channels.key(room_id, "room"))
    return as_kept(kept) if kept else None


def forget(room_id: str, name: str) -> int:
    """Deletes everything of a room from Redis and asks for the append-only file to be rewritten.

    Returns:
        How many keys there were. A second run finds none.
    """
    keys = [channels.key(room_id, noun) for noun in channels.ROOM_KEYS]
    with answering(), redis().pipeline() as pipe:
        for key in keys:
            pipe.delete(key)
        pipe.set(channels.gone_key(room_id), 1, ex=channels.EXPIRY_SLACK_SECONDS)
        pipe.zrem(channels.OVERDUE, room_id)
        pipe.hdel(channels.DEAD, room_id)
        pipe.set(channels.SCRUB_WANTED, 1)
        deleted = sum(pipe.execute()[: len(keys)])
        if redis().get(channels.name_key(name)) == room_id:
            deleted += redis().delete(channels.name_key(name))
    return int(deleted)


def claim_closing(room_id: str, seconds: int) -> bool:
    """True for the one caller in `seconds` who may send this room on its way out."""
    with answering():
        return bool(redis().set(channels.closing_key(room_id), 1, nx=True, ex=seconds))
