"""The log: the last events of a room in Redis, numbered as in the store, without a gap.

The store gives the numbers. `agree` brings the log up to what the store has; appending and ringing
the bell are one atomic step, so who has heard the bell can rely on the log, and who reads the log
has missed nothing.
"""

from collections.abc import Callable, Sequence

from app.bus import channels
from app.bus.bell import EVENTS, Parcel
from app.bus.connection import answering, redis, script
from app.bus.events import to_text
from app.chat.events import Event
from config.settings import settings

# How many events `agree` fetches and appends at a time.
PAGE = 500

# KEYS: head, log, walk. ARGV: bell, how many to keep, expires, ring's kind, floor, seq, event, seq, event, …
# Answers the log's last seq. What the log already has is passed over; a gap is refused, and what was read before the
# floor rose: a text among it may have been removed meanwhile.
_APPEND = """
local head = redis.call('GET', KEYS[1])
if (redis.call('HGET', KEYS[3], 'floor') or '0') ~= ARGV[5] then return false end
if not head then redis.call('DEL', KEYS[2]) end
local texts, first = {}, nil
for i = 6, #ARGV, 2 do
  local seq = tonumber(ARGV[i])
  if not head or seq > tonumber(head) then
    if head and seq ~= tonumber(head) + 1 then return tonumber(head) end
    redis.call('XADD', KEYS[2], 'MAXLEN', '~', ARGV[2], ARGV[i] .. '-0', 'e', ARGV[i + 1])
    texts[#texts + 1] = ARGV[i + 1]
    first = first or ARGV[i]
    head = ARGV[i]
  end
end
if first then
  redis.call('SET', KEYS[1], head, 'EXAT', ARGV[3])
  redis.call('EXPIREAT', KEYS[2], ARGV[3])
  redis.call('PUBLISH', ARGV[1], ARGV[4] .. ' ' .. first .. ' ' .. head .. '\\n' .. table.concat(texts, '\\n'))
end
return tonumber(head or '0')
"""


# KEYS: walk, log, scrub. ARGV: seq, the first entry to stay, expires. What is on its way to the log is stopped by the
# floor, in `append` and in `app.bus.stages`.
_LET_GO = """
if tonumber(ARGV[1]) > tonumber(redis.call('HGET', KEYS[1], 'floor') or '0') then
  redis.call('HSET', KEYS[1], 'floor', ARGV[1])
  redis.call('EXPIREAT', KEYS[1], ARGV[3])
end
redis.call('XTRIM', KEYS[2], 'MINID', ARGV[2])
redis.call('SET', KEYS[3], 1)
"""


def head(room_id: str) -> int | None:
    """The seq of the log's last event, or None if Redis knows nothing of the room's events."""
    with answering():
        found = redis().get(channels.key(room_id, "head"))
    return int(found) if found else None


def append(room_id: str, events: Sequence[Event], expires: int, present: int, floor: int = 0) -> int | None:
    """Adds events to the log and rings the bell, in one step. Harmless to repeat.

    Args:
        room_id: the room.
        events: in order, as the store has them.
        expires: when the log goes by itself, in Unix seconds.
        present: how many are in the room, for the room's own events.
        floor: what `floor` said before the store was asked.

    Returns:
        The log's last seq afterwards; less than the events' last when there would have been a gap. None where something
        was let go since the store was asked: nothing was added.
    """
    pairs = [part for event in events for part in (event.seq, to_text(event, present))]
    keep = settings().log_keep_events
    with answering():
        reached: int | None = script(_APPEND)(
            keys=[channels.key(room_id, noun) for noun in ("head", "log", "walk")],
            args=[channels.bell(room_id), keep, expires, EVENTS, floor, *pairs],
        )
    return reached


def agree(
    room_id: str,
    expires: int,
    since: Callable[[str, int, int], Sequence[Event]],
    last_seq: Callable[[str], int | None],
    present: int = 0,
) -> None:
    """Makes the log agree with the store; may run twice, late, or for several chains at once.

    Args:
        room_id: the room.
        expires: when the log goes by itself, in Unix seconds.
        since: the store's verb (room id, after, limit) → events in order.
        last_seq: the store's verb (room id) → how far there is to go; asked where the log was lost.
        present: how many are in the room, for the room's own events.
    """
    seen, after = floor(room_id), head(room_id)
    if after is None:
        # A log that was lost begins anew with its last events; older ones are read from the store.
        after = max(0, (last_seq(room_id) or 0) - settings().log_keep_events)
    while events := since(room_id, after, PAGE):
        reached = append(room_id, events, expires, present, seen)
        if reached is None:
            seen = floor(room_id)
            continue
        after = reached
        if len(events) < PAGE and after >= events[-1].seq:
            return


def floor(room_id: str) -> int:
    """The seq up to which only the store may be asked what happened."""
    with answering():
        return int(redis().hget(channels.key(room_id, "walk"), "floor") or 0)


def let_go(room_id: str, seq: int, expires: int) -> None:
    """Drops the log's events up to `seq`: whoever needs them reads them from the store, as they are now.

    So a text that was removed is not told to those who come later, and its file is rewritten. Harmless to repeat.
    """
    keys = [*(channels.key(room_id, noun) for noun in ("walk", "log")), channels.SCRUB_WANTED]
    with answering():
        script(_LET_GO)(keys=keys, args=[seq, f"{seq + 1}-0", expires])


def since(room_id: str, after: int, limit: int) -> Parcel | None:
    """The events after `after`, at most `limit`; None where the log does not reach back so far.

    An empty parcel says that there is nothing newer.
    """
    with answering(), redis().pipeline(transaction=False) as pipe:
        pipe.xrange(channels.key(room_id, "log"), min=f"{after + 1}-0", max="+", count=limit)
        pipe.get(channels.key(room_id, "head"))
        entries, last = pipe.execute()
    if entries:
        seqs = [int(entry_id.partition("-")[0]) for entry_id, _ in entries]
        if seqs[0] != after + 1:
            return None
        return Parcel(seqs[0], seqs[-1], [fields["e"] for _, fields in entries])
    return Parcel(after + 1, after, []) if last is not None and int(last) <= after else None


def latest(room_id: str, limit: int) -> Parcel:
    """The log's last events, at most `limit`, however far back it reaches; an empty parcel where there is none."""
    with answering():
        entries = redis().xrevrange(channels.key(room_id, "log"), count=limit)[::-1]
    if not entries:
        return Parcel(1, 0, [])
    seqs = [int(entry_id.partition("-")[0]) for entry_id, _ in entries]
    return Parcel(seqs[0], seqs[-1], [fields["e"] for _, fields in entries])
