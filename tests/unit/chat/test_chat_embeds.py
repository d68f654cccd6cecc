"""Where a room may be shown: sites as people type them, and origins as browsers send them."""

import re
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.chat import BadSite, Embed, EmbedMode, clean_site, clean_sites

GOOD = {
    "https://blog.example": "https://blog.example",
    " https://Blog.Example/ ": "https://blog.example",
    "https://blog.example:443": "https://blog.example",
    "https://blog.example:8443": "https://blog.example:8443",
    "https://bücher.example": "https://xn--bcher-kva.example",
    "https://xn--bcher-kva.example": "https://xn--bcher-kva.example",
    "https://ＢＬＯＧ.example": "https://blog.example",
    "https://straße.example": "https://xn--strae-oqa.example",
    "https://192.0.2.1:8443": "https://192.0.2.1:8443",
    "http://localhost": "http://localhost",
    "http://localhost:8080": "http://localhost:8080",
}
BAD = {
    "blog.example": "Write it with https://",
    "": "Write it with https://",
    "null": "Write it with https://",
    "//blog.example": "Write it with https://",
    "javascript:alert(1)": "Write it with https://",
    "https://": "Write it with https://",
    "http://blog.example": "not encrypted",
    "http://127.0.0.1:8000": "not encrypted",
    "https://blog.example/post": "more than a site",
    "https://blog.example?": "more than a site",
    "https://blog.example/#top": "more than a site",
    "https://ada@blog.example": "more than a site",
    "https://*.example": "in full",
    "https://blog.example.": "in full",
    "https://blog.example;script-src": "in full",
    "https://blog.example,https:": "in full",
    "https://[2001:db8::1]": "in full",
    "https://a..b": "in full",
    "https://blog\n.example": "no site's address",
    "https://blog.example:0": "no site's address",
    "https://blog.example:99999": "no site's address",
    "https://[": "no site's address",
    "https://" + "a." * 200 + "example": "no site's address",
}
# What may stand in a Content-Security-Policy and is one source there (CSP 3, host-source).
SOURCE = re.compile(r"https?://[a-z0-9.-]+(:\d{1,5})?")


@pytest.mark.parametrize(("typed", "origin"), GOOD.items())
def test_a_site_is_kept_as_browsers_spell_it(typed: str, origin: str) -> None:
    assert clean_site(typed) == origin
    assert clean_site(origin) == origin


@pytest.mark.parametrize(("typed", "words"), BAD.items())
def test_what_is_no_site_is_refused_with_what_to_do(typed: str, words: str) -> None:
    with pytest.raises(BadSite, match=re.escape(words)):
        clean_site(typed)


@given(st.text(max_size=40).map(lambda text: f"https://{text}"))
def test_whatever_is_typed_it_adds_nothing_to_the_policy(typed: str) -> None:
    with suppress(BadSite):
        assert SOURCE.fullmatch(clean_site(typed))


def test_sites_are_kept_once_in_their_order_and_not_too_many() -> None:
    assert clean_sites(["https://b.example", "https://a.example", "https://B.example/"], 3) == (
        "https://b.example",
        "https://a.example",
    )
    with pytest.raises(BadSite, match="At most 2 sites can be named, and these are 3"):
        clean_sites(["https://a.example"] * 3, 2)


@pytest.mark.parametrize(
    "origin", ["null", "", "*", "file://", "https://a.example.evil.example", "https://a.example:8443"]
)
def test_a_site_that_is_not_named_may_not_show_the_room(origin: str) -> None:
    here = Embed(EmbedMode.READ, ("https://a.example",))
    assert here.allows("https://a.example")
    assert not here.allows(origin)


def test_without_names_any_site_may_but_not_who_hides_his_own() -> None:
    anywhere = Embed(EmbedMode.POST)
    assert anywhere.allows("https://a.example")
    assert anywhere.allows("http://a.example")
    assert not anywhere.allows("null")
    assert not Embed(EmbedMode.OFF).allows("https://a.example")
    assert not Embed(EmbedMode.OFF, ("https://a.example",)).allows("https://a.example")
