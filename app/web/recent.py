"""What was said last in a room, for a page to begin with: from the store, or while that is away from the log."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from app.bus import log
from app.bus.wire import Json
from app.chat import Room
from app.chat.refusals import Unavailable
from app.store import transcripts
from app.web.messages import archived
from app.web.threads import aside

# What an event of this kind says of a message.
MARKS = {"vote": "votes", "answered": "answered"}


@dataclass(frozen=True, slots=True)
class Recent:
    """The messages that a page brings along.

    Attributes:
        messages: oldest first, as the archive has them.
        after: the seq after which the page listens, or None where that is the last message's.
        away: whether older ones cannot be read now.
    """

    messages: list[Json]
    after: int | None = None
    away: bool = False


def said_in(room: Room, most: int) -> Recent:
    """The room's last messages; a page stays up whichever part is away."""
    try:
        page, _ = aside(transcripts.page, room.id, None, most)
    except Unavailable:
        return _from_log(room, most)
    return Recent([archived(seq, message) for seq, message in page])


def _from_log(room: Room, most: int) -> Recent:
    try:
        parcel = log.latest(room.id, most)
    except Unavailable:
        return Recent([], room.last_seq, away=True)
    return Recent(_messages(map(json.loads, parcel.texts)), parcel.last or room.last_seq, away=True)


def _messages(events: Iterable[Json]) -> list[Json]:
    """The messages that are still to be seen after these events."""
    said: dict[str, Json] = {}
    for event in events:
        if event["kind"] == "message" and event["message"]["text"]:
            said[event["message"]["id"]] = {"seq": event["seq"], "at": event["at"], **event["message"]}
        elif event["kind"] == "removed":
            said.pop(event["id"], None)
        elif event["kind"] in MARKS and event["id"] in said:
            mark = MARKS[event["kind"]]
            said[event["id"]][mark] = event[mark]
    return list(said.values())
