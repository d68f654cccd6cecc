"""Headers that keep a page ours: what may run in it, who may frame it, what it tells others."""

from flask import Flask, Response, request
from werkzeug.middleware.proxy_fix import ProxyFix

from config.settings import settings

POLICY = (
    "default-src 'self'; img-src 'self' data:; object-src 'none'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Others are not told where a visitor came from; our own forms send their Origin.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
}


def init_app(app: Flask) -> None:
    """Signs what has to be signed, bounds what comes in, and sends the headers with every answer."""
    chosen = settings()
    app.config.update(
        SECRET_KEY=chosen.secret_key,
        MAX_CONTENT_LENGTH=chosen.body_max_bytes,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=(chosen.public_url or "").startswith("https://"),
        # A page may lie open for days; its token lives as long as the session.
        WTF_CSRF_TIME_LIMIT=None,
    )
    if proxies := chosen.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    app.after_request(_with_headers)


def _with_headers(answer: Response) -> Response:
    for name, value in HEADERS.items():
        answer.headers.setdefault(name, value)
    if not request.path.startswith("/static/"):
        # What a room says now is not what it says later, and it is nobody's but the reader's.
        answer.headers.setdefault("Cache-Control", "no-store")
    return answer
