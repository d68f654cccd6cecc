"""Rehearsals: what other settings would have done to what was said here, for those who moderate."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from functools import cache

from flask import Blueprint

from app.bus import counting
from app.bus import participants as live
from app.bus.wire import Json
from app.chat import Author, BadDomain, BadWord, Check, Message, Room, Safety, make_checks
from app.chat.rehearsals import MESSAGES_MOST, Rehearsal, rehearse
from app.store import transcripts
from app.web import safety
from app.web.bodies import SafetyBody, body
from app.web.errors import BadBody, FieldError, fields_of
from app.web.identity import moderator_of
from app.web.lookup import room_called
from app.web.threads import aside
from config.settings import CHECKS, settings

rehearsals = Blueprint("rehearsals", __name__, url_prefix="/api/v1/rooms/<name>")


@rehearsals.post("/rehearsal")
def show(name: str) -> Json:
    """What these settings would have done to the last 500 messages; what is not named is as it is now."""
    room = room_called(name)
    moderator_of(room)
    trial = _tried(room, body(SafetyBody))
    page, _ = aside(transcripts.page, room.id, None, MESSAGES_MOST)
    messages = [message for _, message in page]
    authors = live.authors(room.id, messages) if messages else {}
    # Beside the sockets: it takes as long as judging so many messages does, and at first reads the word lists.
    return asdict(aside(_rehearsed, room, trial, messages, authors))


def _tried(room: Room, asked: SafetyBody) -> Safety:
    """The settings to be tried; raises BadBody, which names a field as this call does."""
    try:
        return safety.changed(room.safety, asked)
    except (BadDomain, BadWord) as refusal:
        wrong = [FieldError(each.field.removeprefix("safety."), each.message) for each in fields_of(refusal)]
        raise BadBody(wrong) from refusal


def _rehearsed(room: Room, trial: Safety, messages: Sequence[Message], authors: Mapping[str, Author]) -> Rehearsal:
    return rehearse(room, trial, messages, _checks(), authors=authors, limits=counting.limits())


@cache
def _checks() -> tuple[Check, ...]:
    """Those of ours that the operator has switched on: no other one is steered by a room's settings."""
    chosen = settings()
    names = [name for name in chosen.moderation_checks if name in CHECKS]
    return make_checks(names, chosen.word_list_action, chosen.word_list_languages, counting.limits())
