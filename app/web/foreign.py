"""Pages of other sites that ask for a room themselves: they may read it where its host lets it be embedded, no more."""

import json

from flask import Flask, Response, request

from app.bus.bell import Parcel
from app.bus.wire import embed_from_wire
from app.chat import Room
from app.chat.refusals import NoSuchRoom, NotAllowed, Refusal, RoomIsOver
from app.chat.words import english
from app.web.identity import foreign_origin
from app.web.lookup import room_called

# What a page of another site may read by HTTP where it may read at all.
READABLE = frozenset({"rooms.show", "messages.archive", "events.page", "events.stream", "marks.questions"})
ROOM_CHANGED = '"kind":"room"'


def init_app(app: Flask) -> None:
    """Lets browsers hand to such a page what it may read (Fetch standard, CORS); never with a cookie or a token."""
    app.after_request(_with_leave)


def origin() -> str:
    """The page's site, as its browser tells it."""
    return request.headers.get("Origin", "")


def room_shown_abroad(name: str) -> Room:
    """The room, where this page may show it; raises NotAllowed alike for one that it may not, and for none."""
    try:
        room = room_called(name)
    except (NoSuchRoom, RoomIsOver):
        room = None
    # A password would have to be known to the other site: whoever has one reads in the room itself, or in our frame.
    if room is None or room.is_locked or not room.embed.allows(origin()):
        raise NotAllowed(english("This room may not be used from another site."))
    return room


def withdrawn(parcel: Parcel, after: int, site: str) -> bool:
    """Whether the host has taken the leave back, in an event later than `after`."""
    later = (text for seq, text in enumerate(parcel.texts, parcel.first) if seq > after and ROOM_CHANGED in text)
    return any(not embed_from_wire(json.loads(text)["room"]["embed"]).allows(site) for text in later)


def _with_leave(answer: Response) -> Response:
    if request.endpoint not in READABLE or not foreign_origin():
        return answer
    answer.vary.add("Origin")
    try:
        room_shown_abroad((request.view_args or {})["name"])
    except Refusal:
        return answer
    answer.headers["Access-Control-Allow-Origin"] = origin()
    return answer
