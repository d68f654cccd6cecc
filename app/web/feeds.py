"""The feed: a room's newest messages for whoever follows it in a feed reader, as Atom (RFC 4287)."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from feedgenerator import Atom1Feed
from flask import Blueprint, Response, request, url_for
from markupsafe import escape

from app.chat import Message, Room
from app.chat.characters import joined_lines, seen
from app.store import transcripts
from app.store.transcripts import Shown
from app.web import share
from app.web.clock import now
from app.web.identity import reader_of
from app.web.lookup import room_called
from app.web.threads import aside

feeds = Blueprint("feeds", __name__)

# A reader that looks every few minutes misses little of a lively lesson, and an answer stays well below 100 kB.
NEWEST = 50
# Nobody in between keeps what was said, and a copy is shown only after asking: a removed message is gone at once.
CACHING = "private, no-cache"
# Last-Modified knows whole seconds only, and an event is dated a little before it is kept: for so long something may
# still come that a reader who knows only the time would not fetch. Whoever knows the ETag misses nothing.
SETTLED = timedelta(seconds=2)


class Feed(Atom1Feed):  # type: ignore[misc] # the library comes without types
    """A feed that says when its room last changed, even if nothing has been said there."""

    def latest_post_date(self) -> datetime:
        """When something last happened: a removal and a new title count, too."""
        changed: datetime = self.feed["changed"]
        return changed


@feeds.get("/<name>/feed.atom")
def show(name: str) -> Response:
    """The room's newest messages as Atom."""
    room = room_called(name)
    reader_of(room)
    changed, shown = aside(transcripts.newest, room.id, NEWEST)
    changed = changed or room.created_at
    answer = Response(written(room, changed, shown), mimetype="application/atom+xml")
    answer.headers["Cache-Control"] = CACHING
    # Werkzeug takes None for this moment.
    if settled := last_modified(changed, now()):
        answer.last_modified = settled
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def last_modified(changed: datetime, moment: datetime) -> datetime | None:
    """When the feed changed, once nothing else can come in the same second."""
    return changed if moment - changed.replace(microsecond=0) >= SETTLED else None


def written(room: Room, changed: datetime, shown: Sequence[Shown]) -> str:
    """The feed as it is sent, newest message first."""
    room_link = share.room_link(room)
    feed = Feed(
        title=seen(room.title or room.name),
        link=room_link,
        description=None,
        feed_url=share.public(url_for("feeds.show", name=room.name)),
        feed_guid=UUID(room.id).urn,
        changed=changed,
    )
    for at, message in shown:
        _add(feed, room_link, at, message)
    return str(feed.writeString("utf-8"))


def _add(feed: Feed, room_link: str, at: datetime, message: Message) -> None:
    """Adds a message, its text escaped twice: once for the HTML that readers make of it, once for XML."""
    # Kept texts are clean already. A single control character would make the whole feed unreadable, so look again.
    text = seen(message.text)
    feed.add_item(
        title=joined_lines(text),
        link=room_link,
        description=None,
        content=str(escape(text)).replace("\n", "<br>\n"),
        author_name=seen(message.nickname),
        pubdate=message.at,
        updateddate=at,
        unique_id=_entry_id(message),
    )


def _entry_id(message: Message) -> str:
    """An id that no other room can have: clients choose their messages' ids, and might choose somebody else's."""
    return uuid5(UUID(message.room_id), message.id).urn
