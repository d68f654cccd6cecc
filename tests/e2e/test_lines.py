"""Where the network lets no WebSocket through the room is heard by Server-Sent Events, and else by long poll."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.e2e.rooms import Room
from tests.e2e.visitor import Visitor, expect
from tests.support.cable import Cable

BROKEN_SOCKETS = "window.WebSocket = class { constructor() { throw new Error('not here'); } };"
NO_SOCKETS = "delete window.WebSocket;"
NO_STREAMS = "delete window.EventSource;"


def talks(visitor: Visitor, room: Room) -> None:
    """Hears and is heard, without a socket."""
    edsger = room.join("Edsger")
    edsger.say("before you came")
    visitor.arrives(room.path).joins("Grace")
    edsger.say("do you hear me?")
    visitor.sees_delivered("before you came", "do you hear me?")
    visitor.says("yes, I do")
    visitor.says("and you?")
    visitor.sees_delivered("before you came", "do you hear me?", "yes, I do", "and you?")
    archive = room.call("GET", "/messages")["messages"]
    assert [message["text"] for message in archive] == ["before you came", "do you hear me?", "yes, I do", "and you?"]


def asks(visitor: Visitor) -> list[str]:
    """Collects what the visitor's pages ask the server for."""
    asked: list[str] = []
    visitor.context.on("request", lambda request: asked.append(request.url.removeprefix(visitor.base)))
    return asked


@pytest.mark.parametrize("script", [BROKEN_SOCKETS, NO_SOCKETS], ids=["broken", "missing"])
def test_without_websockets_the_page_talks_by_server_sent_events(
    somebody: Callable[..., Visitor], room: Room, script: str
) -> None:
    visitor = somebody(script=script)
    asked = asks(visitor)
    talks(visitor, room)
    assert any("/events/stream" in url for url in asked)
    assert not any("wait=25" in url for url in asked)


def test_where_the_network_drops_websockets_the_page_talks_by_server_sent_events(
    somebody: Callable[..., Visitor], room: Room, cable: Cable
) -> None:
    cable.refuse("/ws/")
    visitor = somebody(cable=cable)
    asked = asks(visitor)
    talks(visitor, room)
    assert cable.refusals >= 2
    assert any("/events/stream" in url for url in asked)


def test_without_sockets_and_streams_the_page_talks_by_long_poll(somebody: Callable[..., Visitor], room: Room) -> None:
    visitor = somebody(script=NO_SOCKETS + NO_STREAMS)
    asked = asks(visitor)
    talks(visitor, room)
    assert any("wait=25" in url for url in asked)


def test_by_server_sent_events_one_learns_who_is_here_and_that_a_message_is_held(
    somebody: Callable[..., Visitor], ada: Visitor, room: Room
) -> None:
    visitor = somebody(script=NO_SOCKETS).arrives(room.path).joins("Grace")
    ada.arrives(room.path).joins("Ada")
    expect(visitor.page.locator("[data-presence]").first).to_have_text("2 here")
    room.call("PATCH", body={"moderation": "before"})
    expect(visitor.page.get_by_text("The host reads each message first.")).to_be_visible()
    visitor.says("may I?")
    expect(visitor.message("may I?")).to_have_attribute("data-state", "held")
    room.call("POST", f"/messages/{visitor.message('may I?').get_attribute('data-message-id')}/release")
    visitor.sees_delivered("may I?")


def test_by_long_poll_a_room_that_ends_is_seen_to_end(somebody: Callable[..., Visitor], room: Room) -> None:
    visitor = somebody(script=NO_SOCKETS + NO_STREAMS).arrives(room.path)
    room.call("DELETE")
    expect(visitor.page.get_by_text("This room is over.")).to_be_visible()


def relayed(visitor: Visitor, change: Callable[[str], list[str]]) -> list[str]:
    """Puts somebody into the line who changes what the server says; gives the addresses that were asked for."""
    asked: list[str] = []

    def relay(line: Any) -> None:
        asked.append(line.url)
        server = line.connect_to_server()
        server.on_message(lambda text: [line.send(each) for each in change(text)])

    visitor.context.route_web_socket("**/ws/**", relay)
    return asked


def test_a_line_that_says_everything_twice_shows_nothing_twice(ada: Visitor, room: Room) -> None:
    relayed(ada, lambda text: [text, text])
    edsger = room.join("Edsger")
    edsger.say("one")
    ada.arrives(room.path).joins("Ada")
    edsger.say("two")
    ada.says("three")
    ada.sees_delivered("one", "two", "three")


def test_a_line_that_loses_an_event_is_asked_for_it_again(ada: Visitor, room: Room) -> None:
    lost: list[str] = []

    def lose_two(text: str) -> list[str]:
        if lost or '"two"' not in text:
            return [text]
        lost.append(text)
        frames = json.loads(text)
        kept = [
            frame for frame in (frames if isinstance(frames, list) else [frames]) if '"two"' not in json.dumps(frame)
        ]
        return [json.dumps(kept)] if kept else []

    asked = relayed(ada, lose_two)
    edsger = room.join("Edsger")
    ada.arrives(room.path)
    for text in ("one", "two", "three"):
        edsger.say(text)
    ada.sees_delivered("one", "two", "three")
    assert lost
    assert [url.partition("after=")[2] for url in asked] == ["0", "1"]


def test_a_reset_shows_the_room_anew_and_nothing_twice(ada: Visitor, room: Room) -> None:
    resets: list[str] = []

    def reset_once(text: str) -> list[str]:
        if resets or '"two"' not in text:
            return [text]
        resets.append(text)
        return ['{"type":"reset"}']

    relayed(ada, reset_once)
    edsger = room.join("Edsger")
    edsger.say("one")
    ada.arrives(room.path).joins("Ada")
    ada.field.fill("half a thought")
    edsger.say("two")
    ada.sees_delivered("one", "two")
    edsger.say("three")
    ada.sees_delivered("one", "two", "three")
    assert resets
    expect(ada.field).to_have_value("half a thought")


@pytest.mark.parametrize(
    ("code", "losses", "least", "most"),
    [
        (1006, 1, 100, 1_300),
        (1006, 3, 100, 1_300),
        (1012, 1, 100, 2_300),
        (1013, 4, 100, 6_100),
        (1006, 50, 100, 30_100),
    ],
    ids=["first-loss", "third-loss", "restart", "too-slow-again", "for-ever"],
)
def test_everybody_comes_back_at_another_moment_out_of_a_longer_while_each_time(
    somebody: Callable[..., Visitor], code: int, losses: int, least: int, most: int
) -> None:
    # The test asks the module itself; the page's policy lets nobody do that who has no nonce.
    ada = somebody(bypass_csp=True).visit()
    delays: list[float] = ada.page.evaluate(
        """async ([code, losses]) => {
          const script = document.querySelector("script[type=module]").src;
          const { delayAfter } = await import(new URL("connection.js", script));
          return Array.from({ length: 400 }, () => delayAfter(code, losses));
        }""",
        [code, losses],
    )
    assert least <= min(delays) < least + (most - least) / 10
    assert most - (most - least) / 10 < max(delays) <= most


def test_without_websockets_the_desk_hears_of_what_is_held(somebody: Callable[..., Visitor], room: Room) -> None:
    room.call("PATCH", body={"moderation": "before"})
    host = somebody(script=NO_SOCKETS).visit(room.desk)
    expect(host.page.get_by_text("Nothing waits.")).to_be_visible()
    edsger = room.join("Edsger")
    edsger.say("first")
    edsger.say("second")
    expect(host.page.locator("[data-held] [data-text]")).to_have_text(["first", "second"])
