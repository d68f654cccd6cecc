"""How people find a room: its name, its code, its links, its QR code."""

import re

from tests.e2e.rooms import Room, make_room
from tests.e2e.visitor import Visitor, expect
from tests.support.house import House


def test_a_free_name_offers_to_make_it(ada: Visitor) -> None:
    ada.visit("/Nobody Was Here")
    expect(ada.page).to_have_url(f"{ada.base}/nobody-was-here")
    expect(ada.page.get_by_role("heading", name=re.compile("nobody-was-here"))).to_be_visible()
    expect(ada.page.get_by_label("Name of the room")).to_have_value("nobody-was-here")
    ada.page.get_by_role("button", name="Make the room").click()
    expect(ada.page.get_by_text("You are the host", exact=True)).to_be_visible()
    expect(ada.page).to_have_url(f"{ada.base}/nobody-was-here")


def test_a_used_name_is_said_to_be_taken_and_can_be_joined_instead(ada: Visitor, room: Room) -> None:
    ada.visit("/")
    name = ada.page.get_by_label("Name of the room")
    name.fill(room.name.upper())
    expect(ada.page.get_by_text("This name is taken.")).to_be_visible()
    ada.page.get_by_role("button", name="Make the room").click()
    expect(ada.page.locator("#error-name")).to_have_text(re.compile(r"\w"))
    expect(name).to_have_value(room.name.upper())
    name.fill(room.name)
    ada.page.get_by_role("link", name="Join it instead?").click()
    expect(ada.page.get_by_role("heading", name="The Nile")).to_be_visible()


def test_a_room_without_a_wanted_name_gets_a_short_one(ada: Visitor) -> None:
    ada.visit("/")
    ada.page.get_by_role("button", name="Make the room").click()
    expect(ada.page).to_have_url(re.compile(r"/[a-z0-9-]{2,40}$"))
    expect(ada.page.get_by_text("You are the host", exact=True)).to_be_visible()


def test_a_name_a_code_and_a_link_all_lead_into_the_room(ada: Visitor, room: Room) -> None:
    spoken = f"{room.code[:4].lower()} {room.code[4:]}"
    for where in (room.name, room.code, spoken, f"{ada.base}/{room.name}", f"{ada.base}/j/{room.code}"):
        ada.visit("/")
        ada.page.get_by_label("Name, code or link").fill(where)
        ada.page.get_by_role("button", name="Join", exact=True).click()
        expect(ada.page).to_have_url(f"{ada.base}/{room.name}")


def test_a_name_that_nobody_has_is_said_on_the_home_page_and_kept_in_the_field(ada: Visitor) -> None:
    ada.visit("/")
    field = ada.page.get_by_label("Name, code or link")
    field.fill("no-such-room-here")
    field.press("Enter")
    expect(ada.page.locator("#error-where")).to_have_text(re.compile(r"\w"))
    expect(field).to_have_value("no-such-room-here")


def test_the_short_link_leads_into_the_room(grace: Visitor, room: Room) -> None:
    grace.visit(f"/j/{room.code.lower()}")
    expect(grace.page).to_have_url(f"{grace.base}/{room.name}")


def test_a_room_that_was_visited_is_listed_on_this_device(ada: Visitor, room: Room) -> None:
    ada.arrives(room.path).visit("/")
    expect(ada.page.get_by_role("link", name=re.compile("The Nile"))).to_have_attribute("href", f"/{room.name}")
    ada.page.get_by_role("button", name="Take The Nile off this list").click()
    expect(ada.page.get_by_role("heading", name="Your rooms")).to_be_hidden()
    ada.page.reload()
    expect(ada.page.get_by_label("Name of the room")).to_be_focused()
    expect(ada.page.get_by_role("heading", name="Your rooms")).to_be_hidden()


def test_a_room_with_a_password_shows_nothing_before_it_is_given(ada: Visitor, house: House) -> None:
    room = make_room(house.base, title="Staff", password="open sesame")
    speaker = room.call("POST", "/participants", {"nickname": "Edsger", "password": "open sesame"})["token"]
    message = {"id": "0b6b3c2e-6f4e-4bb5-9d6b-6d3f8f6b0a11", "text": "behind the door"}
    room.call("POST", "/messages?wait=20", message, speaker)
    ada.watch.answers.add(403)
    ada.visit(room.path)
    expect(ada.page.get_by_text("This room has a password.")).to_be_visible()
    assert "behind the door" not in ada.page.content()
    ada.page.get_by_label("Choose a nickname").fill("Ada")
    ada.page.get_by_label("Password of the room").fill("wrong")
    ada.page.get_by_role("button", name="Join").click()
    expect(ada.page.locator("#error-password")).to_be_visible()
    ada.page.get_by_label("Password of the room").fill("open sesame")
    ada.page.get_by_role("button", name="Join").click()
    ada.sees_delivered("behind the door")
