"""Who holds which token, in Redis: posting asks here and not the database."""

from collections.abc import Sequence
from datetime import UTC, datetime
from functools import lru_cache

from app.bus import channels
from app.bus.connection import answering, redis, script
from app.bus.rooms import expiry
from app.bus.wire import keep_participant, kept_participant
from app.chat import Author, Glyph, Message, Participant, Room, nickname_key

PEOPLE_AT_HAND = 4096
# In a room of more people nobody can be told apart by colour and sign alone, and looking at all would take long.
GLYPHS_TOLD_APART = 200
# Between a nickname's key and a participant's id; neither has one in it.
_BETWEEN = "\n"
# So many of one nickname are looked at: of more, some are there.
ALIKE_LOOKED_AT = 50

# KEYS: tokens, people. ARGV: hash of a token.
_FIND = """
local id = redis.call('HGET', KEYS[1], ARGV[1])
return id and redis.call('HGET', KEYS[2], id)
"""

# KEYS: people. ARGV: how many are looked at, at most.
_SEEN = """
if redis.call('HLEN', KEYS[1]) > tonumber(ARGV[1]) then return {} end
return redis.call('HVALS', KEYS[1])
"""

# KEYS: people, names, tokens. ARGV: id, participant, version, name's key and id, expires, token's hash or "". A later
# change wins over an earlier one, in whatever order they arrive. A new token is the only one. Answers what was there.
_KEEP = """
local known = redis.call('HGET', KEYS[1], ARGV[1])
local newer = known and (cjson.decode(known).version or 0) > tonumber(ARGV[3])
if not newer then
  redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
  redis.call('ZADD', KEYS[2], 0, ARGV[4])
end
if ARGV[6] ~= '' then redis.call('HSET', KEYS[3], ARGV[6], ARGV[1]) end
for i = 1, 3 do redis.call('EXPIREAT', KEYS[i], ARGV[5]) end
return newer and ARGV[2] or known
"""

# KEYS: names, present. ARGV: lowest and highest name, how long the nickname's key is, how many are looked at, now,
# one's own id. Answers whether somebody else who is present is called so.
_ALIKE = """
for _, name in ipairs(redis.call('ZRANGEBYLEX', KEYS[1], ARGV[1], ARGV[2], 'LIMIT', 0, ARGV[4])) do
  local id = string.sub(name, tonumber(ARGV[3]) + 2)
  if id ~= ARGV[6] and tonumber(redis.call('ZSCORE', KEYS[2], id) or '0') > tonumber(ARGV[5]) then return 1 end
end
return 0
"""


@lru_cache(maxsize=PEOPLE_AT_HAND)
def as_kept(kept: str) -> Participant:
    """The participant whom Redis has as this text; the same text is read many times in a row."""
    return kept_participant(kept)


def project(room: Room, participant: Participant, token_hash: str = "", old_token_hash: str = "") -> None:
    """Makes a participant known as he is now; harmless to repeat, and an older change does not undo a newer one.

    Args:
        room: the room.
        participant: as the store has him.
        token_hash: of the token by which he is known, where it is at hand.
        old_token_hash: of the token that he had before, and that is nobody's any more.
    """
    keys = [channels.key(room.id, noun) for noun in ("people", "names", "tokens")]
    name = _name(participant.nickname, participant.id)
    args = [participant.id, keep_participant(participant), participant.version, name, expiry(room), token_hash]
    with answering():
        before = script(_KEEP)(keys=keys, args=args)
        if before and (old := _name(as_kept(before).nickname, participant.id)) != name:
            redis().zrem(keys[1], old)
        if old_token_hash not in ("", token_hash):
            redis().hdel(keys[2], old_token_hash)


def forget(room_id: str, participant: Participant) -> None:
    """Makes a participant unknown; his token is found in the store no more either, and is worth nothing."""
    with answering(), redis().pipeline(transaction=False) as pipe:
        pipe.hdel(channels.key(room_id, "people"), participant.id)
        pipe.zrem(channels.key(room_id, "names"), _name(participant.nickname, participant.id))
        pipe.execute()


def find(room_id: str, token_hash: str) -> Participant | None:
    """The participant whose token has this hash, if Redis knows him."""
    with answering():
        kept = script(_FIND)(keys=[channels.key(room_id, noun) for noun in ("tokens", "people")], args=[token_hash])
    return as_kept(kept) if kept else None


def get(room_id: str, participant_id: str) -> Participant | None:
    """The participant with this id, as he is now, if Redis knows him."""
    with answering():
        kept = redis().hget(channels.key(room_id, "people"), participant_id)
    return as_kept(kept) if kept else None


def authors(room_id: str, messages: Sequence[Message]) -> dict[str, Author]:
    """What a check may know of those who wrote these messages, by their ids; whom Redis does not know is left out."""
    ids = list({message.participant_id for message in messages})
    with answering():
        kept = redis().hmget(channels.key(room_id, "people"), ids)
    return {one: _author(as_kept(text)) for one, text in zip(ids, kept, strict=True) if text}


def _author(participant: Participant) -> Author:
    return Author(joined_at=participant.joined_at, muted_until=participant.muted_until, banned=participant.banned)


def glyphs(room_id: str) -> list[Glyph]:
    """The glyphs of those who are in the room; none where it is too full to tell people apart by them."""
    with answering():
        kept = script(_SEEN)(keys=[channels.key(room_id, "people")], args=[GLYPHS_TOLD_APART])
    return [as_kept(text).glyph for text in kept]


def is_called(room_id: str, nickname: str, participant_id: str) -> bool:
    """Whether somebody else who is present has this nickname, or one that looks like it."""
    key = nickname_key(nickname)
    start = f"{key}{_BETWEEN}"
    now = datetime.now(UTC).timestamp()
    args = [f"[{start}", f"({key}{chr(ord(_BETWEEN) + 1)}", len(key.encode()), ALIKE_LOOKED_AT, now, participant_id]
    with answering():
        return bool(script(_ALIKE)(keys=[channels.key(room_id, noun) for noun in ("names", "present")], args=args))


def _name(nickname: str, participant_id: str) -> str:
    return f"{nickname_key(nickname)}{_BETWEEN}{participant_id}"
