"""Static files, under an address that changes when any of them does, so that caches may keep them for ever."""

import hashlib
import mimetypes
import re
from functools import cache
from pathlib import Path
from threading import Lock

import gevent
from flask import Blueprint, Response, abort, request, url_for
from markupsafe import Markup

from app.web import catalogues, languages
from app.web.packing import CODINGS, bare, packed
from app.web.security import nonce

assets = Blueprint("assets", __name__)

STATIC = Path(__file__).parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"
# Somebody still has the page of the last version: what it asks for is there, but not to be kept.
SHORTLY = "public, max-age=60"
# What is text. Everything else, such as a picture, is compressed already.
TEXTS = (".js", ".css", ".svg")

_IMPORTED = re.compile(r'^import\s[^"]*"\./([^"]+)"', re.MULTILINE)
_packing = Lock()
_packed: dict[tuple[str, str], bytes] = {}


@assets.get("/static/<version>/<path:filename>")
def send(version: str, filename: str) -> Response:
    """A static file. The version stands in the path, so modules that import each other stay together."""
    if (content := _content(filename)) is None:
        abort(404)
    answer = Response(mimetype=mimetypes.guess_type(filename)[0])
    coding = request.accept_encodings.best_match(CODINGS) if filename.endswith(TEXTS) else None
    if coding:
        answer.headers["Content-Encoding"] = coding
    answer.set_data(_once(filename, content, coding) if coding else content)
    answer.headers["Vary"] = "Accept-Encoding"
    answer.headers["Cache-Control"] = keeping(version)
    if version != current():
        answer.set_etag(f"{current()}-{coding or 'plain'}")
        answer.make_conditional(request)
    return answer


def keeping(version: str) -> str:
    """How long what was asked for under a version may be kept."""
    return FOR_EVER if version == current() else SHORTLY


def asset(filename: str) -> str:
    """The address of a static file, for templates."""
    return url_for("assets.send", version=current(), filename=filename)


def module(filename: str) -> Markup:
    """A page's script, for templates, and word of all that it imports: the browser need not find out step by step."""
    first, *others = (_translated(each) for each in needed(filename))
    lines = [Markup('<link rel="modulepreload" href="{}" nonce="{}">').format(each, nonce()) for each in others]
    script = Markup('<script type="module" src="{}" nonce="{}"></script>').format(first, nonce())
    return Markup("\n").join([*lines, script])


def _translated(filename: str) -> str:
    """The address of a script in the reader's language; what it imports is in the same language."""
    language = languages.current()
    return asset(filename if language is languages.ENGLISH else f"{language.code}/{filename}")


@cache
def needed(filename: str) -> tuple[str, ...]:
    """A module and all that it imports, those first that come first."""
    found = [filename]
    for each in found:
        folder = each.rpartition("/")[0]
        imported = (f"{folder}/{name}" for name in _IMPORTED.findall(files()[each].decode()))
        found += [name for name in dict.fromkeys(imported) if name not in found]
    return tuple(found)


@cache
def files() -> dict[str, bytes]:
    """All static files, as they were written: they are few and small, and reading them would keep everybody waiting."""
    found = (file for file in sorted(STATIC.rglob("*")) if file.is_file())
    return {file.relative_to(STATIC).as_posix(): file.read_bytes() for file in found}


@cache
def current() -> str:
    """The version of all static files together, and of what they say in other languages."""
    digest = hashlib.sha256()
    for content in (*map(_as_sent, files()), *(file.read_bytes() for file in sorted(catalogues.FOLDER.rglob("*.po")))):
        digest.update(content)
    return digest.hexdigest()[:12]


def _content(filename: str) -> bytes | None:
    """A file as it is sent, or a script in another language; None if there is no such thing."""
    if filename in files():
        return _as_sent(filename)
    code, _, script = filename.partition("/")
    if code not in languages.TRANSLATED or not script.endswith(".js") or script not in files():
        return None
    return _as_sent(script, code)


@cache
def _as_sent(filename: str, code: str = "") -> bytes:
    """One of our files, or one of our scripts in one of our languages: made once, and not for each who asks."""
    content = files()[filename]
    return bare(filename, catalogues.spoken(code, content.decode()).encode() if code else content)


def _once(filename: str, content: bytes, coding: str) -> bytes:
    """A compressed file, made when somebody first asks for it: in a thread, and others who ask wait for the same."""
    if (filename, coding) not in _packed:
        with _packing:
            if (filename, coding) not in _packed:
                pool = gevent.get_hub().threadpool
                _packed[filename, coding] = pool.apply(packed, (content, coding))
    return _packed[filename, coding]
