"""Who somebody is without an account, and what the host can do about him."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import httpx
import pytest

from tests.support.client import Guest, Json, Venue, browser, new_id, open_screen, problem
from tests.support.house import House

MakeRoom = Callable[..., Venue]


def join(venue: Venue, nickname: str, device: str | None = None, token: str | None = None, **more: str) -> Json:
    asked = {"nickname": nickname} | ({"device": device} if device else {}) | more
    answer = venue.call("POST", "/participants", token, json=asked)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def guest(venue: Venue, joined: Json) -> Guest:
    return Guest(venue, joined["participant"], joined["token"])


def to(venue: Venue, who: str, what: str, token: str | None = None, **body: Any) -> httpx.Response:
    answer = venue.call("POST", f"/participants/{who}/{what}", token or venue.host_token, json=body)
    assert answer.status_code == 202, answer.text
    return answer


def listed(venue: Venue, query: str = "") -> list[Json]:
    return list(venue.host("GET", f"/participants{query}").raise_for_status().json()["participants"])


# -- one device, one participant


def test_a_device_that_comes_back_is_who_it_was_under_its_new_nickname(venue: Venue) -> None:
    first = join(venue, "Ada")
    with venue.screen() as screen:
        again = join(venue, "Countess", first["device"])
        event = screen.until_type("event")
    assert (event["kind"], event["participant"]["nickname"]) == ("renamed", "Countess")
    assert again["device"] == first["device"]
    assert again["participant"] == first["participant"] | {"nickname": "Countess"}
    assert guest(venue, again).say("Hello")["participant_id"] == first["participant"]["id"]
    problem(guest(venue, first).post("With the old token"), 401)


def test_rooms_cannot_be_linked_by_who_is_in_them(a_room: MakeRoom) -> None:
    here, there = a_room(), a_room()
    ada = join(here, "Ada")
    assert join(there, "Ada", ada["device"])["participant"]["id"] != ada["participant"]["id"]


@pytest.mark.parametrize("word", ["guessed", "", "a.b", "x" * 5000, "dev\u20ac.sig"])
def test_a_device_that_is_none_of_ours_is_a_new_one(venue: Venue, word: str) -> None:
    ada = join(venue, "Ada")
    forged = f"{ada['device'].partition('.')[0]}.{word}"
    for device in (word or None, forged):
        eve = join(venue, "Eve", device)
        assert eve["participant"]["id"] != ada["participant"]["id"]
        assert eve["device"] not in (device, ada["device"])


def test_a_browser_keeps_its_device_where_no_script_reads_it_and_is_known_again(house: House, venue: Venue) -> None:
    with browser(house.base) as http:
        page = http.get(f"/{venue.name}").text
        csrf = page.partition('name="csrf_token" value="')[2].partition('"')[0]
        headers = {"X-CSRF-Token": csrf}
        answer = http.post(f"{venue.api}/participants", json={"nickname": "Ada"}, headers=headers)
        cookie = next(c for c in answer.headers.get_list("Set-Cookie") if c.startswith("device="))
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert "Path=/" in cookie
        del http.cookies[f"me_{venue.name}"]
        form = {"csrf_token": csrf, "nickname": "Countess"}
        assert http.post(f"/{venue.name}/join", data=form).status_code == 303
    (only,) = listed(venue)
    assert (only["id"], only["nickname"]) == (answer.json()["participant"]["id"], "Countess")


# -- nicknames


@pytest.mark.parametrize("alike", ["Grace", "GRACE", "Grаce", "Ｇrace", "Gr\u200bace", " Grace ", "Gra\u0336ce"])
def test_nobody_takes_the_nickname_of_somebody_who_is_here(venue: Venue, alike: str) -> None:
    eve = venue.join("Eve")
    with venue.join("Grace").screen() as screen:
        screen.until_type("presence")
        assert problem(venue.call("POST", "/participants", json={"nickname": alike}), 409)["code"] == "nickname_taken"
        problem(eve.call("PATCH", "/participants/me", json={"nickname": alike}), 409)
        venue.join("Gracia")


def test_a_nickname_is_free_again_when_whoever_had_it_has_left(venue: Venue) -> None:
    grace = venue.join("Grace")
    with venue.screen() as looking:
        with grace.screen():
            looking.until(lambda frame: frame == {"type": "presence", "present": 1})
        looking.until(lambda frame: frame == {"type": "presence", "present": 0})
    venue.join("Grace")


def test_the_host_has_a_badge_and_his_nickname_to_himself_even_when_he_is_away(venue: Venue) -> None:
    host = join(venue, "Mr Smith", token=venue.host_token)
    assert host["participant"]["role"] == "host"
    assert guest(venue, host).say("Silence, please")["role"] == "host"
    assert venue.call("GET", "/messages").json()["messages"][0]["role"] == "host"
    for alike in ("mr smith", "Mr Smíth", "Мr Smith"):
        problem(venue.call("POST", "/participants", json={"nickname": alike}), 409)
    assert "role" not in venue.join("Ada").say("I am the host")


def test_nobody_gives_himself_a_badge(venue: Venue, a_room: MakeRoom) -> None:
    for token in (venue.join("Ada").token, a_room().host_token, "guessed"):
        assert "role" not in join(venue, f"Eve {token[:4]}", token=token)["participant"]
    problem(venue.call("POST", "/participants", json={"nickname": "Eve", "role": "host"}), 422)


# -- muted and banned


def test_a_muted_participant_reads_and_is_heard_nowhere_until_he_may_again(venue: Venue) -> None:
    ada = join(venue, "Ada")
    said = guest(venue, ada).say("Before")
    with guest(venue, ada).screen() as screen:
        to(venue, ada["participant"]["id"], "mute", minutes=5)
        screen.until_type("muted")
        screen.say("By socket")
        error = screen.until_type("error")
        assert (error["code"], 0 < error["retry_after"] <= 300) == ("muted", True)
        for frame in ({"type": "rename", "nickname": "Eve"}, {"type": "vote", "id": said["id"]}):
            screen.send(frame)
            assert screen.until_type("error")["code"] == "muted"
    again = guest(venue, join(venue, "Countess", ada["device"]))
    answer = again.post("By HTTP, under another nickname")
    assert problem(answer, 403)["code"] == "muted"
    assert 0 < int(answer.headers["Retry-After"]) <= 300
    problem(again.call("POST", f"/messages/{said['id']}/vote"), 403)
    problem(again.call("PATCH", "/participants/me", json={"nickname": "Eve"}), 403)
    assert again.call("GET", "/events").status_code == 200
    to(venue, ada["participant"]["id"], "unmute")
    again.say("After")
    assert venue.texts() == ["Before", "After"]


def test_a_banned_device_is_put_out_at_once_and_does_not_come_back(venue: Venue) -> None:
    eve = join(venue, "Eve")
    with guest(venue, eve).screen() as one, guest(venue, eve).screen() as two, venue.join("Ada").screen() as ada:
        to(venue, eve["participant"]["id"], "ban")
        assert one.closing() == two.closing() == 1008
        ada.say("Still here")
        ada.until_text("Still here")
    for call in (
        guest(venue, eve).post("Again"),
        guest(venue, eve).call("GET", "/events"),
        venue.call("POST", "/participants", json={"nickname": "Mallory", "device": eve["device"]}),
    ):
        assert problem(call, 403)["code"] == "banned"
    with open_screen(venue.base, venue.name, eve["token"]) as screen:
        assert screen.closing() == 1008
        assert screen.frames[-1]["code"] == "banned"
    to(venue, eve["participant"]["id"], "unban")
    guest(venue, join(venue, "Eve", eve["device"])).say("I am sorry")


def test_with_a_ban_all_that_he_said_leaves_every_screen(venue: Venue) -> None:
    ada, eve = venue.join("Ada"), venue.join("Eve")
    ada.say("Mine stays")
    bad = [eve.say(f"Spam {number}")["id"] for number in range(3)]
    with venue.screen(after=4) as screen:
        to(venue, eve.id, "ban", remove_messages=True)
        assert {screen.until_type("event")["id"] for _ in bad} == set(bad)
    assert [each["text"] for each in venue.call("GET", "/messages").json()["messages"]] == ["Mine stays"]
    assert "Spam" not in str(venue.events())
    assert [each["action"] for each in venue.host("GET", "/ledger").json()["actions"]].count("remove") == 3


def test_the_page_of_a_banned_device_says_so_and_its_form_is_refused(house: House, venue: Venue) -> None:
    with browser(house.base) as http:
        csrf = http.get(f"/{venue.name}").text.partition('name="csrf_token" value="')[2].partition('"')[0]
        http.post(f"/{venue.name}/join", data={"csrf_token": csrf, "nickname": "Eve"})
        (eve,) = listed(venue)
        to(venue, eve["id"], "ban")
        page = http.get(f"/{venue.name}")
        assert (page.status_code, "banned you from this room" in page.text) == (200, True)
        said = {"csrf_token": csrf, "id": new_id(), "text": "By form"}
        assert http.post(f"/{venue.name}/messages", data=said).status_code == 403
        answer = http.post(f"/{venue.name}/join", data={"csrf_token": csrf, "nickname": "Mallory"})
        assert (answer.status_code, "banned you from this room" in answer.text) == (403, True)
    assert venue.texts() == []


# -- the list


def test_the_list_finds_people_by_what_their_nicknames_look_like(venue: Venue) -> None:
    people = {name: venue.join(name) for name in ("Ada", "Grace", "Аdam", "100%")}
    with people["Ada"].screen() as screen:
        screen.until_type("presence")
        found = listed(venue, "?q=ada")
        assert [(each["nickname"], each["present"]) for each in found] == [("Аdam", False), ("Ada", True)]
    assert [each["nickname"] for each in listed(venue, "?q=%25")] == ["100%"]
    assert {"id", "nickname", "glyph", "joined_at", "present"} == set(found[0])


def test_the_list_may_be_of_those_who_are_muted_or_banned_or_of_those_who_wait(a_room: MakeRoom) -> None:
    venue = a_room(door="knock")
    ada, grace, eve, mallory = (join(venue, name)["participant"]["id"] for name in ("Ada", "Grace", "Eve", "Mallory"))
    for who in (ada, grace):
        to(venue, who, "admit")
    to(venue, grace, "mute", minutes=5)
    to(venue, mallory, "ban")
    assert [each["id"] for each in listed(venue, "?only=waiting")] == [eve]
    assert [each["id"] for each in listed(venue, "?only=limited")] == [mallory, grace]
    assert [each["id"] for each in listed(venue, "?only=limited&q=grac")] == [grace]
    problem(venue.host("GET", "/participants?only=rude"), 422)
    venue.host("PATCH", json={"door": "open"}).raise_for_status()
    assert listed(venue, "?only=waiting") == []


def test_the_list_comes_page_by_page_the_newest_first(venue: Venue) -> None:
    names = [f"Pupil {number}" for number in range(5)]
    for name in names:
        venue.join(name)
    first = venue.host("GET", "/participants?limit=3").json()
    rest = venue.host("GET", f"/participants?limit=3&after={first['participants'][-1]['id']}").json()
    assert [each["nickname"] for each in first["participants"] + rest["participants"]] == names[::-1]
    assert (first["has_more"], rest["has_more"]) == (True, False)


def test_one_participant_is_seen_with_all_that_he_said_whatever_became_of_it(venue: Venue) -> None:
    eve = venue.join("Eve")
    shown, removed = eve.say("Shown")["id"], eve.say("Removed")["id"]
    with venue.screen(after=2) as screen:
        venue.host("DELETE", f"/messages/{removed}")
        screen.until_type("event")
    venue.host("PATCH", json={"moderation": "before"})
    eve.post("Held", wait=25)
    to(venue, eve.id, "mute")
    person = venue.host("GET", f"/participants/{eve.id}").json()
    told = [(each["text"], each["state"]) for each in person["messages"]]
    assert told == [("Held", "held"), ("", "removed"), ("Shown", "shown")]
    assert person["messages"][2]["id"] == shown
    assert person["participant"]["muted_until"] >= "9999"
    problem(venue.host("GET", f"/participants/{new_id()}"), 404)
    problem(venue.host("POST", f"/participants/{new_id()}/ban"), 404)


# -- helpers


def helper(venue: Venue, **asked: Any) -> Json:
    answer = venue.host("POST", "/helpers", json=asked)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_a_helper_moderates_until_his_link_is_taken_back(venue: Venue) -> None:
    made, eve = helper(venue, label="  Grace  "), venue.join("Eve")
    assert made["helper"]["label"] == "Grace"
    assert made["token"] not in venue.host("GET", "/helpers").text
    grace = join(venue, "Grace", token=made["token"])
    assert grace["participant"]["role"] == "helper"
    assert guest(venue, grace).say("Be kind")["role"] == "helper"
    to(venue, eve.id, "mute", made["token"])
    assert venue.host("GET", "/ledger").json()["actions"][0]["by"] == made["helper"]["id"]
    with venue.screen(made["token"]) as desk:
        assert venue.host("DELETE", f"/helpers/{made['helper']['id']}").status_code == 202
        assert desk.closing() == 1012
    problem(venue.call("POST", f"/participants/{eve.id}/ban", made["token"]), 401)
    assert venue.host("GET", "/helpers").json() == {"helpers": []}
    assert "role" not in guest(venue, grace).say("Only a guest now")
    problem(venue.host("DELETE", f"/helpers/{made['helper']['id']}"), 404)


def test_a_helper_can_do_nothing_to_the_host(venue: Venue) -> None:
    host, made = join(venue, "Mr Smith", token=venue.host_token), helper(venue)
    problem(venue.call("POST", f"/participants/{host['participant']['id']}/ban", made["token"]), 401)


def test_a_helpers_link_opens_the_desk_and_makes_no_host(house: House, venue: Venue) -> None:
    made = helper(venue, ttl=600)
    with browser(house.base) as http:
        assert http.get(made["url"]).status_code == 303
        assert http.get(f"/{venue.name}/host").status_code == 200
        csrf = http.get(f"/{venue.name}").text.partition('"csrf": "')[2].partition('"')[0]
        assert http.delete(venue.api, headers={"X-CSRF-Token": csrf}).status_code in (401, 403)
        http.get(venue.host_url)
        http.get(made["url"])
        assert http.cookies[f"host_{venue.name}"] == venue.host_token, "the host stays the host"


def test_a_room_that_is_handed_over_has_one_host(venue: Venue) -> None:
    host = join(venue, "Mr Smith", token=venue.host_token)
    with venue.screen(venue.host_token) as desk:
        new = venue.host("POST", "/host").json()
        assert desk.closing() == 1012
    problem(venue.host("PATCH", json={"title": "Mine"}), 401)
    assert venue.call("PATCH", token=new["host_token"], json={"title": "Ours"}).status_code == 200
    assert venue.http.get(venue.host_url).status_code == 401
    assert "role" not in guest(venue, host).say("No longer the host")


def test_a_browser_that_hands_a_room_over_goes_on_as_its_host_and_a_program_gets_no_cookie(
    house: House, venue: Venue
) -> None:
    with browser(house.base) as http:
        http.get(venue.host_url)
        csrf = http.get(f"/{venue.name}").text.partition('"csrf": "')[2].partition('"')[0]
        new = http.post(f"{venue.api}/host", headers={"X-CSRF-Token": csrf}).json()
        assert http.cookies[f"host_{venue.name}"] == new["host_token"] != venue.host_token
        assert http.get(f"/{venue.name}/host").status_code == 200
    by_token = venue.call("POST", "/host", new["host_token"])
    assert by_token.status_code == 200
    assert "Set-Cookie" not in by_token.headers


# -- doors


def test_where_guests_only_read_the_moderators_write(a_room: MakeRoom) -> None:
    venue = a_room(guests="read")
    ada = venue.join("Ada")
    assert problem(ada.post("May I?"), 403)["code"] == "read_only"
    guest(venue, join(venue, "Mr Smith", token=venue.host_token)).say("Listen")
    assert ada.call("GET", "/messages").json()["messages"][0]["text"] == "Listen"
    venue.host("PATCH", json={"guests": "write"})
    ada.say("Now I may")


def test_whoever_knocks_neither_reads_nor_writes_until_he_is_let_in(a_room: MakeRoom) -> None:
    venue = a_room(door="knock")
    guest(venue, join(venue, "Mr Smith", token=venue.host_token)).say("Among us")
    problem(venue.call("GET", "/events"), 401)
    with venue.screen(venue.host_token) as desk:
        ada = guest(venue, join(venue, "Ada"))
        assert desk.until_type("knock")["participant"]["id"] == ada.id
    assert ada.participant["waiting"] is True
    assert problem(ada.post("Hello?"), 403)["code"] == "not_admitted"
    assert problem(ada.call("GET", "/events"), 403)["code"] == "not_admitted"
    assert [each["nickname"] for each in listed(venue) if each.get("waiting")] == ["Ada"]
    with ada.screen() as screen:
        assert screen.hello["you"]["waiting"] is True
        screen.say("Through the door")
        assert screen.until_type("error")["code"] == "not_admitted"
        guest(venue, join(venue, "Mrs Jones", token=venue.host_token)).say("Who is there?")
        to(venue, ada.id, "admit")
        screen.until_type("admitted")
        screen.until_text("Among us")
        screen.until_text("Who is there?")
        assert screen.types().index("admitted") < screen.types().index("event"), "nothing was heard before"
    ada.say("It is me")


def test_a_long_poll_waits_before_the_door_and_whoever_is_turned_away_is_told(a_room: MakeRoom) -> None:
    venue = a_room(door="knock")
    ada, eve = guest(venue, join(venue, "Ada")), guest(venue, join(venue, "Eve"))
    guest(venue, join(venue, "Mr Smith", token=venue.host_token)).say("Among us")
    problem(ada.call("GET", "/events?wait=1"), 403)
    with eve.screen() as screen:
        to(venue, eve.id, "turn-away")
        assert screen.closing() == 1008
    problem(eve.call("GET", "/events"), 401)
    to(venue, ada.id, "admit")
    assert [each["message"]["text"] for each in ada.call("GET", "/events").json()["events"]] == ["Among us"]


def test_whoever_was_let_in_by_mistake_stands_before_the_door_again(a_room: MakeRoom) -> None:
    venue = a_room(door="knock")
    ada = guest(venue, join(venue, "Ada"))
    to(venue, ada.id, "admit")
    with ada.screen() as screen:
        to(venue, ada.id, "unadmit")
        assert screen.until_type("shut")["reason"] == "not_admitted"
        assert screen.closing() == 1008
    assert problem(ada.post("Still here?"), 403)["code"] == "not_admitted"
    assert [each["id"] for each in listed(venue, "?only=waiting")] == [ada.id]
    to(venue, ada.id, "admit")
    ada.say("In again")


def test_who_need_not_knock_is_not_put_before_a_door(venue: Venue) -> None:
    ada = venue.join("Ada")
    with ada.screen() as screen:
        to(venue, ada.id, "unadmit")
        screen.say("I am still here")
        screen.until_text("I am still here")


def test_an_open_door_lets_everybody_in_who_waits(a_room: MakeRoom) -> None:
    venue = a_room(door="knock")
    ada = guest(venue, join(venue, "Ada"))
    with ada.screen() as screen:
        venue.host("PATCH", json={"door": "open"})
        screen.until_type("admitted")
    ada.say("Here I am")


def test_a_new_password_puts_everybody_out_until_he_enters_it(a_room: MakeRoom) -> None:
    venue = a_room(password="open sesame")
    ada = guest(venue, join(venue, "Ada", password="open sesame"))
    ada.say("Before")
    with ada.screen() as screen, venue.screen(venue.host_token) as desk:
        venue.host("PATCH", json={"password": "open poppy"})
        assert screen.closing() == 1008
        assert screen.socket.close_reason == "password"
        desk.until_type("event")
    for answer in (ada.post("After"), ada.call("GET", "/events")):
        assert problem(answer, 401)["code"] == "password_needed"
    problem(ada.call("POST", "/password", json={"password": "open sesame"}), 403)
    assert ada.call("POST", "/password", json={"password": "open poppy"}).json()["participant"]["id"] == ada.id
    ada.say("After")


def test_whoever_guesses_waits_longer_each_time_and_whoever_knows_is_let_in(a_room: MakeRoom) -> None:
    venue = a_room(password="open sesame")
    eve = join(venue, "Eve", password="open sesame")["device"]
    wrong = {"nickname": "Eve", "password": "guess", "device": eve}
    tries = [venue.call("POST", "/participants", json=wrong) for _ in range(7)]
    assert [each.status_code for each in tries[:5]] == [403] * 5
    assert tries[5].status_code == 429
    assert int(tries[5].headers["Retry-After"]) >= 1
    right = wrong | {"password": "open sesame"}
    assert venue.call("POST", "/participants", json=right).status_code == 429, "not even the right one, for now"
    join(venue, "Ada", password="open sesame")


def test_whatever_is_done_about_people_is_written_down_once_with_who_did_it(a_room: MakeRoom) -> None:
    venue = a_room(door="knock")
    ada, eve = guest(venue, join(venue, "Ada")), guest(venue, join(venue, "Eve"))
    helper = venue.host("POST", "/helpers").json()
    for what in ("admit", "unadmit", "admit", "mute", "unmute", "ban", "unban"):
        for _ in range(1 if what == "mute" else 2):  # what is so already is not done again; a mute begins anew
            done = venue.call("POST", f"/participants/{ada.id}/{what}", helper["token"], json={})
            assert done.status_code == 202, done.text
    to(venue, eve.id, "turn-away")
    venue.host("DELETE", f"/helpers/{helper['helper']['id']}")
    token = venue.host("POST", "/host").json()["host_token"]
    told = venue.call("GET", "/ledger", token).json()["actions"]
    let_in = [("admit", ada.id), ("unadmit", ada.id), ("admit", ada.id)]
    by_helper = [*let_in, ("mute", ada.id), ("unmute", ada.id), ("ban", ada.id), ("unban", ada.id)]
    assert [(each["action"], each.get("about", "")) for each in reversed(told)] == [
        ("helper", helper["helper"]["id"]),
        *by_helper,
        ("turn_away", eve.id),
        ("revoke", helper["helper"]["id"]),
        ("hand_over", ""),
    ]
    assert {each["by"] for each in told if (each["action"], each.get("about", "")) in by_helper} == {
        helper["helper"]["id"]
    }
    about = venue.call("GET", f"/ledger?about={ada.id}&limit=2", token).json()
    assert [(each["action"], each["nickname"]) for each in about["actions"]] == [("unban", "Ada"), ("ban", "Ada")]
    assert about["has_more"]
    assert "nickname" not in next(each for each in told if each["action"] == "turn_away"), "he is forgotten"


def test_a_link_that_is_a_secret_comes_with_its_qr_code(venue: Venue) -> None:
    helper = venue.host("POST", "/helpers").json()
    host = venue.host("POST", "/host").json()
    for made in (helper["qr"], host["qr"]):
        assert made.startswith("data:image/svg+xml")
    assert helper["qr"] != host["qr"]
