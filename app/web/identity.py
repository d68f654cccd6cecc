"""Who is asking: a participant, the host, or somebody who only reads."""

from contextlib import suppress
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from flask import Response, request
from flask_wtf.csrf import validate_csrf
from wtforms import ValidationError

from app.bus import participants as live
from app.bus.follower import Standing
from app.chat import HELPER, HOST, NO_ROLE, HelperKey, Participant, Room, host_mark, keys
from app.chat.refusals import NotAdmitted, NotAllowed, Refusal, Unavailable
from app.chat.words import english
from app.store import participants as stored
from app.web.clock import now
from app.web.cookies import named
from app.web.threads import aside
from config.settings import settings

CSRF_HEADER = "X-CSRF-Token"
LOCKED = english("This room has a password. Join it first.")
KNOCK = english("The host lets people in to this room one by one. Join it first.")
# What a room's frame on somebody's page adds to the address where a browser would send a cookie whatever we ask it:
# on a neighbouring site it would have one, and nobody is host or himself in a frame.
IN_A_FRAME = "embed"


class WrongCsrfToken(NotAllowed):
    """A write by cookie without the page's own token: perhaps another site's doing."""

    code = "wrong_csrf_token"
    title = english("This page is out of date")
    sentence = english("Load the page again and repeat what you did: the request lacked the page's X-CSRF-Token.")


@dataclass(frozen=True, slots=True)
class You:
    """Whoever is asking, as far as one room is concerned.

    Attributes:
        participant: who he is in the room, if he has joined.
        host: whether he has the host's key.
        helper: the key that makes him a helper, if he has one that holds.
    """

    participant: Participant | None = None
    host: bool = False
    helper: HelperKey | None = None

    @property
    def moderates(self) -> bool:
        """Whether he keeps the peace here."""
        return self.host or self.helper is not None

    @property
    def role(self) -> str:
        """What he is as a participant if he joins now."""
        return HOST if self.host else HELPER if self.helper else NO_ROLE

    def role_key(self, room: Room) -> str:
        """Which key makes him that."""
        return host_mark(room.host_key_hash) if self.host else self.helper.id if self.helper else ""

    def may_read(self, room: Room) -> bool:
        """Whether neither a password, nor a door, nor a ban stands in the way."""
        try:
            self.read(room)
        except Refusal:
            return False
        return True

    def read(self, room: Room) -> None:
        """Lets him read, or says why not: NotAllowed, Banned, NotAdmitted or PasswordNeeded."""
        if self.moderates:
            return
        if self.participant is not None:
            room.let_in(self.participant, now())
        elif room.is_locked:
            raise NotAllowed(LOCKED if room.password_hash is not None else KNOCK)


def you_in(room: Room, query_token: str | None = None) -> You:
    """Who is asking.

    Args:
        room: the room in question.
        query_token: a token from the address, where a browser can set no header.

    Raises:
        NotAllowed: a token was shown that nobody in this room has.
        WrongCsrfToken: a write by cookie without the page's token.
    """
    token = bearer() or query_token
    if token is not None:
        return _holder(room, token) or _refuse()
    you = _by_cookie(room)
    if request.method not in ("GET", "HEAD", "OPTIONS") and (you.moderates or you.participant):
        check_csrf(request.headers.get(CSRF_HEADER) or request.form.get("csrf_token"))
    return you


def reader_of(room: Room, query_token: str | None = None) -> You:
    """Who is asking to read; raises NotAllowed, Banned, NotAdmitted or PasswordNeeded where he may not."""
    you = you_in(room, query_token)
    you.read(room)
    return you


def listener_of(room: Room, query_token: str | None = None) -> You:
    """Who is asking to hear what happens; besides those who may read, whoever waits to be let in."""
    you = you_in(room, query_token)
    with suppress(NotAdmitted):
        you.read(room)
    return you


def standing_of(room: Room, you: You) -> Standing:
    """What somebody is in a room whose news he follows."""
    try:
        you.read(room)
    except NotAdmitted:
        return Standing(knocks=True)
    return Standing(moderates=you.moderates, key=you.role_key(room))


def participant_of(room: Room) -> Participant:
    """The participant who is asking, and is let in; raises what `reader_of` does, and NotAllowed for anybody else."""
    participant = member_of(room)
    room.let_in(participant, now())
    return participant


def speaker_of(room: Room) -> Participant:
    """The participant who is asking and may speak; raises Muted and ReadOnly besides."""
    participant = member_of(room)
    room.let_speak(participant, now())
    return participant


def member_of(room: Room) -> Participant:
    """The participant who is asking, even if he is not let in; raises NotAllowed for anybody else."""
    participant = you_in(room).participant
    if participant is None:
        raise NotAllowed(english("Join the room with a nickname first."))
    return participant


def host_of(room: Room) -> None:
    """Raises NotAllowed unless the host is asking."""
    if not you_in(room).host:
        raise NotAllowed(english("Only the room's host may do this."))


def moderator_of(room: Room) -> str:
    """Who moderates, as the ledger names him: the host, or a helper by his id; raises NotAllowed for anybody else."""
    you = you_in(room)
    if not you.moderates:
        raise NotAllowed(english("Only the room's host and the helpers may do this."))
    return you.helper.id if you.helper else HOST


def check_csrf(token: str | None) -> None:
    """Raises WrongCsrfToken unless the token is the one that our page was given."""
    try:
        validate_csrf(token)
    except ValidationError as error:
        raise WrongCsrfToken from error


def bearer() -> str | None:
    """The token of the Authorization header."""
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


def remember(answer: Response, room: Room, *, token: str, host: bool = False) -> Response:
    """Lets this browser keep a token until the room's end."""
    answer.set_cookie(
        cookie_name(room, host=host),
        token,
        max_age=int((room.ends_at - now()).total_seconds()),
        path="/",
        secure=request.is_secure,
        httponly=True,
        samesite="Lax",
    )
    return answer


def host_token(room: Room) -> str | None:
    """The host's token, where this browser has it."""
    token = request.cookies.get(cookie_name(room, host=True))
    return token if token and keys.same(token, room.host_key_hash) else None


def moderator_by(room: Room, token: str) -> You | None:
    """Whom a token makes host or helper, if it does."""
    if keys.same(token, room.host_key_hash):
        return You(host=True)
    # All are compared, whichever it is.
    fitting = [key for key in room.helpers if keys.same(token, key.key_hash)]
    return next((You(helper=key) for key in fitting if now() < key.ends_at), None)


def see_other(address: str) -> Response:
    """The answer to a form: look there (RFC 9110, 303)."""
    return Response(status=303, headers={"Location": address})


def cookie_name(room: Room, *, host: bool) -> str:
    """A cookie for each room, so that several may be open at once; over TLS no neighbouring site can set it."""
    return named(f"{'host' if host else 'me'}_{room.name}", tls=request.is_secure)


def foreign_origin() -> bool:
    """Whether a page of another site is asking. Programs that are no browsers send no origin."""
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    own = {_place(f"{request.scheme}://{request.host}")}
    if public := settings().public_url:
        own.add(_place(public))
    return _place(origin) not in own - {None}


def _place(origin: str) -> tuple[str, int] | None:
    """Host and port; the scheme may differ where a proxy ends TLS. None, which is nobody's, for "null" and the like."""
    try:
        parts = urlsplit(origin)
        port = parts.port
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or not parts.hostname:
        return None
    return parts.hostname.lower(), _PROXIED.get(port, port) if port else 0


# A standard port is no port, with TLS or without.
_PROXIED = {80: 0, 443: 0}


def _refuse() -> You:
    raise NotAllowed(english("The token is not one of this room's. Join the room again."))


def _holder(room: Room, token: str) -> You | None:
    if (you := moderator_by(room, token)) is not None:
        return you
    participant = _participant(room, keys.hash_token(token))
    return You(participant) if participant else None


def _by_cookie(room: Room) -> You:
    if IN_A_FRAME in request.args:
        return You()
    token, key = (request.cookies.get(cookie_name(room, host=host)) for host in (False, True))
    you = (moderator_by(room, key) if key else None) or You()
    return replace(you, participant=_participant(room, keys.hash_token(token)) if token else None)


def _participant(room: Room, token_hash: str) -> Participant | None:
    try:
        found = live.find(room.id, token_hash)
    except Unavailable:
        return aside(stored.find, room.id, token_hash)
    if found is None and (found := aside(stored.find, room.id, token_hash)) is not None:
        live.project(room, found, token_hash)
    return found
