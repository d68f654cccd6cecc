"""The transcript: all that was said, to print or to keep, for as long as the room lives.

Whatever its form, it is read and sent a page at a time: a room with sixty thousand messages takes no more memory
than a room with two thousand.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import chain, islice
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, stream_template, stream_with_context, url_for
from flask_wtf.csrf import generate_csrf
from jinja2.environment import TemplateStream

from app.bus.wire import Json
from app.chat import Message, Room
from app.store import transcripts as stored
from app.web.bodies import choice
from app.web.clock import now
from app.web.formats import Pages, as_csv, as_json, as_text
from app.web.identity import reader_of
from app.web.lookup import room_called
from app.web.messages import archived
from app.web.rooms import room_now
from app.web.threads import aside

transcripts = Blueprint("transcripts", __name__)

# Messages that are read from the store at a time.
PAGE = 500
# Pieces of the template that are sent together: some 40 kB, a few dozen messages.
PIECES = 1000
# What tells who has written a message. Its id does, too: its author's device has made it, and an id of version 1 names
# the device; and so does the address of a post elsewhere.
WHO = frozenset({"id", "nickname", "glyph", "participant_id", "role", "url"})

Form = Callable[[Json, Pages], Iterator[str]]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a reader wants to have of a transcript.

    Attributes:
        questions: only those.
        nicknames: with all that tells who has written what.
    """

    questions: bool = False
    nicknames: bool = True

    def of(self, seq: int, message: Message) -> Json | None:
        """A message as it is wanted; None if it is not."""
        if self.questions and not message.question:
            return None
        whole = archived(seq, message)
        return whole if self.nicknames else {key: value for key, value in whole.items() if key not in WHO}

    def query(self) -> str:
        """What asks for this at the end of an address."""
        asked = {"only": "questions"} if self.questions else {}
        if not self.nicknames:
            asked["nicknames"] = "no"
        return f"?{urlencode(asked)}" if asked else ""

    def file_name(self, room: Room, ending: str) -> str:
        """What the file is called: a room's name is small letters, digits and hyphens only."""
        parts = (room.name, "questions" if self.questions else "", "" if self.nicknames else "without-nicknames")
        return f"{'-'.join(filter(None, parts))}.{ending}"


@transcripts.get("/<name>/transcript")
def show(name: str) -> Response:
    """The transcript as a page, to read and to print."""
    room = _readable(name)
    wanted = _wanted()
    # The page's token belongs to a cookie, which goes out before the page is made.
    generate_csrf()
    return streamed(
        "transcript.html",
        room=room_now(room),
        messages=chain.from_iterable(pages_of(room, wanted)),
        generated_at=now(),
        wanted=wanted,
        links=_links(room, wanted),
    )


def streamed(template: str, **values: Any) -> Response:
    """A page that is sent as it is made."""
    pieces = TemplateStream(iter(stream_template(template, **values)))
    pieces.enable_buffering(PIECES)
    return Response(pieces, mimetype="text/html")


@transcripts.get("/<name>/transcript.txt")
def text(name: str) -> Response:
    """The transcript as plain text, a message a paragraph."""
    return _file(name, as_text, "txt", "text/plain")


@transcripts.get("/<name>/transcript.csv")
def table(name: str) -> Response:
    """The transcript as a table for a spreadsheet."""
    return _file(name, as_csv, "csv", "text/csv")


@transcripts.get("/<name>/transcript.json")
def document(name: str) -> Response:
    """The transcript for programs."""
    return _file(name, as_json, "json", "application/json")


def _file(name: str, form: Form, ending: str, mimetype: str) -> Response:
    room = _readable(name)
    wanted = _wanted()
    pieces = form(room_now(room), pages_of(room, wanted))
    answer = Response(stream_with_context(pieces), mimetype=mimetype)
    answer.headers.set("Content-Disposition", "attachment", filename=wanted.file_name(room, ending))
    return answer


def _readable(name: str) -> Room:
    room = room_called(name)
    reader_of(room)
    return room


def _wanted() -> Wanted:
    return Wanted(choice("only", ["questions"], "") == "questions", choice("nicknames", ["yes", "no"], "yes") == "yes")


def _links(room: Room, wanted: Wanted) -> dict[str, str]:
    """The same in other forms, and the page with the other choices."""
    page = url_for("transcripts.show", name=room.name)
    return {
        **{ending: f"{page}.{ending}{wanted.query()}" for ending in ("txt", "csv", "json")},
        "all": page + replace(wanted, questions=False).query(),
        "questions": page + replace(wanted, questions=True).query(),
        "named": page + replace(wanted, nicknames=True).query(),
        "unnamed": page + replace(wanted, nicknames=False).query(),
        "room": url_for("pages.room", name=room.name),
    }


def pages_of(room: Room, wanted: Wanted) -> Iterator[list[Json]]:
    """What is wanted, page by page. The first is read before the answer begins: a store that is away is still told."""
    pages = ([said for line in page if (said := wanted.of(*line))] for page in _everything(room))
    return chain([next(pages, [])], pages)


def _everything(room: Room) -> Iterator[list[tuple[int, Message]]]:
    """Page by page, read aside, so that nobody else waits for the store."""
    everything = stored.everything(room.id)
    while page := aside(lambda: list(islice(everything, PAGE))):
        yield page
