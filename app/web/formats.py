"""The forms in which a transcript is kept: plain text, a table (RFC 4180), one JSON document; all of them page by page.

Each is made from messages in the wire's form: what was left out there, such as a nickname, is in no format.
"""

import csv
from collections.abc import Iterable, Iterator, Sequence
from io import StringIO
from itertools import chain

from flask_babel import gettext as _
from flask_babel import ngettext

from app.bus.wire import Json, dumps
from app.chat import HOST
from app.web.cells import defused

Pages = Iterable[Sequence[Json]]

COLUMNS = ("seq", "at", "nickname", "text", "source", "url", "votes", "answered", "role")
# Excel reads a table as UTF-8 only where it begins with this.
BYTE_ORDER_MARK = "\ufeff"


def as_text(room: Json, pages: Pages) -> Iterator[str]:
    """Plain text, a message a paragraph."""
    made, forgotten = _moment(room["created_at"]), _moment(room["expires_at"])
    yield f"{room['title']}\n{_('made %(made)s, forgotten %(forgotten)s', made=made, forgotten=forgotten)}\n\n"
    for page in pages:
        yield "".join(map(_paragraph, page))


def as_csv(_room: Json, pages: Pages) -> Iterator[str]:
    """A table with a message a row, for a spreadsheet."""
    yield BYTE_ORDER_MARK + _rows([COLUMNS])
    for page in pages:
        yield _rows(_cells(message) for message in page)


def as_json(room: Json, pages: Pages) -> Iterator[str]:
    """One document, for programs: the room and its messages as the API has them."""
    yield f'{{"room":{dumps(room)},"messages":['
    comma = ""
    for page in filter(None, pages):
        yield comma + ",\n".join(map(dumps, page))
        comma = ",\n"
    yield "]}\n"


def _paragraph(message: Json) -> str:
    via = _("via %(network)s", network=message["source"]) if message["source"] else ""
    head = "  ".join(filter(None, (_moment(message["at"]), message.get("nickname"), via, message.get("url"))))
    # A line of somebody's text that looks like a nickname and a time stays recognisable by its indent.
    text = message["text"].replace("\n", "\n    ")
    marks = "".join(f"{mark}\n" for mark in _marks(message))
    return f"{head}\n    {text}\n{marks}\n"


def _marks(message: Json) -> Iterator[str]:
    """What is known of a message and its author, in a line of its own without an indent: nobody can write one."""
    role, votes = message.get("role"), message.get("votes", 0)
    badge = (_("Host") if role == HOST else _("Helper")) if role else ""
    counted = ngettext("%(num)s vote", "%(num)s votes", votes) if votes else ""
    if told := " · ".join(filter(None, (badge, counted, _("Answered") if message.get("answered") else ""))):
        yield f"({told})"


def _cells(message: Json) -> Iterator[str | int]:
    told = (message.get(column) or "" for column in COLUMNS[2:-3])
    answered = "yes" if message.get("answered") else ""
    marks = (message.get("votes", 0), answered, message.get("role", ""))
    return chain((message["seq"], message["at"]), map(defused, told), marks)


def _rows(rows: Iterable[Iterable[str | int]]) -> str:
    table = StringIO()
    csv.writer(table).writerows(rows)
    return table.getvalue()


def _moment(at: str) -> str:
    return f"{at[:10]} {at[11:16]} UTC"
