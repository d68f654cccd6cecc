"""Somebody's web site: a few pages of HTML on a port of its own, and under another host name than the house."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
</head>
<body>{body}</body>
</html>
"""


@dataclass
class Blog:
    """A site with pages that tests write.

    Attributes:
        site: its origin, as a browser tells it.
        pages: what stands under which path.
    """

    site: str
    pages: dict[str, str] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """Its host and port."""
        return self.site.removeprefix("http://")

    def write(self, path: str, body: str) -> str:
        """Puts a page there; gives its address."""
        self.pages[path] = PAGE.format(title="My blog", body=body)
        return self.site + path


@contextmanager
def open_blog() -> Iterator[Blog]:
    """Serves a blog as long as the block runs. The house is 127.0.0.1, so `localhost` is another site to a browser."""
    pages: dict[str, str] = {}

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = pages.get(self.path, "").encode()
            self.send_response(200 if page else 204)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(page)))
            # As strict as a page can be that shows something of somebody else's, and asks there itself.
            self.send_header("Content-Security-Policy", "default-src 'none'; frame-src http:; connect-src http: ws:")
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, *_: Any) -> None:
            """Nobody wants to know."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield Blog(f"http://localhost:{server.server_port}", pages)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
