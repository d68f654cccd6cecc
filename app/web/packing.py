"""Compression: pages as they are made, static files once."""

import gzip
from pathlib import PurePath

import brotli  # type: ignore[import-untyped]
import rcssmin  # type: ignore[import-untyped]
import rjsmin  # type: ignore[import-untyped]
from flask import Flask
from flask_compress import Compress

# Brotli first: browsers that know both are given the smaller one.
CODINGS = ("br", "gzip")
# What people and programs read. An event stream is not among them: a compressor would hold back what has just happened.
PACKED = (
    "text/html",
    "text/plain",
    "text/csv",
    "text/javascript",
    "application/json",
    "application/problem+json",
    "application/atom+xml",
    "image/svg+xml",
)
# Below it, an answer goes in one packet anyhow.
WORTH_BYTES = 1000
# A page of 100 messages takes about a millisecond in which nobody else is served; the best takes fifty times as long.
QUICK = 4
# How far back the compressor looks, as a power of two: more than any page, and little memory for each long transcript.
WINDOW = 18

# What browsers do not need of what people wrote: comments, which are a quarter of our modules, and blanks.
_BARE = {".js": rjsmin.jsmin, ".css": rcssmin.cssmin}


def init_app(app: Flask) -> None:
    """Compresses what is worth it, also while it is being written: a long transcript."""
    app.config.update(
        COMPRESS_MIMETYPES=PACKED,
        COMPRESS_ALGORITHM=CODINGS,
        COMPRESS_ALGORITHM_STREAMING=CODINGS,
        COMPRESS_BR_LEVEL=QUICK,
        COMPRESS_BR_WINDOW=WINDOW,
        COMPRESS_MIN_SIZE=WORTH_BYTES,
    )
    Compress(app)


def packed(content: bytes, coding: str) -> bytes:
    """As small as it gets, for what is sent again and again."""
    small: bytes = brotli.compress(content) if coding == "br" else gzip.compress(content, mtime=0)
    return small


def bare(filename: str, content: bytes) -> bytes:
    """A script or style sheet without comments and needless blanks; anything else as it is.

    Args:
        filename: its end tells what it is.
        content: as it was written. A script must have no template within a template: its blanks would be taken for
            needless ones (https://opensource.perlig.de/rjsmin/).
    """
    minify = _BARE.get(PurePath(filename).suffix)
    return minify(content.decode()).encode() if minify else content
