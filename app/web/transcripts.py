"""The transcript: all that was said, to print or to keep, for as long as the room lives."""

from collections.abc import Iterator
from itertools import islice

from flask import Blueprint, Response, render_template, stream_with_context, url_for

from app.bus.wire import Json
from app.chat import Message, Room
from app.store import transcripts as stored
from app.web.clock import now
from app.web.identity import reader_of
from app.web.lookup import room_called
from app.web.messages import archived
from app.web.rooms import room_now
from app.web.threads import aside

transcripts = Blueprint("transcripts", __name__)

# Messages that are read from the store at a time.
PAGE = 500


@transcripts.get("/<name>/transcript")
def show(name: str) -> str:
    """The transcript as a page."""
    room = _readable(name)
    links = {"txt": url_for("transcripts.text", name=room.name), "room": url_for("pages.room", name=room.name)}
    return render_template(
        "transcript.html", room=room_now(room), messages=_archived(room), generated_at=now(), links=links
    )


@transcripts.get("/<name>/transcript.txt")
def text(name: str) -> Response:
    """The transcript as plain text, a message a paragraph."""
    room = _readable(name)
    answer = Response(stream_with_context(_lines(room)), mimetype="text/plain")
    answer.headers["Content-Disposition"] = f'attachment; filename="{room.name}.txt"'
    return answer


def _readable(name: str) -> Room:
    room = room_called(name)
    reader_of(room)
    return room


def _archived(room: Room) -> Iterator[Json]:
    return (archived(seq, message) for seq, message in _everything(room))


def _lines(room: Room) -> Iterator[str]:
    yield f"{room.title}\nmade {_moment(room.created_at)}, forgotten {_moment(room.ends_at)}\n\n"
    for _, message in _everything(room):
        # A line of somebody's text that looks like a nickname and a time stays recognisable by its indent.
        yield f"{_moment(message.at)}  {message.nickname}\n    {message.text.replace(chr(10), chr(10) + '    ')}\n\n"


def _everything(room: Room) -> Iterator[tuple[int, Message]]:
    """Page by page, read aside, so that a big room takes no more memory than a small one."""
    everything = stored.everything(room.id)
    while page := aside(lambda: list(islice(everything, PAGE))):
        yield from page


def _moment(moment: object) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
