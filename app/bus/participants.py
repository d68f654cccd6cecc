"""Who holds which token, in Redis: posting asks here and not the database."""

from collections.abc import Sequence
from functools import lru_cache

from app.bus import channels
from app.bus.connection import answering, redis, script
from app.bus.rooms import expiry
from app.bus.wire import keep_participant, kept_participant
from app.chat import Author, Glyph, Message, Participant, Room

PEOPLE_AT_HAND = 4096
# In a room of more people nobody can be told apart by colour and sign alone, and looking at all would take long.
GLYPHS_TOLD_APART = 200

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


@lru_cache(maxsize=PEOPLE_AT_HAND)
def as_kept(kept: str) -> Participant:
    """The participant whom Redis has as this text; the same text is read many times in a row."""
    return kept_participant(kept)


def project(room: Room, participant: Participant, token_hash: str) -> None:
    """Makes a participant known by the hash of his token."""
    tokens = channels.key(room.id, "tokens")
    with answering(), redis().pipeline(transaction=False) as pipe:
        pipe.hset(tokens, token_hash, participant.id)
        pipe.expireat(tokens, expiry(room))
        pipe.execute()
    rename(room, participant)


def rename(room: Room, participant: Participant) -> None:
    """Makes a participant known as he is called now."""
    people = channels.key(room.id, "people")
    with answering(), redis().pipeline(transaction=False) as pipe:
        pipe.hset(people, participant.id, keep_participant(participant))
        pipe.expireat(people, expiry(room))
        pipe.execute()


def find(room_id: str, token_hash: str) -> Participant | None:
    """The participant whose token has this hash, if Redis knows him."""
    with answering():
        kept = script(_FIND)(keys=[channels.key(room_id, noun) for noun in ("tokens", "people")], args=[token_hash])
    return as_kept(kept) if kept else None


def get(room_id: str, participant_id: str) -> Participant | None:
    """The participant with this id, as he is called now, if Redis knows him."""
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
    named = ("role", "joined_at", "muted_until", "banned")
    return Author(**{name: getattr(participant, name) for name in named if hasattr(participant, name)})


def glyphs(room_id: str) -> list[Glyph]:
    """The glyphs of those who are in the room; none where it is too full to tell people apart by them."""
    with answering():
        kept = script(_SEEN)(keys=[channels.key(room_id, "people")], args=[GLYPHS_TOLD_APART])
    return [as_kept(text).glyph for text in kept]
