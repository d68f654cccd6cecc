"""One's own messages that are not shown: where each of them is, in plain words, and for the script that goes on."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from flask_babel import gettext as _

from app.bus import dead, inbox, pulse, trail
from app.bus.wire import Json, loads, message_to_wire, time_from_wire, time_to_wire
from app.chat import Message, Participant, Room
from app.chat.reasons import WAITS_FOR_HOST
from app.chat.refusals import Unavailable
from app.chat.words import english
from app.store import held
from app.web.recent import Recent
from app.web.threads import aside

# The newest of them: nobody reads more of what nobody else sees.
OWN_AT_ONCE = 20

ON_ITS_WAY = english("Accepted and safe, and on its way to everybody.")
DATABASE_AWAY = english("Accepted and safe. The database is away; your message is shown as soon as that is back.")
WORKERS_AWAY = english("Accepted and safe. Those who deliver messages are away; it is shown as soon as they are back.")
NOT_SHOWN_BECAUSE = english("Not shown. %(reason)s")
# What the store made of it, and whether it says why.
WORDS = {
    ("held", False): english("Only you see this until the host lets it through."),
    ("held", True): english("Only you see this until the host lets it through. (%(reason)s)"),
    ("rejected", False): english("Not shown."),
    ("rejected", True): NOT_SHOWN_BECAUSE,
}


def of(room: Room, participant: Participant, recent: Recent) -> list[Json]:
    """The messages of one participant that are not among those of the page, oldest first, each with its `words`.

    What was turned away is told until something is shown that its author said since, or until he cannot miss it.
    """
    shown = {message["id"] for message in recent.messages}
    last = max((time_from_wire(each["at"]) for each in recent.messages if _is_of(participant, each)), default=None)
    found = {each["id"]: each for each in _all(room, participant, recent.away) if each["id"] not in shown}
    told = (each for each in found.values() if each["state"] != "rejected" or _is_news(room, each, last))
    return sorted(told, key=lambda each: (each["at"], each["id"]))[-OWN_AT_ONCE:]


def held_of(underway: Iterable[Json]) -> list[Json]:
    """Those that wait for the host, as a script goes on with them that has never seen them."""
    return [
        {key: each[key] for key in ("id", "at", "text", "reason", "question", "appealed") if each.get(key)}
        for each in underway
        if each["state"] == "held"
    ]


def _all(room: Room, participant: Participant, away: bool) -> Iterator[Json]:
    """Later ones are nearer to the truth: the store's word on a message goes before that it is on its walk."""
    try:
        why = _on_its_way(away)
        yield from (_told(each, "accepted", why) for each in inbox.of_author(room.id, participant.id, OWN_AT_ONCE))
        yield from (
            _told(each.message, "failed", NOT_SHOWN_BECAUSE, each.reason)
            for each in dead.letters(room.id)
            if each.message.participant_id == participant.id
        )
    except Unavailable:
        pass  # Redis is away: what waits there is safe, and told when it is back
    if not away:
        yield from _decided_on(room, participant)


def _decided_on(room: Room, participant: Participant) -> Iterator[Json]:
    try:
        kept = aside(held.of_author, room.id, participant.id, OWN_AT_ONCE)
    except Unavailable:
        return
    for message, state, reason, appealed in kept:
        # That its host reads first is no reason of its own: the sentence says it.
        why = "" if reason == WAITS_FOR_HOST else reason
        # Who waits for the first look has no need of a second one.
        asks = {"appealed": appealed, "may_appeal": not appealed and (bool(why) or state == "rejected")}
        yield _told(message, state, WORDS[state, bool(why)], why) | asks | {"reason": reason}


def _told(message: Message, state: str, words: str, reason: str = "") -> Json:
    told = _(words, reason=_(reason)) if reason else _(words)
    return {**message_to_wire(message), "at": time_to_wire(message.at), "state": state, "words": told}


def _on_its_way(database_away: bool) -> str:
    if database_away:
        return DATABASE_AWAY
    return ON_ITS_WAY if pulse.felt() else WORKERS_AWAY


def _is_of(participant: Participant, message: Json) -> bool:
    return bool(message["participant_id"] == participant.id)


def _is_news(room: Room, rejected: Json, last_shown: datetime | None) -> bool:
    """Whether its author has said nothing yet that was shown after this was turned away."""
    return last_shown is None or last_shown < _last_moment(room, rejected)


def _last_moment(room: Room, message: Json) -> datetime:
    try:
        stages: Iterable[str] = trail.read(room.id, message["id"])
    except Unavailable:
        stages = ()
    return max((time_from_wire(loads(text)["at"]) for text in stages), default=time_from_wire(message["at"]))
