"""The desk: what is looked at before a message is shown, a crowd that breaks in, and who may come in."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.e2e.rooms import Room, make_room
from tests.e2e.visitor import PHONE, Visitor, expect
from tests.support.house import House

LESSON = ("the first", "what a gerbil", "see https://example.org/x")
CROWD, PUPILS = 14, 7


@pytest.fixture
def host(somebody: Callable[..., Visitor], room: Room) -> Visitor:
    """The room's host, at the desk, with a phone."""
    return somebody(viewport=PHONE, has_touch=True, is_mobile=True).visit(room.desk)


def opens(visitor: Visitor, tab: str) -> None:
    visitor.page.get_by_role("tab", name=tab).click()


def saves(host: Visitor) -> None:
    with host.page.expect_response(lambda answer: answer.request.method == "PATCH"):
        host.page.get_by_role("button", name="Save").click()


def rehearses(host: Visitor) -> None:
    host.page.get_by_role("button", name="Try it on what was said").click()


def numbers(host: Visitor) -> list[str]:
    return host.page.locator("[data-rehearsal] dd").all_inner_texts()


def test_rules_are_tried_saved_seen_by_those_who_write_and_taken_back(
    host: Visitor, ada: Visitor, grace: Visitor, room: Room
) -> None:
    page = host.page
    opens(host, "Safety")
    page.get_by_label("Words of your own").fill("Gerbil")
    page.get_by_label("A message with a rude word").select_option("hold")
    page.get_by_label("A message with a link").select_option("block")
    rehearses(host)
    expect(page.get_by_text("Nothing was said yet")).to_be_visible()

    ada.arrives(room.path)
    grace.arrives(room.path).joins("Grace")
    for text in LESSON:
        grace.says(text)
    ada.sees_delivered(*LESSON)
    rehearses(host)
    expect(page.get_by_text("2 messages of the last 3 would have fared otherwise.")).to_be_visible()
    assert numbers(host) == ["1", "1", "0"]
    examples = page.locator("[data-rehearsal] li")
    expect(examples.filter(has_text="would wait for you")).to_contain_text("has a word from the word list")
    expect(examples.filter(has_text="would not be shown")).to_contain_text(LESSON[2])
    assert room.call("GET")["room"]["safety"]["links"] == "allow", "trying changes nothing"

    page.get_by_label("Sites that are always fine").fill("no site")
    for act in (rehearses, saves):
        act(host)
        expect(page.locator("#rule-allowed_sites-error")).to_contain_text("“no site” is no site.")
        expect(page.get_by_label("Sites that are always fine")).to_be_focused()
    page.get_by_label("Sites that are always fine").fill("https://www.wikipedia.org/wiki/Nile")
    saves(host)
    expect(page.get_by_text("These rules hold from the next message on.")).to_be_visible()
    expect(page.get_by_label("Sites that are always fine")).to_have_value("wikipedia.org")
    for text, state in (
        ("a gerbil, again", "held"),
        ("see https://example.org/y", "rejected"),
        ("see https://en.wikipedia.org/z", "delivered"),
    ):
        grace.says(text)
        expect(grace.message(text)).to_have_attribute("data-state", state)

    page.get_by_label("A message with a rude word").select_option("mask")
    saves(host)
    expect(page.locator("[data-undo]")).to_be_visible()
    grace.says("one more gerbil")
    ada.sees_delivered(*LESSON, "see https://en.wikipedia.org/z", "one more •••")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_label("A message with a rude word")).to_have_value("hold")
    grace.says("the last gerbil")
    expect(grace.message("the last gerbil")).to_have_attribute("data-state", "held")
    page.reload()
    expect(page.get_by_label("Words of your own")).to_have_value("gerbil")


def test_what_another_chooses_meanwhile_is_neither_written_over_nor_written_back(host: Visitor, room: Room) -> None:
    page = host.page
    opens(host, "Safety")
    sites = page.get_by_label("Sites that are always fine")
    sites.fill("wikipedia.org")
    room.call("PATCH", body={"safety": {"links": "hold", "own_words": ["gerbil"], "word_languages": ["de"]}})
    expect(page.get_by_label("A message with a link")).to_have_value("hold")
    expect(page.get_by_label("Words of your own")).to_have_value("gerbil")
    expect(sites).to_have_value("wikipedia.org")
    saves(host)
    safety = room.call("GET")["room"]["safety"]
    assert (safety["links"], safety["own_words"], safety["word_languages"]) == ("hold", ["gerbil"], ["de"])
    assert safety["allowed_sites"] == ["wikipedia.org"]


def test_one_tap_shuts_the_doors_half_and_only_those_who_moderate_are_told(
    host: Visitor, somebody: Callable[..., Visitor], grace: Visitor, room: Room
) -> None:
    helper = somebody().visit(room.call("POST", "/helpers", {"label": "Alan"})["url"].removeprefix(room.base))
    opens(host, "Safety")
    host.page.get_by_role("button", name="Begin now").filter(visible=True).click()
    for desk in (host, helper):
        expect(desk.page.locator("[data-raid]")).to_contain_text("The doors are half shut.")
    grace.arrives(room.path).joins("Grace")
    grace.says("RAID")
    expect(grace.message("RAID")).to_have_attribute("data-state", "held")
    for word in ("crowd", "doors", "raid.", "newcomers"):
        expect(grace.page.get_by_text(word)).to_have_count(0)

    helper.page.get_by_role("button", name="End it").click()
    for desk in (host, helper):
        expect(desk.page.locator("[data-raid]")).to_be_hidden()
    expect(host.page.get_by_role("button", name="Begin now").filter(visible=True)).to_have_count(1)
    grace.says("it is calm now")
    expect(grace.message("it is calm now")).to_have_attribute("data-state", "delivered")


def test_where_the_host_decides_about_a_crowd_a_helper_who_is_told_may_begin(
    somebody: Callable[..., Visitor], house: House
) -> None:
    room = make_room(house.base, safety={"raid": "tell"})
    helper = somebody().visit(room.call("POST", "/helpers")["url"].removeprefix(room.base))
    expect(helper.page.get_by_text("Nothing waits.")).to_be_visible()
    for number in range(PUPILS):
        room.join(f"Pupil {number}").say_many([f"{number}: {text}" for text in LESSON])
    for number in range(CROWD):
        room.join(f"Raider {number}")
    alert = helper.page.locator("[data-raid]")
    expect(alert).to_contain_text("A crowd seems to break in.")
    alert.get_by_role("button", name="Begin now").click()
    expect(alert.get_by_role("button", name="End it")).to_be_focused()
    assert room.call("GET")["room"]["raid"]


def test_who_may_come_in_and_write_is_seen_at_once(host: Visitor, grace: Visitor, ada: Visitor, room: Room) -> None:
    page = host.page
    grace.arrives(room.path).joins("Grace")
    opens(host, "Settings")
    page.get_by_label("Guests only read").check()
    page.get_by_label("Longest message").select_option("60")
    saves(host)
    expect(grace.field).to_be_hidden()
    assert room.call("GET")["room"]["max_length"] == 60
    page.get_by_label("Guests only read").uncheck()
    page.get_by_label("Knock first").check()
    saves(host)
    expect(grace.field).to_be_visible()
    assert room.call("GET")["room"]["door"] == "knock"
    ada.visit(room.path)
    ada.page.get_by_label("Choose a nickname").fill("Ada")
    ada.page.get_by_role("button", name="Join").click()
    expect(ada.page.get_by_text("You are waiting to be let in")).to_be_visible()


def test_a_new_password_puts_everybody_out_until_it_is_entered(host: Visitor, grace: Visitor, room: Room) -> None:
    page = host.page
    grace.arrives(room.path).joins("Grace")
    opens(host, "Settings")
    page.get_by_role("button", name="Set it").click()
    expect(page.get_by_text("Write the new password first.")).to_be_visible()
    page.get_by_label("Password").fill("open sesame")
    grace.watch.answers |= {401, 403}
    page.get_by_role("button", name="Set it").click()
    page.get_by_role("alertdialog").get_by_role("button", name="Yes, new password").click()
    expect(page.get_by_text("The room has one.")).to_be_visible()
    expect(grace.page.get_by_text("The room's password was changed")).to_be_visible()
    grace.page.get_by_label("Password of the room").fill("open sesame")
    grace.page.get_by_role("button", name="Join").click()
    grace.is_connected()
    grace.says("here again")
    room.wait_for("here again")
    page.get_by_role("button", name="Take the password away").click()
    expect(page.get_by_text("The room has none.")).to_be_visible()
    assert room.call("GET", token="")["room"]["name"] == room.name
