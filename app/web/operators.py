"""The operator's page: what was reported, rooms to close, networks to ban, and what was done; behind a password.

Without OPERATOR_PASSWORD there is no such page. What is sealed cannot be opened here: the private key is elsewhere.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import ParamSpec

from flask import Blueprint, Response, abort, make_response, render_template, request, url_for
from flask_babel import gettext as _

from app.bus import bell, chain, channels, limits, operators
from app.chat import State, keys
from app.chat.bans import is_handle, network_handle
from app.chat.refusals import NotAllowed, Refusal
from app.chat.words import english
from app.store import audit, bans, cases
from app.store import rooms as stored
from app.web.bans import callers_handle
from app.web.clock import now
from app.web.cookies import named
from app.web.errors import status_of
from app.web.identity import check_csrf, foreign_origin, see_other
from app.web.languages import said
from app.web.passwords import fits
from app.web.threads import aside
from config.settings import settings

operator = Blueprint("operator", __name__, url_prefix="/operator")

PAGE = "page"
"""How the audit log names whoever acts here."""
OPERATOR = "operator"
"""How a room's own ledger names him."""

SESSION_SECONDS = 8 * 3600
# A guesser has OPERATOR_TRIES_A_MINUTE from his network, and all guessers together so many; each costs a hash.
TRIES_OF_ALL_A_MINUTE = 60
TRIES_KEPT_SECONDS = 120
CASES_AT_ONCE, ENTRIES_AT_ONCE = 100, 100
DAYS = (1, 7, 30, 90)

Arguments = ParamSpec("Arguments")


class WrongOperator(NotAllowed):
    """It is another password."""

    code = "wrong_operator"
    title = english("Wrong password")
    sentence = english("That is not the operator's password. Check it and try again.")


@operator.before_request
def _is_there() -> None:
    """Nobody is told that there could be such a page."""
    if not settings().operator_password:
        abort(404)


@operator.get("")
def show() -> Response:
    """The queue, or the way in."""
    return _queue() if _is_in() else _page(200, inside=False)


@operator.post("/login")
def login() -> Response:
    """Lets the operator in for some hours."""
    _own_form()
    try:
        _tried()
        if not fits(request.form.get("password", ""), settings().operator_password):
            raise WrongOperator
    except Refusal as refusal:
        return _page(status_of(refusal), inside=False, error=said(refusal))
    token = keys.new_token()
    aside(audit.note, now(), PAGE, "login")
    operators.let_in(keys.hash_token(token), SESSION_SECONDS)
    answer = _back()
    answer.set_cookie(_cookie(), token, SESSION_SECONDS, secure=_secure(), httponly=True, samesite="Strict")
    return answer


def _inside(act: Callable[Arguments, Response]) -> Callable[Arguments, Response]:
    """Only whoever is logged in, and only from this page."""

    @wraps(act)
    def checked(*args: Arguments.args, **kwargs: Arguments.kwargs) -> Response:
        if not _is_in():
            raise NotAllowed(english("Only the operator may do this. Open the operator's page and enter the password."))
        _own_form()
        return act(*args, **kwargs)

    return checked


@operator.post("/logout")
@_inside
def logout() -> Response:
    """Lets the operator out."""
    operators.let_out(keys.hash_token(request.cookies[_cookie()]))
    answer = _back()
    answer.delete_cookie(_cookie(), secure=_secure(), httponly=True, samesite="Strict")
    return answer


@operator.post("/settle")
@_inside
def settle() -> Response:
    """Is done with a case."""
    aside(cases.settle, request.form.get("case", ""), now(), PAGE)
    return _back()


@operator.post("/close-room")
@_inside
def close_room() -> Response:
    """Closes a room now; it is forgotten as at every end."""
    room = aside(stored.find, request.form.get("name", "").strip().lower())
    if room is None:
        return _queue(_("There is no room of that name. Look at its address again."), 404)
    aside(audit.note, now(), PAGE, "close-room", room.id)
    aside(stored.change, room.id, now(), by=OPERATOR, state=State.CLOSED, ends_at=now())
    chain.close(room.id, room.name)
    return _back()


@operator.post("/ban")
@_inside
def ban() -> Response:
    """Bans a network for some days."""
    handle, days = _handle(), request.form.get("days", "")
    if not handle or days not in map(str, DAYS):
        return _queue(_("That is neither an address nor a handle. Write for example 203.0.113.7."), 422)
    aside(bans.ban, handle, now() + timedelta(days=int(days)), now(), PAGE)
    bell.banned()
    return _back()


@operator.post("/unban")
@_inside
def unban() -> Response:
    """Lets a network be again."""
    aside(bans.unban, _handle(), now(), PAGE)
    bell.banned()
    return _back()


def _handle() -> str:
    """The handle of the network that is meant by a handle or by an address; "" for neither."""
    meant = request.form.get("network", "").strip()
    return meant if is_handle(meant) else network_handle(settings().secret_key, meant)


def _queue(error: str | None = None, status: int = 200) -> Response:
    values = {
        "cases": aside(cases.queue, CASES_AT_ONCE),
        "bans": aside(bans.active, now()),
        "entries": aside(audit.page, ENTRIES_AT_ONCE),
        "days": DAYS,
    }
    return _page(status, inside=True, error=error, **values)


def _page(status: int, *, inside: bool, error: str | None = None, **values: object) -> Response:
    return make_response(render_template("operator.html", inside=inside, error=error, **values), status)


def _tried() -> None:
    """Counts a try to log in; raises TooFast."""
    expires = int(now().timestamp()) + TRIES_KEPT_SECONDS
    allowed = {callers_handle() or "nowhere": settings().operator_tries_a_minute, "all": TRIES_OF_ALL_A_MINUTE}
    for who, most in allowed.items():
        limits.once_more(channels.OPERATOR_TRIES, who, most, expires)


def _is_in() -> bool:
    token = request.cookies.get(_cookie())
    return bool(token) and operators.is_in(keys.hash_token(token or ""))


def _own_form() -> None:
    """Raises WrongCsrfToken, or NotAllowed, unless our own page's form is what was sent."""
    if foreign_origin():
        raise NotAllowed(english("This form was sent from another site. Open the operator's page yourself."))
    check_csrf(request.form.get("csrf_token"))


def _secure() -> bool:
    return request.is_secure or settings().in_production


def _cookie() -> str:
    """The browser takes the first one from this very host by TLS only, whatever neighbours set."""
    return named("operator", tls=_secure())


def _back() -> Response:
    return see_other(url_for("operator.show"))
