"""What can go wrong between us and the database: what passes by itself, and what means that it is away."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from threading import get_ident
from typing import NoReturn, ParamSpec, TypeVar

from sqlalchemy.exc import DBAPIError, SQLAlchemyError, StatementError
from sqlalchemy.exc import TimeoutError as NoConnectionFree

from app.chat import Unavailable
from app.store.columns import NoTimeZone
from app.store.patience import pause
from config.settings import settings

P = ParamSpec("P")
R = TypeVar("R")

DEADLOCK, LOCK_WAIT = 1213, 1205
GONE = frozenset({2006, 2013, 1152, 1158, 1159, 1160, 1161, 1184, 1317, 1927, 2055, 4031})
"""The connection was lost, or the query was ended from outside, while in use: the next attempt gets a new one."""
AWAY = frozenset({1021, 1030, 1037, 1040, 1041, 1053, 1114, 1203, 1206, 1226, 1290, 1836, 1969, 2002, 2003, 2005, 3024})
"""Nobody there, too many connections, out of memory or time, shutting down, read-only, or the disk is full."""
NOT_SET_UP = frozenset({1044, 1045, 1049, 1054, 1142, 1143, 1146})
"""A door that is locked to us, or tables that are not there yet: an operator's to mend, and no message is to blame."""

BUSY = ("SQLITE_BUSY", "SQLITE_LOCKED")
BROKEN = (
    *("SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_FULL", "SQLITE_READONLY", "SQLITE_PROTOCOL"),
    *("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_PERM", "SQLITE_AUTH", "SQLITE_NOMEM"),
)
NO_TABLES = ("no such table", "no such column")
"""SQLite has no name of its own for these."""
REFUSED_BY_PYTHON = (UnicodeError, OverflowError, NoTimeZone)
"""Half a character, a number without end, no zone: raised in Python before the database sees anything."""

ATTEMPTS = 8
FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.02, 0.5
ASK_AGAIN_SECONDS = 5
SILENCE_SECONDS = 1.0

log = logging.getLogger(__name__)


class StoreAway(Unavailable):
    """The database cannot be reached now, or is too busy; nothing was changed, and later may be better."""


class StoreRefused(Exception):
    """The database answers, and does not take what it was given: trying again would end alike."""


class _Silence:
    """What this process knows of a database that stands still: one asks now and then, and nobody else waits for it."""

    def __init__(self) -> None:
        self.over = 0.0
        """Until then only the one who asks may ask; 0 while the database answers."""
        self._asking: int | None = None

    @contextmanager
    def asking(self) -> Iterator[None]:
        """Ask, and let the others of this process profit by what comes of it."""
        began = time.monotonic()
        if not self._may_ask(began):
            raise StoreAway(retry_after=ASK_AGAIN_SECONDS)
        try:
            yield
        except SQLAlchemyError as error:
            self._note(error, time.monotonic() - began)
            raise
        except StoreAway:
            raise  # so says a verb within this one
        except Exception:
            self.broken()
            raise
        self.broken()

    def _may_ask(self, now: float) -> bool:
        """Say whether to ask; when the silence is over, whoever comes first asks for everybody."""
        if self.over and now >= self.over:
            chosen = settings()
            self.over = now + chosen.database_connect_timeout_seconds + chosen.database_read_timeout_seconds
            self._asking = get_ident()
        return not self.over or self._asking == get_ident()

    def broken(self) -> None:
        """The database has answered."""
        self.over, self._asking = 0.0, None

    def _note(self, error: Exception, waited: float) -> None:
        """Hear what somebody got who has waited."""
        gone = _code(error) in GONE | AWAY
        if (gone and waited >= SILENCE_SECONDS) or (self.over and (gone or isinstance(error, NoConnectionFree))):
            self.over, self._asking = time.monotonic() + SILENCE_SECONDS, None
        elif self.over:
            self.broken()


silence = _Silence()


def retrying(verb: Callable[P, R]) -> Callable[P, R]:
    """Run a verb again when two transactions met or a connection was lost; give up as StoreAway.

    The verb must be one transaction that may run twice.

    Raises:
        StoreAway: the database cannot be reached, is too busy, or is not set up.
        StoreRefused: it does not take what it was given, however often it is asked.
    """

    @wraps(verb)
    def patient(*args: P.args, **kwargs: P.kwargs) -> R:
        until = time.monotonic() + settings().database_read_timeout_seconds
        attempt = 0
        while True:
            attempt += 1
            try:
                with silence.asking():
                    return verb(*args, **kwargs)
            except (SQLAlchemyError, *REFUSED_BY_PYTHON) as error:
                if not passes(error) or attempt >= ATTEMPTS or time.monotonic() >= until:
                    _give_up(error)
            pause(_how_long(attempt))

    return patient


def _how_long(attempt: int) -> float:
    """Wait longer each time, and not as long as whoever one met with."""
    longest = min(FIRST_PAUSE_SECONDS * 2 ** (attempt - 1), LONGEST_PAUSE_SECONDS)
    return random.uniform(0, longest)  # noqa: S311 - chance, no secret


def _give_up(error: Exception) -> NoReturn:
    if passes(error) or is_away(error):
        raise away(error) from error
    if isinstance(error, (StatementError, *REFUSED_BY_PYTHON)):
        raise StoreRefused(_why(error)) from error
    raise error  # a mistake of ours


def _why(error: Exception) -> str:
    """Say what the database said, without what somebody wrote."""
    said = type(error.orig if isinstance(error, DBAPIError) else error).__name__
    return f"{said} {_code(error) or _name(error)}".rstrip()


def away(error: Exception) -> StoreAway:
    """Say that the database is away: why to the log, and to people only that."""
    log.warning("the database is away: %s", error.orig if isinstance(error, DBAPIError) else error)
    return StoreAway(retry_after=ASK_AGAIN_SECONDS)


def passes(error: BaseException) -> bool:
    """Say whether the same transaction may well succeed in a moment."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return _code(error) in {DEADLOCK, LOCK_WAIT, *GONE} or _name(error).startswith(BUSY)


def is_away(error: BaseException) -> bool:
    """Say whether the database cannot serve anybody now."""
    if isinstance(error, NoConnectionFree) or _code(error) in AWAY | NOT_SET_UP:
        return True
    return _name(error).startswith(BROKEN) or (_name(error) == "SQLITE_ERROR" and _says(error).startswith(NO_TABLES))


def _code(error: BaseException) -> int:
    """Find MySQL's number for an error; 0 if it has none."""
    args = getattr(getattr(error, "orig", None), "args", ())
    return args[0] if args and isinstance(args[0], int) else 0


def _says(error: BaseException) -> str:
    return str(getattr(error, "orig", ""))


def _name(error: BaseException) -> str:
    """Find SQLite's name for an error; empty if it has none."""
    return getattr(getattr(error, "orig", None), "sqlite_errorname", "")
