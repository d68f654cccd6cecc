"""What somebody asks the host to look at: another's message that should not be there, or his own that is not shown.

Each is a form on a page, for those without JavaScript; with it `asking.js` shows the same form in a dialog.
"""

from typing import Any

from flask import Blueprint, Response, make_response, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf

from app.bus.wire import Json
from app.chat import Participant, Room
from app.chat.reasons import KINDS
from app.chat.refusals import AlreadyAppealed, NothingToAppeal, Refusal
from app.store import appeals, transcripts
from app.store import reports as stored
from app.web import capsules
from app.web.decisions import make_appeal
from app.web.errors import NoSuchMessage, status_of
from app.web.identity import check_csrf, participant_of
from app.web.languages import said
from app.web.lookup import room_called
from app.web.messages import archived, message_id_of
from app.web.recent import said_in
from app.web.reports import make_report
from app.web.threads import aside
from config.settings import settings

asking = Blueprint("asking", __name__)

# So many of the last messages one may choose from, where one has not come by one of them.
CHOICE = 30


@asking.get("/<name>/report")
def report(name: str) -> Response:
    """The form that reports a message: the one in `?message=`, or one of the last ones."""
    room = room_called(name)
    participant = participant_of(room)
    if asked := request.args.get("message"):
        return _report_page(room, participant, message_id_of(asked))
    return _page(room, kind="report", messages=_of_others(room, participant))


@asking.post("/<name>/report")
def send_report(name: str) -> Response:
    """Reports a message from the form."""
    room = room_called(name)
    participant = participant_of(room)
    check_csrf(request.form.get("csrf_token"))
    message_id = None
    try:
        message_id = message_id_of(request.form.get("message", ""))
        make_report(room, participant, message_id, _words("reason") or request.form.get("kind", ""))
    except NoSuchMessage:
        raise
    except Refusal as refusal:
        chosen: Json = {"id": message_id} if message_id else {"messages": _of_others(room, participant)}
        return _refused(room, refusal, kind="report", **chosen)
    return _page(room, kind="report", done=True)


@asking.get("/<name>/messages/<message_id>/appeal")
def appeal(name: str, message_id: str) -> Response:
    """The form that asks the host to look again at one's own message."""
    room, clean_id = room_called(name), message_id_of(message_id)
    participant = participant_of(room)
    kept = aside(transcripts.find, room.id, clean_id)
    if kept is None or kept[3].participant_id != participant.id:
        raise NoSuchMessage
    if kept[1] not in ("held", "rejected"):
        raise NothingToAppeal
    done = aside(appeals.is_made, room.id, clean_id)
    return _page(room, kind="appeal", id=clean_id, quote=kept[3].text, done=done)


@asking.post("/<name>/messages/<message_id>/appeal")
def send_appeal(name: str, message_id: str) -> Response:
    """Asks the host to look again, from the form."""
    room, clean_id = room_called(name), message_id_of(message_id)
    participant = participant_of(room)
    check_csrf(request.form.get("csrf_token"))
    try:
        make_appeal(room, participant, clean_id, _words("text"))
    except AlreadyAppealed:
        pass  # asked before: the page says so
    except NoSuchMessage:
        raise
    except Refusal as refusal:
        return _refused(room, refusal, kind="appeal", id=clean_id)
    return _page(room, kind="appeal", done=True)


def _report_page(room: Room, participant: Participant, message_id: str) -> Response:
    kept = aside(transcripts.find, room.id, message_id)
    if kept is None or kept[1] != "shown" or kept[3].participant_id == participant.id:
        raise NoSuchMessage
    done = aside(stored.is_made, room.id, message_id, participant.id)
    who = archived(kept[0] or 0, kept[3])["nickname"]
    return _page(room, kind="report", id=message_id, quote=kept[3].text, who=who, done=done)


def _of_others(room: Room, participant: Participant) -> list[Json]:
    """The last messages of others, the newest first."""
    said = said_in(room, CHOICE).messages
    return [each for each in reversed(said) if each["participant_id"] != participant.id]


def _words(field: str) -> str:
    return request.form.get(field, "").strip()


def _refused(room: Room, refusal: Refusal, **values: Any) -> Response:
    page = _page(room, error=said(refusal), **values)
    page.status_code = status_of(refusal)
    return page


def _page(room: Room, **values: Any) -> Response:
    # The page's token belongs to a cookie, which goes out before the page is made.
    generate_csrf()
    kinds = {kind: _(sentence) for kind, sentence in KINDS.items()}
    sealed_days = settings().capsule_days if capsules.sealing() else 0
    back = url_for("pages.room", name=room.name)
    return make_response(
        render_template("asking.html", room=room, back=back, kinds=kinds, sealed_days=sealed_days, **values)
    )
