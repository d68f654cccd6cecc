"""Showing: the last stage of a message's walk. The log, the bell and the inbox change in one atomic step.

What is shown is what was accepted, word for word, under the number that the store gave it. Where that is not certain
(the log was lost, an event of another kind comes in between, a text was removed) the store is asked first.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from enum import StrEnum

from app.bus import channels
from app.bus.bell import EVENTS, TO_HOST
from app.bus.connection import answering, script
from app.bus.lua import IN_LOTS, LAST_OF
from app.bus.stages import KEPT, MOST_AT_ONCE
from app.bus.trail import Stage
from config.settings import settings

# KEYS: order, walk, inbox, verdicts, fates, head, log, delivered, tries, overdue, decided, scrub, facts. ARGV: room,
# bell, its words for events and for the host, how many to keep in the log, how far the stage before has come, the most,
# overdue at, the stage's record, ids. Appends to the log, rings the bell, tells authors and hosts, lets go of what has
# been told, all in one step. Answers "done", or "more", or "store": the log has to agree with the store first, or
# "unknown": none of the ids is on its walk. As long as something decided is not done the room stays due when it was.
_SHOW = (
    IN_LOTS
    + LAST_OF
    + """
local room, bell, most = ARGV[1], ARGV[2], tonumber(ARGV[7])
local last = last_of(KEYS[1], 10)
if not last then return 'unknown' end
last = math.min(last, tonumber(redis.call('HGET', KEYS[2], ARGV[6]) or '0'))
local ids = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', last, 'LIMIT', 0, most)
if #ids == 0 then return 'done' end
local entries, fates = redis.call('HMGET', KEYS[3], unpack(ids)), redis.call('HMGET', KEYS[5], unpack(ids))
local head = tonumber(redis.call('GET', KEYS[6]) or '')
local floor = tonumber(redis.call('HGET', KEYS[2], 'floor') or '0')
local answer, over, events, words, first, newest = #ids == most and 'more' or 'done', {}, {}, {}, nil, nil
for i, id in ipairs(ids) do
  local fate = fates[i] or ''
  local seq, at = string.match(fate, '^(%d+) ?(.*)$')
  if seq and (not head or tonumber(seq) > head) then
    if not head or tonumber(seq) ~= head + 1 or at == '' or not entries[i] or tonumber(seq) <= floor then
      answer = 'store'
      break
    end
    local event = '{"type":"event","seq":' .. seq .. ',"at":"' .. at .. '","kind":"message","message":'
      .. string.sub(entries[i], string.find(entries[i], ' ', 1, true) + 1) .. '}'
    redis.call('XADD', KEYS[7], 'MAXLEN', '~', ARGV[5], seq .. '-0', 'e', event)
    events[#events + 1], first, newest, head = event, first or seq, seq, head + 1
  elseif seq and tonumber(seq) <= floor then
    redis.call('SET', KEYS[12], 1)
  elseif not seq and fate ~= '' then
    words[#words + 1] = fate
  end
  over[#over + 1] = id
end
if newest then
  redis.call('SET', KEYS[6], newest, 'KEEPTTL')
  redis.call('PUBLISH', bell, ARGV[3] .. ' ' .. first .. ' ' .. newest .. '\\n' .. table.concat(events, '\\n'))
end
for _, word in ipairs(words) do
  redis.call('PUBLISH', bell, word)
  local held = string.match(word, '"type":"held","id":"([^"]*)"')
  if held then redis.call('PUBLISH', bell, ARGV[4] .. '\\n{"type":"desk","id":"' .. held .. '"}') end
end
if #over > 0 then
  local lives = redis.call('PTTL', KEYS[1])
  redis.call('ZADD', KEYS[8], redis.call('ZSCORE', KEYS[1], over[#over]), ARGV[9])
  if lives > 0 and redis.call('PTTL', KEYS[8]) == -1 then redis.call('PEXPIRE', KEYS[8], lives) end
  in_lots('HDEL', KEYS[3], over)
  in_lots('HDEL', KEYS[5], over)
  if redis.call('EXISTS', KEYS[4]) == 1 then in_lots('HDEL', KEYS[4], over) end
  if redis.call('EXISTS', KEYS[13]) == 1 then in_lots('HDEL', KEYS[13], over) end
  in_lots('ZREM', KEYS[1], over)
  redis.call('DEL', KEYS[9])
end
if redis.call('EXISTS', KEYS[11]) == 1 then redis.call('ZADD', KEYS[10], 'LT', ARGV[8], room)
elseif redis.call('ZCARD', KEYS[1]) == 0 then redis.call('ZREM', KEYS[10], room)
else redis.call('ZADD', KEYS[10], ARGV[8], room) end
return answer
"""
)


class Left(StrEnum):
    """What is left to do after showing."""

    NOTHING = "done"
    MORE = "more"
    STORE = "store"
    UNKNOWN = "unknown"


def show(room_id: str, ids: Sequence[str], task_id: str | None = None) -> Left:
    """Shows what the store has, up to the last of these ids: to every screen, in one step, and lets go of it.

    Returns:
        STORE where the log has to agree with the store first: it was lost, or something came in between or was removed.
        UNKNOWN where none of these is on its walk.
    """
    nouns = ("order", "walk", "inbox", "verdicts", "fates", "head", "log", "delivered", "tries")
    keys = [channels.key(room_id, noun) for noun in nouns]
    keys += [channels.OVERDUE, channels.key(room_id, "decided"), channels.SCRUB_WANTED, channels.key(room_id, "facts")]
    now, chosen = datetime.now(UTC), settings()
    due = now.timestamp() + chosen.sweep_overdue_seconds
    record = Stage("delivered", "shown", task_id).to_text(now)
    bell_and_log = (channels.bell(room_id), EVENTS, TO_HOST, chosen.log_keep_events)
    with answering():
        answer = script(_SHOW)(keys=keys, args=[room_id, *bell_and_log, KEPT, MOST_AT_ONCE, due, record, *ids])
    return Left(answer)
