"""Addresses of databases and Redis servers: which are understood, and how each library spells them."""

from __future__ import annotations

import hashlib
import os
import re
import tempfile
from pathlib import Path
from urllib.parse import SplitResult, parse_qsl, quote, urlencode, urlsplit, urlunsplit

SOCKET_PATH_MAX_BYTES = 107
"""The longest path of a Unix socket: sun_path holds 108 bytes, the last is a zero."""

MYSQL_OPTIONS = frozenset(
    {"unix_socket", "ssl_ca", "ssl_cert", "ssl_key", "ssl_capath", "ssl_cipher", "ssl_check_hostname"}
)
"""What may stand after the `?`. Hosting add-ons write more (`reconnect=true`), which mysqlclient refuses."""

MASK = "***"
_PASSWORD = re.compile(r"(?<=://)([^/@\s]*):([^/\s]*)@")


def without_password(text: str) -> str:
    """Hide the password in an address, so that it can be shown."""
    return _PASSWORD.sub(rf"\1:{MASK}@", text)


def public(url: str) -> str:
    """Accept the address that people type: scheme and host, no path."""
    parts = _split(url.rstrip("/"))
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        raise ValueError
    if parts.path or parts.query or parts.fragment or parts.username:
        raise ValueError
    return f"{parts.scheme}://{parts.netloc.lower()}"


def database(url: str) -> str:
    """Accept a database in a file (SQLite) or on a server (MySQL, MariaDB)."""
    parts = _split(url)
    kind = parts.scheme.partition("+")[0]
    has_file = kind == "sqlite" and not parts.netloc and len(parts.path) > 1
    has_name = kind in {"mysql", "mariadb"} and bool(parts.hostname) and len(parts.path) > 1
    if not (has_file or has_name) or "memory" in parts.path.rpartition("/")[2].split(":"):
        raise ValueError
    return url


def sqlalchemy(url: str) -> str:
    """Spell a database's address for SQLAlchemy, with only the options that its driver knows."""
    parts = _split(url)
    if parts.scheme.startswith("sqlite"):
        return f"sqlite://{parts.path}"
    kept = [(key, value) for key, value in parse_qsl(parts.query) if key in MYSQL_OPTIONS]
    return urlunsplit(("mysql+mysqldb", parts.netloc, parts.path, urlencode([*kept, ("charset", "utf8mb4")]), ""))


def redis(url: str) -> str:
    """Accept a Redis server on the network or on a socket of this machine."""
    parts = _split(url)
    on_network = parts.scheme in {"redis", "rediss"} and bool(parts.hostname)
    on_socket = parts.scheme == "unix" and parts.path.startswith("/") and len(parts.path) > 1
    if not (on_network or on_socket):
        raise ValueError
    return url


def redis_py(url: str) -> str:
    """Spell a Redis address for redis-py.

    Managed servers (Heroku's, for one) show certificates that nobody has signed, so `rediss://` is encrypted but not
    verified, unless the address itself says `?ssl_cert_reqs=required`.
    """
    parts = _split(url)
    if parts.scheme != "rediss" or "ssl_cert_reqs" in dict(parse_qsl(parts.query)):
        return url
    return urlunsplit(parts._replace(query=_and(parts.query, "ssl_cert_reqs=none")))


def celery(url: str) -> str:
    """Spell a Redis address for Celery, which calls a socket `redis+socket://` and its database `virtual_host`."""
    parts = _split(url)
    if parts.scheme != "unix":
        return redis_py(url)
    number = dict(parse_qsl(parts.query)).get("db")
    return f"redis+socket://{parts.netloc}{parts.path}" + (f"?virtual_host={number}" if number else "")


def unix(socket: Path) -> str:
    """Spell the address of a socket file."""
    return f"unix://{quote(str(socket))}"


def socket_path(folder: Path) -> Path:
    """Find a place for Valkey's socket: in var/, or where paths are shorter when that is too deep."""
    path = folder / "valkey.sock"
    if len(os.fsencode(path)) <= SOCKET_PATH_MAX_BYTES:
        return path
    digest = hashlib.sha256(os.fsencode(folder)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"parley-{os.getuid()}-{digest}" / "valkey.sock"


def _split(url: str) -> SplitResult:
    """Take an address apart; a port that is no number is a mistake, too."""
    parts = urlsplit(url)
    _ = parts.port
    return parts


def _and(query: str, more: str) -> str:
    return f"{query}&{more}" if query else more
