"""The share sheet: how the host gets the room's address onto a slide, a wall and a feed reader."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from tests.e2e.codes import shown_in
from tests.e2e.rooms import Room, make_room
from tests.e2e.visitor import LAPTOP, PHONE, Visitor, expect
from tests.support.house import House
from tests.support.pictures import pixels_of, text_in

# As wide as titles get, from right to left, of many code points a character, without a place to break.
TITLES = {
    "wide": "W" * 100,
    "from right to left": "تاريخ نهر النيل وفيضاناته وتأثيرها على الحضارة المصرية القديمة",
    "families": "👩‍👩‍👧‍👦" * 100,
}
PAPERS = ("A4", "Letter")


def pages_of(pdf: bytes) -> int:
    """How many pages a PDF of Chromium's has; it names each of them outside of what it compresses."""
    return len(re.findall(rb"/Type\s*/Page\b", pdf))


def test_the_share_sheet_has_all_ways_into_the_room(ada: Visitor, room: Room) -> None:
    ada.arrives(room.path)
    ada.page.get_by_role("button", name="Share").click()
    sheet = ada.page.get_by_role("dialog", name="Let others in")
    for words in (f"{ada.watch.host}/{room.name}", f"{ada.watch.host}/j/{room.code}", room.code,
                  f"{ada.watch.host}/{room.name}/feed.atom"):  # fmt: skip
        expect(sheet.locator(".copy-line__text", has_text=re.compile(f"^{re.escape(words)}$"))).to_be_visible()
    assert shown_in(sheet.get_by_alt_text("QR code of the room’s address")) == f"{ada.base}/{room.name}"
    for kind in ("PNG", "SVG"):
        with ada.page.expect_download() as download:
            sheet.get_by_role("link", name=f"Download {kind}").click()
        assert download.value.suggested_filename == f"{room.name}.{kind.lower()}"
        if kind == "PNG":
            assert text_in(*pixels_of(download.value.path().read_bytes())) == f"{ada.base}/{room.name}"
    sheet.get_by_role("link", name="Poster to print").press("Enter")
    expect(ada.page).to_have_url(f"{ada.base}{room.path}/poster")


def test_the_poster_prints_on_one_page_black_on_white(ada: Visitor, room: Room) -> None:
    ada.page.emulate_media(color_scheme="dark")
    ada.page.add_init_script("window.print = () => (window.printed = true)")
    ada.visit(f"{room.path}/poster")
    expect(ada.page.get_by_role("heading", name="The Nile")).to_be_visible()
    expect(ada.page.get_by_text(room.code)).to_be_visible()
    assert shown_in(ada.page.get_by_alt_text("QR code of the room’s address")) == f"{ada.base}/{room.name}"
    ada.page.get_by_role("button", name="Print").click()
    assert ada.page.evaluate("window.printed")
    assert [pages_of(ada.page.pdf(format=paper)) for paper in PAPERS] == [1, 1]
    assert pages_of(ada.page.pdf(format="A4", landscape=True)) == 1
    ada.page.emulate_media(media="print")
    colours = "e => [getComputedStyle(e).color, getComputedStyle(e).backgroundColor]"
    assert ada.page.get_by_role("heading").evaluate(colours)[0] == "rgb(0, 0, 0)"
    assert ada.page.locator("article").evaluate(colours)[1] == "rgb(255, 255, 255)"
    expect(ada.page.get_by_role("button", name="Print")).to_be_hidden()
    expect(ada.page.get_by_role("link")).to_have_count(0)


@pytest.mark.parametrize("title", TITLES.values(), ids=TITLES)
def test_no_title_breaks_the_poster(somebody: Callable[..., Visitor], house: House, title: str) -> None:
    room = make_room(house.base, title=title, password="open sesame")
    visitor = somebody(viewport=PHONE)
    visitor.visit(f"{room.path}/poster").does_not_scroll_sideways()
    visitor.page.set_viewport_size(LAPTOP)
    visitor.does_not_scroll_sideways()
    assert [pages_of(visitor.page.pdf(format=paper)) for paper in PAPERS] == [1, 1]
    visitor.page.emulate_media(media="print")
    box = visitor.page.get_by_alt_text("QR code of the room’s address").bounding_box()
    assert box
    assert box["height"] > 96 * 60 / 25.4, "smaller than 6 cm"


def test_the_share_sheet_fits_a_small_phone(somebody: Callable[..., Visitor], room: Room) -> None:
    grace = somebody(viewport=PHONE, has_touch=True, is_mobile=True).arrives(room.path)
    grace.page.get_by_role("button", name="Share").click()
    sheet = grace.page.get_by_role("dialog", name="Let others in")
    assert sheet.evaluate("e => e.scrollWidth <= e.clientWidth")
    sheet.get_by_role("link", name="Poster to print").tap()
    expect(grace.page.get_by_role("heading", name="The Nile")).to_be_visible()
    grace.does_not_scroll_sideways()


def test_without_scripts_the_poster_is_in_the_menu(somebody: Callable[..., Visitor], room: Room) -> None:
    grace = somebody(java_script_enabled=False).visit(room.path)
    grace.page.locator("summary").click()
    grace.page.get_by_role("link", name="Poster to print").click()
    expect(grace.page.get_by_role("heading", name="The Nile")).to_be_visible()
    expect(grace.page.get_by_role("button", name="Print")).to_be_hidden()
    assert pages_of(grace.page.pdf(format="A4")) == 1
