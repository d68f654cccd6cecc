"""Pages, scripts and styles are sent compressed, and nothing that happens now is held back."""

from __future__ import annotations

import gzip
import re

import brotli
import httpx
import pytest

from tests.support.client import Venue, bearer

CODINGS = ("br", "gzip")


def fetched(venue: Venue, path: str, coding: str, **headers: str) -> tuple[httpx.Headers, bytes]:
    """An answer as it comes over the wire."""
    asked = {"Accept-Encoding": coding, **headers}
    with venue.http.stream("GET", path.format(name=venue.name), headers=asked) as answer:
        return answer.headers, b"".join(answer.iter_raw())


def unpacked(coding: str, body: bytes) -> bytes:
    return brotli.decompress(body) if coding == "br" else gzip.decompress(body)


def static_of(venue: Venue) -> list[str]:
    page = venue.http.get(f"/{venue.name}").text
    return sorted(set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page)))


@pytest.mark.parametrize("coding", CODINGS)
def test_pages_and_files_are_compressed_for_whoever_takes_it(venue: Venue, coding: str) -> None:
    venue.join().say("Is it 📏 long enough? " * 5)
    pages = ("/", "/{name}", "/{name}/projector", "/{name}/transcript", "/{name}/poster")
    for path in (*pages, *static_of(venue)):
        plain_headers, plain = fetched(venue, path, "identity")
        headers, body = fetched(venue, path, coding)
        assert "Content-Encoding" not in plain_headers, path
        assert headers["Content-Encoding"] == coding, path
        assert "Accept-Encoding" in headers["Vary"], path
        assert "Accept-Encoding" in plain_headers["Vary"], path
        # Two answers differ in their nonces and tokens, which are random; the rest is the same.
        assert len(unpacked(coding, body)) == pytest.approx(len(plain), rel=0.1), path
        assert len(body) < len(plain) * 0.9, path


def test_brotli_goes_before_gzip_and_what_is_refused_is_not_sent(venue: Venue) -> None:
    (css,) = (path for path in static_of(venue) if path.endswith(".css"))
    for path in ("/{name}", css):
        assert fetched(venue, path, "gzip, deflate, br, zstd")[0]["Content-Encoding"] == "br"
        assert fetched(venue, path, "br;q=0, gzip")[0]["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in fetched(venue, path, "zstd, deflate")[0]


def test_a_file_that_one_has_is_not_sent_again_and_each_coding_has_a_tag_of_its_own(venue: Venue) -> None:
    for now in static_of(venue):
        # What is kept for ever is never asked for again, and needs no tag.
        assert "ETag" not in fetched(venue, now, "br")[0]
        path = re.sub(r"^/static/\w+/", "/static/another-version/", now)
        tags = {coding: fetched(venue, path, coding)[0]["ETag"] for coding in (*CODINGS, "identity")}
        assert len(set(tags.values())) == len(tags), path
        for coding, tag in tags.items():
            again = {"Accept-Encoding": coding, "If-None-Match": tag}
            assert venue.http.get(path, headers=again).status_code == 304, path
            assert venue.http.get(path, headers=again | {"If-None-Match": '"another"'}).status_code == 200, path


def test_a_feed_that_one_has_is_not_sent_again(venue: Venue) -> None:
    ada = venue.join()
    for number in range(4):
        ada.say(f"Something to read, part {number}")
    headers, _ = fetched(venue, "/{name}/feed.atom", "br")
    assert headers["Content-Encoding"] == "br"
    asked = {"Accept-Encoding": "br", "If-None-Match": headers["ETag"]}
    assert venue.http.get(f"/{venue.name}/feed.atom", headers=asked).status_code == 304


def test_an_event_stream_is_never_compressed(venue: Venue) -> None:
    ada = venue.join()
    headers = {"Accept-Encoding": "br, gzip", **bearer(ada.token)}
    with venue.http.stream("GET", f"{venue.api}/events/stream", headers=headers, timeout=30) as stream:
        assert "Content-Encoding" not in stream.headers
        pieces = stream.iter_raw()
        next(pieces)
        ada.say("Now")
        assert any(b"Now" in piece for piece in pieces), "it comes while the stream is open"


def test_comments_of_modules_stay_at_home(venue: Venue) -> None:
    for path in static_of(venue):
        if path.endswith((".js", ".css")):
            lines = venue.http.get(path).text.splitlines()
            assert [line for line in lines if line.lstrip().startswith(("//", "/**\n"))] == [], path
            assert lines, path


def test_a_page_names_every_module_that_its_script_imports(venue: Venue) -> None:
    page = venue.http.get(f"/{venue.name}").text
    (script,) = re.findall(r'<script type="module" src="([^"]+)"', page)
    named = {script, *re.findall(r'<link rel="modulepreload" href="([^"]+)"', page)}
    assert len(named) > 5
    for path in named:
        folder = path.rpartition("/")[0]
        for imported in re.findall(r'from "\./([^"]+)"', venue.http.get(path).text):
            assert f"{folder}/{imported}" in named, (path, imported)
