"""What each kind of answer says beside its content: what may run, who may frame, who may keep it."""

from __future__ import annotations

import re

import httpx
import pytest

from tests.support.client import Venue

PAGE_POLICY = (
    "default-src 'none'; script-src 'nonce-*'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
)
OTHER_POLICY = "default-src 'none'; frame-ancestors 'none'"
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cache-Control": "no-store",
}
# The start page reads QR codes with the camera, and is nobody's own: going back shows it as it was.
OWN = {
    "/": {
        "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
        "Cache-Control": "private, no-cache",
    }
}
NONCE = re.compile(r"'nonce-([\w-]{22,})'")
# Not ours to choose, or another test's: what the server in front says, and what describes the content.
NOT_HERE = {"server", "date", "connection", "keep-alive", "transfer-encoding", "set-cookie", "vary", "etag"}
NOT_HERE |= {"content-type", "content-length", "content-encoding", "content-disposition", "last-modified"}

PAGES = (
    "/",
    "/{name}",
    "/{name}/projector",
    "/{name}/transcript",
    "/{name}/poster",
    "/free-as-a-bird",
    "/no/such/page",
)
OTHERS = ("/api/v1/rooms/{name}", "/api/v1/rooms/{name}/messages", "/api/v1/nothing", "/{name}/transcript.csv")


def said(answer: httpx.Response) -> dict[str, str]:
    """All that an answer says of itself, the nonce blotted out."""
    headers = {name.title(): value for name, value in answer.headers.items() if name not in NOT_HERE}
    policy = headers.get("Content-Security-Policy", "")
    return headers | ({"Content-Security-Policy": NONCE.sub("'nonce-*'", policy)} if policy else {})


def titled(headers: dict[str, str]) -> dict[str, str]:
    return {name.title(): value for name, value in headers.items()}


@pytest.mark.parametrize("path", PAGES)
def test_a_page_runs_nothing_but_what_bears_its_nonce(venue: Venue, path: str) -> None:
    answer = venue.http.get(path.format(name=venue.name))
    assert said(answer) == titled({"Content-Security-Policy": PAGE_POLICY, **EVERYWHERE, **OWN.get(path, {})})
    (nonce,) = NONCE.findall(answer.headers["Content-Security-Policy"])
    scripts = re.findall(r"<script(?![^>]*application/json)[^>]*>", answer.text)
    assert scripts
    for tag in scripts + re.findall(r'<link rel="modulepreload"[^>]*>', answer.text):
        assert f'nonce="{nonce}"' in tag, tag
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", answer.text)


@pytest.mark.parametrize("path", OTHERS)
def test_what_is_no_page_runs_nothing_at_all(venue: Venue, path: str) -> None:
    answer = venue.http.get(path.format(name=venue.name))
    assert said(answer) == titled({"Content-Security-Policy": OTHER_POLICY, **EVERYWHERE})


@pytest.mark.parametrize(
    ("path", "caching"),
    [("/{name}/qr.svg", "public, max-age=300"), ("/{name}/feed.atom", "private, no-cache")],
)
def test_what_may_be_kept_for_a_while_says_so_itself(venue: Venue, path: str, caching: str) -> None:
    answer = venue.http.get(path.format(name=venue.name))
    assert said(answer) == titled({"Content-Security-Policy": OTHER_POLICY, **EVERYWHERE, "Cache-Control": caching})


def test_a_static_file_says_only_what_matters_for_it(http: httpx.Client) -> None:
    for address in re.findall(r'(?:href|src)="(/static/[^"]+)"', http.get("/").text):
        assert said(http.get(address)) == titled(
            {"X-Content-Type-Options": "nosniff", "Cache-Control": "public, max-age=31536000, immutable"}
        ), address


@pytest.mark.parametrize("path", ["/", "/{name}", "/{name}/transcript"])
def test_no_two_answers_have_the_same_nonce(venue: Venue, path: str) -> None:
    nonces = [
        NONCE.findall(venue.http.get(path.format(name=venue.name)).headers["Content-Security-Policy"])[0]
        for _ in range(20)
    ]
    assert len(set(nonces)) == len(nonces)
    assert len({len(nonce) for nonce in nonces}) > 1, "the size of a page tells too much of what is in it"


def test_what_is_framed_or_guessed_at_is_no_other_origins(venue: Venue) -> None:
    for path in (*PAGES, *OTHERS):
        headers = venue.http.get(path.format(name=venue.name), headers={"Origin": "https://evil.example"}).headers
        assert "Access-Control-Allow-Origin" not in headers, path
