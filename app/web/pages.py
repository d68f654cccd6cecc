"""A room's own page: to talk, or, where the name is free, to make it; works without JavaScript, too."""

from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import generate_csrf
from werkzeug.wrappers import Response as AnyResponse

from app.bus.wire import Json, time_to_wire
from app.chat import Guests, Mark, Participant, Room, clean_name, keys
from app.chat.refusals import (
    BadName,
    Banned,
    Muted,
    NoSuchRoom,
    NotAdmitted,
    PasswordNeeded,
    ReadOnly,
    Refusal,
    RoomIsOver,
)
from app.store import receipts
from app.web import forms, share, underway
from app.web.clock import now
from app.web.errors import status_of
from app.web.house import house
from app.web.identity import You, check_csrf, see_other, speaker_of, you_in
from app.web.languages import said
from app.web.lookup import room_called
from app.web.marks import pinned_in, vote, voted_in
from app.web.messages import message_id_of, say
from app.web.participants import join_by_page, known_by_cookie, told
from app.web.recent import Recent, said_in
from app.web.rooms import capsules_kept, room_now
from app.web.threads import aside
from app.web.waiting import Waiter
from config.settings import settings

pages = Blueprint("pages", __name__)

# Messages that a page brings along; older ones are fetched on demand.
FIRST_MESSAGES = 100
# Without JavaScript the answer to a message waits a moment, so that the message is on the page.
WITHOUT_SCRIPT_SECONDS = 2


@pages.get("/<name>")
def room(name: str) -> Response | tuple[str, int] | AnyResponse:
    """The room; or the offer to make it; or the word that it is over."""
    try:
        found = room_called(name)
    except NoSuchRoom:
        return _free(name)
    except RoomIsOver:
        return _gone(name)
    if found.name != name:
        return redirect(url_for("pages.room", name=found.name), 301)
    return room_page(found, you_in(found))


@pages.post("/<name>/join")
def join(name: str) -> Response | AnyResponse:
    """Joins from the page's form."""
    check_csrf(request.form.get("csrf_token"))
    found = room_called(name)
    nickname = request.form.get("nickname", "")
    try:
        joined = join_by_page(found, nickname, request.form.get("password"))
    except Refusal as refusal:
        page = room_page(found, you_in(found), join_error=said(refusal), form={"nickname": nickname})
        page.status_code = status_of(refusal)
        return page
    return known_by_cookie(_back(found), found, joined)


@pages.post("/<name>/messages")
def post(name: str) -> Response | AnyResponse:
    """Says something from the page's form and waits a moment for it to be on the page."""
    found = room_called(name)
    participant = speaker_of(found)
    check_csrf(request.form.get("csrf_token"))
    text = request.form.get("text", "")
    try:
        message_id = message_id_of(request.form.get("id", ""))
        with Waiter.following(house().hub, found.id, participant.id) as waiter:
            known = say(found, participant, message_id, text, question="question" in request.form)
            if known.state is None:
                waiter.wait_for(message_id, WITHOUT_SCRIPT_SECONDS)
    except Refusal as refusal:
        page = room_page(found, you_in(found), notice=said(refusal), form={"text": text})
        page.status_code = status_of(refusal)
        return page
    # Shown, on its way, held or turned away: the page says it, and so it does when it is loaded again.
    return _back(found)


@pages.post("/<name>/messages/<message_id>/vote")
def vote_for(name: str, message_id: str) -> Response | AnyResponse:
    """Votes from the page's form, or takes the vote back, and waits a moment until it is counted; again is harmless."""
    found = room_called(name)
    participant = speaker_of(found)
    check_csrf(request.form.get("csrf_token"))
    with Waiter.following(house().hub, found.id, participant.id) as waiter:
        mark = Mark.UNVOTE if request.form.get("mark") == Mark.UNVOTE else Mark.VOTE
        vote(found, participant, mark, message_id_of(message_id))
        waiter.wait_for_events(WITHOUT_SCRIPT_SECONDS)
    return _back(found)


def room_page(found: Room, you: You, **more: Any) -> Response:
    """The page of a live room as this reader may see it."""
    here, may_read = room_now(found), you.may_read(found)
    me, barred = _me(found, you)
    bar = said(barred) if barred else ""
    recent = said_in(found, FIRST_MESSAGES) if may_read else Recent([])
    values = {
        "room": here,
        "you": told(found, me) if me else None,
        "is_host": you.host,
        "moderates": you.moderates,
        "messages": recent.messages,
        "after": recent.after,
        "away": recent.away,
        "pinned": pinned_in(found) if may_read else None,
        "voted": voted_in(found, you.participant, recent.messages),
        "underway": underway.of(found, you.participant, recent) if you.participant else [],
        "needs_password": not may_read and not barred and found.password_hash is not None,
        "locked": not may_read and me is None,
        "barred": bar,
        "barred_title": _(barred.title) if barred else "",
        "put_out": _is_put_out(found, you),
        "silent": _silent(found, you, me),
        "join_error": None,
        "notice": None,
        "links": share.links(found),
        **forms.choices(),
    }
    called = you.participant.nickname if you.participant and not me else ""
    form = {"nickname": called, "text": "", "id": keys.new_id(), **more.pop("form", {})}
    values |= more
    return make_response(render_template("room.html", **values, form=form, boot=boot(values)))


def _me(found: Room, you: You) -> tuple[Participant | None, Refusal | None]:
    """Who reads the page, unless he has to come in anew; and what he is told instead of the way to write."""
    if you.participant is None:
        return None, None
    try:
        found.let_in(you.participant, now())
    except NotAdmitted as refusal:
        return you.participant, refusal
    except Banned as refusal:
        return None, refusal
    except PasswordNeeded:
        return None, None
    return you.participant, None


def _is_put_out(found: Room, you: You) -> bool:
    """Whether whoever reads was in the room, and needs its new password."""
    try:
        you.read(found)
    except PasswordNeeded:
        return True
    except Refusal:
        pass
    return False


def _silent(found: Room, you: You, me: Participant | None) -> str:
    """Why whoever may read does not write, where that is so: he is muted, or only the host and the helpers write."""
    if me is None:
        only_reads = found.guests is Guests.READ and you.may_read(found) and not you.moderates
        return said(ReadOnly()) if only_reads else ""
    try:
        found.let_speak(me, now())
    except (Muted, ReadOnly) as refusal:
        return said(refusal)
    except Refusal:
        pass
    return ""


def boot(values: Json) -> Json:
    """What the page's script starts with."""
    name, after = values["room"]["name"], values.get("after")
    return {
        "room": values["room"],
        "you": values.get("you"),
        "is_host": values.get("is_host", False),
        "moderates": values.get("moderates", False),
        "last_seq": values["room"]["last_seq"],
        "after": max((message["seq"] for message in values["messages"]), default=0) if after is None else after,
        "csrf": generate_csrf(),
        "ws_url": f"/ws/rooms/{name}",
        "api": f"/api/v1/rooms/{name}",
        "limits": {"nickname_max": settings().nickname_max_length, "frame_max_bytes": settings().frame_max_bytes},
        "links": values["links"],
        "needs_password": values.get("needs_password", False),
        "barred": values.get("barred", ""),
        "pinned": values.get("pinned"),
        "held": underway.held_of(values.get("underway", [])),
    }


def _free(name: str) -> tuple[str, int] | AnyResponse:
    try:
        clean = clean_name(name)
    except BadName as refusal:
        return render_template("error.html", status=404, title=_(NoSuchRoom.title), detail=said(refusal)), 404
    if clean != name:
        return redirect(url_for("pages.room", name=clean), 302)
    return render_template("free.html", name=clean, form={"name": clean}, errors={}, **forms.choices()), 404


def _gone(name: str) -> tuple[str, int]:
    found = aside(receipts.find, name.lower())
    receipt = found and {
        "capsules": capsules_kept(found),
        "closed_at": time_to_wire(found.closed_at or found.forgotten_at),
        "forgotten_at": time_to_wire(found.forgotten_at),
        "counts": found.counts,
    }
    return render_template("gone.html", name=name.lower(), receipt=receipt, **forms.choices()), 410


def _back(found: Room) -> Response:
    return see_other(url_for("pages.room", name=found.name) + "#end")
