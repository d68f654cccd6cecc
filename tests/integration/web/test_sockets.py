"""Sockets: hello, live events, resuming, what is refused and how a socket is closed."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from urllib.parse import urlsplit

import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory

from tests.support.client import Screen, Venue, new_id, open_screen, seqs, texts
from tests.support.house import House

MakeRoom = Callable[..., Venue]
AN_ID = "c7efcebc-d34d-44d5-84a6-41cf55c8ad26"
LISTED = "what a load of shit"


def error(screen: Screen) -> dict[str, object]:
    told = screen.until_type("error")
    assert told["detail"]
    return told


# -- hello


def test_the_first_word_is_hello(venue: Venue) -> None:
    ada = venue.join()
    ada.say("Before")
    with ada.screen() as screen:
        hello = screen.hello
        assert set(hello) == {"type", "room", "you", "last_seq", "epoch"}
        assert hello["you"] == ada.participant
        assert hello["last_seq"] == 1
        assert hello["room"]["name"] == venue.name
        assert isinstance(hello["epoch"], str)
        assert venue.host_token not in str(hello)


def test_whoever_only_looks_on_is_nobody(venue: Venue) -> None:
    with venue.screen() as screen:
        assert screen.hello["you"] is None


def test_a_token_may_stand_in_the_address(venue: Venue) -> None:
    ada = venue.join()
    with venue.screen(query=f"token={ada.token}") as screen:
        assert screen.hello["you"] == ada.participant
        screen.say("Hello!")
        screen.until_text("Hello!")


def test_the_host_may_look_on(a_room: MakeRoom) -> None:
    room = a_room(password="open sesame")
    with room.screen(room.host_token) as screen:
        assert screen.hello["you"] is None


# -- saying


def test_what_is_said_is_accepted_and_on_every_screen(venue: Venue) -> None:
    ada, grace = venue.join("Ada"), venue.join("Grace")
    with ada.screen() as hers, grace.screen() as theirs, venue.screen() as wall:
        message_id = hers.say("Hello!")
        assert hers.until_type("accepted") == {"type": "accepted", "id": message_id}
        shown = hers.until_type("event")
        assert shown["message"] == {
            "id": message_id,
            "text": "Hello!",
            "nickname": "Ada",
            "glyph": ada.participant["glyph"],
            "participant_id": ada.id,
            "source": None,
        }
        assert theirs.until_type("event") == shown
        assert wall.until_type("event") == shown
        assert "accepted" not in theirs.types() + wall.types()


def test_the_same_id_again_is_accepted_again_and_shown_once(venue: Venue) -> None:
    ada = venue.join()
    with ada.screen() as screen:
        message_id = screen.say("Hello!")
        screen.until_text("Hello!")
        screen.say("Hello!", message_id)
        assert screen.until_type("accepted")["id"] == message_id
        screen.say("The last word")
        screen.until_text("The last word")
        assert screen.seqs() == [1, 2]


def test_the_same_id_with_another_text_is_rejected(venue: Venue) -> None:
    ada = venue.join()
    with ada.screen() as screen:
        message_id = screen.say("Hello!")
        screen.until_type("accepted")
        screen.say("Good-bye!", message_id)
        rejected = screen.until_type("rejected")
        assert rejected["id"] == message_id
        assert rejected["reason"]


def test_what_is_held_is_told_to_the_author_alone_on_all_his_screens(venue: Venue) -> None:
    ada, grace = venue.join("Ada"), venue.join("Grace")
    with ada.screen() as one, ada.screen() as other, grace.screen() as theirs:
        message_id = one.say(LISTED)
        for mine in (one, other):
            held = mine.until_type("held")
            assert held["id"] == message_id
            assert held["reason"]
        grace.say("What is it?")
        theirs.until_text("What is it?")
        assert theirs.types() == ["hello", "event"]
        assert theirs.seqs() == [1]


def test_what_is_rejected_is_told_to_the_author_alone(a_room: MakeRoom) -> None:
    room = a_room(moderation="before")
    ada, grace = room.join("Ada"), room.join("Grace")
    with ada.screen() as hers, grace.screen() as theirs:
        message_id = hers.say("May I?")
        hers.until_type("held")
        room.host("POST", f"/messages/{message_id}/reject")
        assert hers.until_type("rejected")["id"] == message_id
        room.host("PATCH", json={"title": "Go on"})
        theirs.until_type("event")
        assert theirs.types() == ["hello", "event"]
        hers.say("May I?", message_id)
        assert hers.until_type("rejected")["id"] == message_id


def test_a_rename_is_an_event_for_everyone(venue: Venue) -> None:
    ada = venue.join("Ada")
    with ada.screen() as hers, venue.screen() as wall:
        hers.send({"type": "rename", "nickname": "Countess"})
        event = wall.until_type("event")
        assert (event["kind"], event["participant"]) == ("renamed", ada.participant | {"nickname": "Countess"})
        hers.until_type("event")
        hers.say("It is me")
        assert hers.until_text("It is me")["message"]["nickname"] == "Countess"


def test_many_messages_in_a_burst_keep_their_order(venue: Venue) -> None:
    ada = venue.join()
    with ada.screen() as screen:
        for number in range(100):
            screen.say(f"Number {number}")
        screen.until_text("Number 99")
        assert screen.seqs() == list(range(1, 101))
        assert texts(screen.events()) == [f"Number {n}" for n in range(100)]


# -- presence


def test_presence_is_told_at_most_once_in_two_seconds(venue: Venue) -> None:
    told: list[tuple[float, int]] = []

    def tells(present: int) -> None:
        while not told or told[-1][1] != present:
            frame = wall.until_type("presence")
            told.append((time.monotonic(), frame["present"]))

    opened = time.monotonic()
    with venue.screen() as wall:
        with venue.join("Ada").screen(), venue.join("Grace").screen(), venue.join("Alan").screen():
            tells(3)
        tells(0)
    assert len(told) >= 3
    # A busy machine delivers late, never early: of each the time since the beginning says how many there may be.
    assert all(moment - opened > 1.9 * before for before, (moment, _) in enumerate(told)), told


# -- resuming


def test_whoever_comes_back_is_told_what_he_missed_and_nothing_twice(venue: Venue) -> None:
    ada = venue.join()
    with ada.screen() as screen:
        for number in range(1, 11):
            screen.say(f"Number {number}")
        screen.until_text("Number 10")
    for after in (0, 3, 9):
        with venue.screen(after=after) as screen:
            ada.say(f"After {after}")
            screen.until_text(f"After {after}")
            last = screen.events()[-1]["seq"]
            assert screen.seqs() == list(range(after + 1, last + 1))


def test_whoever_has_all_is_told_only_what_is_new(venue: Venue) -> None:
    ada = venue.join()
    ada.say("One")
    with venue.screen(after=1) as screen:
        ada.say("Two")
        screen.until_text("Two")
        assert screen.seqs() == [2]
        assert "reset" not in screen.types()


def test_coming_in_while_others_speak_misses_nothing(venue: Venue) -> None:
    ada = venue.join()
    with ada.screen() as hers:
        for number in range(60):
            hers.say(f"Number {number}")
            if number % 10 == 5:
                with venue.screen(after=0) as wall:
                    hers.say(f"Fence {number}")
                    wall.until_text(f"Fence {number}")
                    assert wall.seqs() == list(range(1, len(wall.seqs()) + 1))


def test_whoever_has_more_than_there_is_begins_anew(venue: Venue) -> None:
    ada = venue.join()
    ada.say("One")
    ada.say("Two")
    with venue.screen(after=3) as screen:
        screen.until_text("Two")
        assert screen.types() == ["hello", "reset", "event", "event"]
        assert screen.seqs() == [1, 2]


def test_without_a_place_to_begin_everything_comes(venue: Venue) -> None:
    venue.join().say("One")
    with venue.screen(after=None) as screen:
        assert screen.until_type("event")["seq"] == 1


def test_several_events_may_come_in_one_frame(venue: Venue) -> None:
    ada = venue.join()
    for text in ("One", "Two", "Three"):
        ada.say(text)
    with open_screen(venue.base, venue.name) as screen:
        frames = [json.loads(screen.socket.recv(timeout=10)) for _ in range(2)]
    assert frames[0]["type"] == "hello"
    assert seqs(frames[1]) == [1, 2, 3]


# -- refused

BAD_FRAMES = [
    "{", "nonsense", "", '"text"', "5", "null", "[]", '[{"type":"say"}]', "{}", '{"type":5}', '{"type":"dance"}',
    '{"type":"say"}', '{"type":"say","id":5,"text":"x"}', '{"type":"say","id":"x","text":"x"}',
    json.dumps({"type": "say", "id": AN_ID, "text": 5}), json.dumps({"type": "say", "id": AN_ID, "text": None}),
    json.dumps({"type": "say", "id": AN_ID}), '{"type":"rename"}', '{"type":"rename","nickname":5}',
    '{"type":"rename","nickname":""}', '{"type":"rename","nickname":"\\ud800"}', '{"type":{"a":1}}',
    '{"type":"say","id":"\\ud800","text":"x"}', '{"n":' + "1" * 5000 + "}",
    "[" * 8000, '{"a":' * 2500 + "1" + "}" * 2500,
    b"binary", json.dumps({"type": "say", "id": AN_ID, "text": "binary"}).encode(),
]  # fmt: skip


@pytest.mark.parametrize("frame", BAD_FRAMES, ids=lambda frame: repr(frame)[:40])
def test_a_frame_that_is_not_understood_is_told_and_does_no_harm(venue: Venue, frame: str | bytes) -> None:
    ada = venue.join()
    with ada.screen() as screen:
        screen.send(frame)
        assert error(screen)["code"] == "bad_json"
        screen.say("Still here")
        screen.until_text("Still here")


def test_half_a_character_in_a_text_does_no_harm(venue: Venue) -> None:
    ada = venue.join()
    with ada.screen() as screen:
        screen.send(f'{{"type":"say","id":"{new_id()}","text":"half \\ud83d of it"}}')
        assert screen.until(lambda frame: frame["type"] in ("accepted", "error"))
        screen.say("Still here")
        screen.until_text("Still here")


def test_text_that_is_no_utf_8_closes_the_socket(venue: Venue) -> None:
    with venue.screen() as screen:
        screen.socket.send(b"\xff\xfe", text=True)
        assert screen.closing() == 1007


@pytest.mark.parametrize(("text", "code"), [("", "empty"), (" \n\u200b", "empty"), ("x" * 141, "too_long")])
def test_a_text_that_cannot_be_posted_is_told_with_its_id(venue: Venue, text: str, code: str) -> None:
    with venue.join().screen() as screen:
        message_id = screen.say(text)
        told = error(screen)
        assert (told["code"], told["id"]) == (code, message_id)


def test_too_fast_says_when_to_come_back(a_room: MakeRoom) -> None:
    room = a_room(slow_mode=600)
    with room.join().screen() as screen:
        screen.say("One")
        second = screen.say("Two")
        told = error(screen)
        assert (told["code"], told["id"]) == ("too_fast", second)
        assert 590 <= float(str(told["retry_after"])) <= 600


@pytest.mark.parametrize("state", ["paused", "closed"])
def test_a_room_that_is_not_open_is_not_posted_to(venue: Venue, state: str) -> None:
    with venue.join().screen() as screen:
        venue.host("PATCH", json={"state": state})
        assert screen.until_type("event")["room"]["state"] == state
        message_id = screen.say("Hello?")
        told = error(screen)
        assert (told["code"], told["id"]) == (state, message_id)
        venue.host("PATCH", json={"title": "Read on"})
        assert screen.until_type("event")["room"]["title"] == "Read on"


@pytest.mark.parametrize("frame", [{"type": "say", "text": "Hello?"}, {"type": "rename", "nickname": "Eve"}])
def test_whoever_only_looks_on_may_not_speak(venue: Venue, frame: dict[str, str]) -> None:
    with venue.screen() as screen:
        screen.send(frame | {"id": new_id()})
        assert error(screen)["code"] == "unauthorized"
        venue.join().say("Somebody who may")
        screen.until_text("Somebody who may")


def test_the_host_needs_a_nickname_to_speak(venue: Venue) -> None:
    with venue.screen(venue.host_token) as screen:
        screen.say("Hello?")
        assert error(screen)["code"] == "unauthorized"


@pytest.mark.parametrize("how", ["header", "query"])
def test_a_wrong_token_is_refused_and_told_nothing(venue: Venue, how: str) -> None:
    venue.join().say("Not for you")
    token, query = ("guessed", "") if how == "header" else (None, "token=guessed")
    with open_screen(venue.base, venue.name, token, query=query) as screen:
        assert screen.closing() == 1008
        assert [frame["type"] for frame in screen.frames] == ["error"]
        assert screen.frames[0]["code"] == "unauthorized"


def test_a_password_stands_before_the_socket(a_room: MakeRoom) -> None:
    room = a_room(password="open sesame", title="Nobody may know")
    with open_screen(room.base, room.name) as screen:
        assert screen.closing() == 1008
        assert "Nobody may know" not in str(screen.frames)
    with room.join(password="open sesame").screen() as screen:
        screen.say("Inside")
        screen.until_text("Inside")


def test_a_place_to_begin_has_to_be_a_number(venue: Venue) -> None:
    with open_screen(venue.base, venue.name, after=None, query="after=x") as screen:
        assert screen.closing() == 1008
        assert [frame["type"] for frame in screen.frames] == ["error"]


# -- closing


def test_a_room_that_is_not_there_closes_the_socket(house: House) -> None:
    with open_screen(house.base, "nobody-made-this") as screen:
        assert screen.closing() == 4404
        assert screen.frames == []


def test_a_room_that_is_over_closes_the_socket(venue: Venue) -> None:
    with venue.join().screen() as screen:
        venue.host("DELETE")
        assert screen.closing(30) == 4410
        assert [event["room"]["state"] for event in screen.events()] == ["closed"]
    with open_screen(venue.base, venue.name) as screen:
        assert screen.closing() == 4410


@pytest.mark.parametrize("pieces", [1, 4])
def test_a_message_that_is_too_large_closes_the_socket(venue: Venue, pieces: int) -> None:
    ada = venue.join()
    with ada.screen() as screen, ada.screen() as other:
        text = json.dumps({"type": "say", "id": new_id(), "text": "x" * 16_400})
        step = len(text) // pieces + 1
        screen.socket.send([text[start : start + step] for start in range(0, len(text), step)])
        assert screen.closing() == 1009
        other.say("Still here")
        other.until_text("Still here")


def test_a_message_of_the_largest_size_is_read(venue: Venue) -> None:
    with venue.join().screen() as screen:
        head = json.dumps({"type": "say", "id": new_id(), "text": ""})
        screen.send(head[:-2] + "x" * (16_384 - len(head)) + '"}')
        assert error(screen)["code"] == "too_long"


def test_whoever_says_goodbye_is_answered(venue: Venue) -> None:
    with venue.screen() as screen:
        screen.socket.close(1000)
        with pytest.raises(ConnectionClosed) as closed:
            screen.socket.recv()
        assert closed.value.rcvd is not None
        assert closed.value.rcvd.code == 1000


def test_nothing_is_compressed(venue: Venue) -> None:
    offered = [ClientPerMessageDeflateFactory()]
    with open_screen(venue.base, venue.name, extensions=offered, compression=None) as screen:
        assert "Sec-WebSocket-Extensions" not in screen.socket.response.headers
        assert screen.next()["type"] == "hello"


def test_a_socket_address_without_a_socket_is_refused(venue: Venue) -> None:
    answer = venue.http.get(f"/ws/rooms/{venue.name}")
    assert 400 <= answer.status_code < 500
    with pytest.raises(InvalidStatus), open_screen(venue.base, venue.name + "/more"):
        pass


# -- origins


def foreign(house: House) -> list[str]:
    host, port = urlsplit(house.base).netloc.split(":")
    return [
        "null", "https://evil.example", f"http://{host}.evil.example:{port}", f"http://evil.example:{port}",
        f"http://evil{host}:{port}", f"http://{host}:{int(port) + 1}", f"http://{host}", f"http://{host}:{port}.evil.example",
        f"http://{host}:{port}@evil.example", f"http://localhost:{port}", "file://", f"ftp://{host}:{port}", "", "*",
        f"http://[{host}]:{port}", "http://",
    ]  # fmt: skip


@pytest.mark.parametrize("number", range(16))
def test_another_sites_page_is_told_nothing(venue: Venue, house: House, number: int) -> None:
    ada, origin = venue.join(), foreign(house)[number]
    ada.say("Not for them")
    with open_screen(venue.base, venue.name, ada.token, headers={"Origin": origin}) as screen:
        assert screen.closing() == 1008, origin
        assert "Not for them" not in str(screen.frames)
        assert venue.room["title"] not in str(screen.frames)
        assert [frame["type"] for frame in screen.frames] in ([], ["error"])


def test_another_sites_page_does_not_even_learn_whether_there_is_a_room(venue: Venue) -> None:
    told = []
    for name in (venue.name, "nobody-made-this"):
        with open_screen(venue.base, name, headers={"Origin": "https://evil.example"}) as screen:
            told.append((screen.closing(), screen.frames))
    assert told[0] == told[1]


def test_our_own_page_may_come_in(venue: Venue, house: House) -> None:
    with venue.join().screen(headers={"Origin": house.base}) as screen:
        screen.say("From our own page")
        screen.until_text("From our own page")
