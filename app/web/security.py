"""Headers that keep a page ours: what may run in it, who may frame it, what it tells others."""

import secrets

from flask import Flask, Response, g, request
from werkzeug.middleware.proxy_fix import ProxyFix

from app.web.cookies import named
from config.settings import settings

# Only a script that bears the answer's own nonce runs, and what it imports: a module hands its nonce down (HTML,
# "descendant script fetch options"). A WebSocket to where the page came from is 'self', too (CSP 3, 6.7.2.8).
PAGE = {
    "default-src": "'none'",
    "script-src": "'nonce-{nonce}'",
    "style-src": "'self'",
    "img-src": "'self' data:",
    "connect-src": "'self'",
    "form-action": "'self'",
    "object-src": "'none'",
    "base-uri": "'none'",
    "frame-ancestors": "{ancestors}",
}
# What is no page has nothing to load, whoever opens it as one.
OTHERS = "default-src 'none'; frame-ancestors 'none'"
NOBODY = "'none'"

HEADERS = {
    "Content-Security-Policy": OTHERS,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Others are not told where a visitor came from; our own forms send their Origin.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    # What a room says now is not what it says later, and it is nobody's but the reader's.
    "Cache-Control": "no-store",
}
# A page asks for dozens of scripts: what means nothing for them is left out, as it would weigh more than some of them.
STATIC_HEADERS = {"X-Content-Type-Options": "nosniff"}

NONCE_BYTES = 16
# The nonce is of uneven length: so is the compressed page, and its size tells little about what is in it.
NONCE_UNEVEN_BYTES = 16


def init_app(app: Flask) -> None:
    """Signs what has to be signed, bounds what comes in, and sends the headers with every answer."""
    chosen = settings()
    by_tls = (chosen.public_url or "").startswith("https://")
    app.config.update(
        SECRET_KEY=chosen.secret_key,
        MAX_CONTENT_LENGTH=chosen.body_max_bytes,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SECURE=by_tls,
        # A neighbouring site must not set it: it holds what our forms are known by.
        SESSION_COOKIE_NAME=named("session", tls=by_tls),
        # A page may lie open for days; its token lives as long as the session.
        WTF_CSRF_TIME_LIMIT=None,
    )
    if proxies := chosen.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=proxies)  # type: ignore[method-assign]
    app.add_template_global(nonce)
    app.after_request(_with_headers)


def nonce() -> str:
    """What this answer's own scripts bear, and nobody can guess."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(NONCE_BYTES + secrets.randbelow(NONCE_UNEVEN_BYTES))
    return str(g.nonce)


def framed_by(*sites: str) -> None:
    """Lets these sites frame the page that is being answered; `*` means any."""
    g.framed_by = " ".join(sites) or NOBODY


def _with_headers(answer: Response) -> Response:
    if request.path.startswith("/static/"):
        return _headed(answer, STATIC_HEADERS)
    if answer.mimetype == "text/html":
        answer.headers.setdefault("Content-Security-Policy", _policy())
    if g.get("framed_by", NOBODY) != NOBODY:
        return _headed(answer, {name: value for name, value in HEADERS.items() if name != "X-Frame-Options"})
    return _headed(answer, HEADERS)


def _headed(answer: Response, headers: dict[str, str]) -> Response:
    for name, value in headers.items():
        answer.headers.setdefault(name, value)
    return answer


def _policy() -> str:
    policy = "; ".join(f"{directive} {value}" for directive, value in PAGE.items())
    return policy.format(nonce=nonce(), ancestors=g.get("framed_by", NOBODY))
