"""Static files, under an address that changes when any of them does, so that caches may keep them for ever."""

import hashlib
from functools import cache
from pathlib import Path

from flask import Blueprint, Response, send_from_directory, url_for

from app.web import catalogues

assets = Blueprint("assets", __name__)

STATIC = Path(__file__).parent / "static"
FOR_EVER = "public, max-age=31536000, immutable"
# Somebody still has the page of the last version: what it asks for is there, but not to be kept.
SHORTLY = "public, max-age=60"


@assets.get("/static/<version>/<path:filename>")
def send(version: str, filename: str) -> Response:
    """A static file. The version stands in the path, so modules that import each other stay together."""
    answer = send_from_directory(STATIC, filename)
    answer.headers["Cache-Control"] = keeping(version)
    return answer


def keeping(version: str) -> str:
    """How long what was asked for under a version may be kept."""
    return FOR_EVER if version == current() else SHORTLY


def asset(filename: str) -> str:
    """The address of a static file, for templates."""
    return url_for("assets.send", version=current(), filename=filename)


@cache
def current() -> str:
    """The version of all static files together, and of what they say in other languages."""
    digest = hashlib.sha256()
    for file in sorted((*STATIC.rglob("*"), *catalogues.FOLDER.rglob("*.po"))):
        if file.is_file():
            digest.update(file.read_bytes())
    return digest.hexdigest()[:12]
