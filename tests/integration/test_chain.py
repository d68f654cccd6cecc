"""The chain: what others see of it, that order holds under load, and that a hop that runs twice changes nothing."""

from __future__ import annotations

import base64
import json
import re
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from celery import Celery, chain, signature
from redis import Redis

from config import addresses
from tests.support.client import Guest, Json, Venue, browser, make_room, new_id, seqs
from tests.support.house import House, eventually
from tests.support.members import frozen

HOPS = ("message.moderate", "message.persist", "message.fan_out")


def valkey(house: House) -> Path:
    return addresses.socket_path(house.folder / "var")


@pytest.fixture
def http(house: House) -> Iterator[httpx.Client]:
    with browser(house.base) as client:
        yield client


@pytest.fixture
def venue(house: House, http: httpx.Client) -> Venue:
    return make_room(house.base, http)


@pytest.fixture
def celery(house: House) -> Iterator[Celery]:
    """A sender that knows the hops by name only."""
    app = Celery("test", broker=f"redis+socket://{valkey(house)}", set_as_current=False)
    app.conf.broker_transport_options = {"priority_steps": [0]}
    app.conf.task_ignore_result = True
    yield app
    app.close()


def send_again(celery: Celery, room_id: str, ids: list[str], hops: tuple[str, ...] = HOPS) -> None:
    chain(*(signature(hop, args=(room_id, ids), app=celery, immutable=True).set(queue="messages") for hop in hops))()


# -- what others see


@contextmanager
def watching(celery: Celery) -> Iterator[list[Json]]:
    """All of Celery's events while the block runs."""
    seen: list[Json] = []
    over, ready = threading.Event(), threading.Event()

    def watch() -> None:
        with celery.connection_for_read() as connection:
            receiver = celery.events.Receiver(connection, handlers={"*": seen.append})
            with receiver.consumer_context() as (own, _channel, _consumers):
                ready.set()
                while not over.is_set():
                    try:
                        own.drain_events(timeout=0.2)
                    except TimeoutError:
                        continue

    watcher = threading.Thread(target=watch)
    watcher.start()
    assert ready.wait(60)
    try:
        yield seen
    finally:
        over.set()
        watcher.join(60)


@contextmanager
def listening_to_the_server(house: House) -> Iterator[list[str]]:
    """Every command that the Valkey server gets while the block runs."""
    commands: list[str] = []
    client = Redis(unix_socket_path=str(valkey(house)))
    fence = new_id()

    def listen() -> None:
        with client.monitor() as monitor:
            ready.set()
            for command in monitor.listen():
                commands.append(command["command"])
                if fence in command["command"]:
                    return

    ready = threading.Event()
    listener = threading.Thread(target=listen)
    listener.start()
    assert ready.wait(60)
    try:
        yield commands
    finally:
        with closing(Redis(unix_socket_path=str(valkey(house)))) as other:
            other.echo(fence)
        listener.join(60)
        client.close()


def test_each_hop_shows_the_room_and_the_ids_and_never_the_text(house: House, venue: Venue, celery: Celery) -> None:
    marker, message_id = f"marker{new_id()}", new_id()
    ada = venue.join(marker[:20])
    with watching(celery) as seen, listening_to_the_server(house) as commands:
        assert ada.post(f"{marker} said", message_id, wait=20).status_code == 201
        eventually(lambda: len(hops_seen(seen, message_id)) == len(HOPS), 20, lambda: str(seen))
    assert hops_seen(seen, message_id) == dict.fromkeys(HOPS, f"room={venue.name} messages={message_id}")
    assert marker[:20] not in json.dumps(seen)
    queued = [task for command in commands if (task := queued_task(command))]
    sent = [task for task in queued if message_id in str(task)]
    assert {task["headers"]["task"] for task in sent} >= set(HOPS)
    assert marker[:20] not in json.dumps(sent)
    assert marker[:20] in "".join(commands), "it was not even looked at where the text does pass"
    assert marker[:20] not in house.log()


def hops_seen(seen: list[Json], message_id: str) -> dict[str, str]:
    """The hops that worked on a message, with what is shown of their arguments."""
    received = [event for event in seen if event["type"] == "task-received" and message_id in str(event["args"])]
    return {event["name"]: event["args"] for event in received}


def queued_task(command: str) -> Json | None:
    """The task that a command puts on a queue, with its body decoded."""
    if not command.startswith("LPUSH messages "):
        return None
    task: Json = json.loads(command.partition("messages ")[2].replace("\\\\", "\\"))
    return task | {"body": json.loads(base64.b64decode(task["body"]))}


def test_flower_shows_the_room_and_the_ids_and_never_the_text(house: House, venue: Venue) -> None:
    marker, ids = f"marker{new_id()}", list[str]()
    ada = venue.join(marker[:20])

    def hops_shown() -> bool:
        """Flower knows what happened since it was up: something happens until it has seen it all."""
        ids.append(ada.say(f"{marker} {len(ids)}")["id"])
        shown = {(task["name"], task["args"]) for task in flower_tasks(house).values()}
        return any(
            all((hop, f"room={venue.name} messages={message_id}") in shown for hop in HOPS) for message_id in ids
        )

    eventually(hops_shown, 60)
    assert marker[:20] not in json.dumps(flower_tasks(house))


def flower_tasks(house: House) -> dict[str, Any]:
    found = re.search(r"Flower +(http://\S+) +user (\S+), password (\S+)", house.log())
    assert found, "the house says where Flower is"
    address, password = found[1].replace("localhost", "127.0.0.1"), (found[2], found[3])
    try:
        answer = httpx.get(f"{address}/api/tasks?limit=500", auth=password, timeout=30, trust_env=False)
    except httpx.TransportError:
        return {}  # it is still starting
    return dict(answer.json()) if answer.status_code == 200 else {}


# -- order


def pipeline(ada: Guest, texts: list[str]) -> list[int]:
    """Sends all over one connection without waiting for an answer; answers the status codes."""
    place = urlsplit(ada.venue.base)
    requests = b"".join(request(ada, text, close=text is texts[-1]) for text in texts)
    with socket.create_connection((place.hostname, place.port), timeout=60) as connection:
        sender = threading.Thread(target=connection.sendall, args=(requests,))
        sender.start()
        answers = b"".join(iter(lambda: connection.recv(65536), b""))
        sender.join()
    return [int(code) for code in re.findall(rb"HTTP/1\.1 (\d+)", answers)]


def request(ada: Guest, text: str, close: bool) -> bytes:
    body = json.dumps({"id": new_id(), "text": text}).encode()
    lines = (
        f"POST {ada.venue.api}/messages HTTP/1.1",
        "Host: parley",
        f"Authorization: Bearer {ada.token}",
        "Content-Type: application/json",
        f"Content-Length: {len(body)}",
        f"Connection: {'close' if close else 'keep-alive'}",
    )
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + body


def test_what_one_participant_sends_quickly_is_shown_in_the_order_in_which_it_was_sent(venue: Venue) -> None:
    texts = [f"Number {number}" for number in range(300)]
    assert pipeline(venue.join(), texts) == [202] * 300
    eventually(lambda: venue.now()["last_seq"] == 300, 90)
    assert venue.texts() == texts


def test_messages_that_come_together_ride_together(house: House, venue: Venue, celery: Celery) -> None:
    ada = venue.join()
    with watching(celery) as seen:
        with frozen(house, "worker"):
            assert pipeline(ada, [f"Number {number}" for number in range(200)]) == [202] * 200
        eventually(lambda: venue.now()["last_seq"] == 200, 60)
        eventually(lambda: rides(seen, venue.name))
    # As long as no worker takes a room's chain, the web process sends another one only once a second.
    carried = rides(seen, venue.name)
    assert max(map(len, carried)) > 1
    assert len(carried) < 100, "hardly anything rode together"


def rides(seen: list[Json], room: str) -> list[list[str]]:
    """The ids that each chain of a room carried."""
    first = f"room={room} messages="
    received = [event for event in seen if (event["type"], event.get("name")) == ("task-received", HOPS[0])]
    return [event["args"].removeprefix(first).split() for event in received if event["args"].startswith(first)]


def test_several_who_speak_at_once_are_each_in_order(venue: Venue) -> None:
    guests = [venue.join(f"Guest {number}") for number in range(4)]
    spoken = {guest.id: [f"{guest.participant['nickname']} says {number}" for number in range(75)] for guest in guests}
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda guest=guest: answers.extend(pipeline(guest, spoken[guest.id])))
        for guest in guests
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert answers == [202] * 300
    eventually(lambda: venue.now()["last_seq"] == 300, 90)
    events = venue.events()
    assert seqs(events) == list(range(1, 301))
    for guest in guests:
        mine = [event["message"]["text"] for event in events if event["message"]["participant_id"] == guest.id]
        assert mine == spoken[guest.id]


# -- twice


def test_a_chain_that_runs_twice_changes_nothing(venue: Venue, celery: Celery) -> None:
    ada, held = venue.join(), new_id()
    with ada.screen() as screen:
        room_id = screen.hello["epoch"]
        ids = [ada.say(f"Number {number}")["id"] for number in range(3)]
        assert ada.post("what a load of shit", held, wait=20).json()["state"] == "held"
        before = venue.events()
        for hops in (HOPS, HOPS, HOPS[2:], HOPS[1:], HOPS[:1]):
            send_again(celery, room_id, [*ids, held], hops)
        ada.say("The last word")
        screen.until_text("The last word")
        assert screen.seqs() == [1, 2, 3, 4]
    assert venue.events()[:-1] == before
    assert len(venue.host("GET", "/held").json()["messages"]) == 1


def test_chains_that_overtake_each_other_show_each_message_once(venue: Venue, celery: Celery) -> None:
    ada = venue.join()
    with ada.screen() as screen:
        room_id = screen.hello["epoch"]
        ids = [screen.say(f"Number {number}") for number in range(50)]
        for message_id in ids:
            screen.until(lambda frame, mine=message_id: frame == {"type": "accepted", "id": mine})
        for start in range(0, 50, 5):
            send_again(celery, room_id, ids[start : start + 5][::-1])
        ada.say("The last word")
        screen.until_text("The last word")
        assert screen.seqs() == list(range(1, 52))
    assert venue.texts() == [*(f"Number {number}" for number in range(50)), "The last word"]


@pytest.mark.parametrize("hops", [HOPS, HOPS[1:], HOPS[2:]])
def test_a_chain_for_what_is_not_there_does_no_harm(venue: Venue, celery: Celery, hops: tuple[str, ...]) -> None:
    send_again(celery, new_id(), [new_id()], hops)
    with venue.screen() as screen:
        room_id = screen.hello["epoch"]
    send_again(celery, room_id, [new_id()], hops)
    assert venue.join().say("Still here")["seq"] == 1


@pytest.fixture
def bus_of_the_house(house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Lets this process's own bus stand in for a web process of the house."""
    from app.bus import connection
    from config.settings import settings

    monkeypatch.setenv("REDIS_URL", f"unix://{valkey(house)}")
    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    caches = (settings, connection.redis, connection.script)
    for cache in caches:
        cache.cache_clear()
    yield
    for cache in caches:
        cache.cache_clear()


@pytest.mark.usefixtures("bus_of_the_house")
def test_a_message_whose_chain_was_lost_is_sent_again_by_the_sweep(house: House, venue: Venue) -> None:
    ada = venue.join()
    with ada.screen() as screen, closing(Redis(unix_socket_path=str(valkey(house)))) as redis:
        room_id = screen.hello["epoch"]
        # Accepted, and then whoever was to send it on its walk has died.
        accept_and_do_no_more(room_id, ada, "Lost and found")
        redis.zadd("parley:overdue", {room_id: 0})
        assert screen.until_text("Lost and found", 30)["seq"] == 1
        eventually(lambda: redis.zscore("parley:overdue", room_id) is None)
        ada.say("The last word")
        screen.until_text("The last word")
        assert screen.seqs() == [1, 2]


@pytest.mark.usefixtures("bus_of_the_house")
def test_an_order_whose_chain_was_lost_is_carried_out_by_the_sweep(venue: Venue) -> None:
    from app.bus import overdue
    from app.bus.chain import REMOVE

    ada = venue.join()
    with ada.screen() as screen:
        message_id = ada.say("Take this away")["id"]
        # Decided, and then whoever was to send the order has died.
        expires = int(time.time()) + 3600
        overdue.decided(screen.hello["epoch"], message_id, REMOVE, datetime.fromtimestamp(0, UTC), expires)
        assert screen.until(lambda event: event.get("kind") == "removed", 30)["id"] == message_id
        eventually(lambda: overdue.again(screen.hello["epoch"], datetime.now(UTC)).decided == {})
    assert venue.texts() == [""]


@pytest.mark.parametrize(("hop", "kind"), [("message.remove", "removed"), ("message.release", "message")])
def test_what_was_decided_is_shown_even_if_the_next_hop_is_lost(
    house: House, http: httpx.Client, celery: Celery, hop: str, kind: str
) -> None:
    venue = make_room(house.base, http, moderation="before" if kind == "message" else "after")
    ada = venue.join()
    with ada.screen() as screen:
        message_id = new_id()
        screen.say("What will become of it?", message_id)
        screen.until(lambda frame: frame["type"] == "held" or frame.get("kind") == "message", 30)
        send_again(celery, screen.hello["epoch"], [message_id], (hop,))
        event = screen.until(lambda frame: frame.get("kind") == kind, 30)
        assert (event.get("id") or event["message"]["id"]) == message_id


@pytest.mark.usefixtures("bus_of_the_house")
def test_votes_whose_hop_was_lost_are_counted_by_the_sweep(
    house: House, venue: Venue, monkeypatch: pytest.MonkeyPatch
) -> None:
    from app.bus import marks, rooms
    from app.chat import Mark, Wish

    ada = venue.join()
    message_id = ada.say("Will this be counted?")["id"]
    with ada.screen(after=1) as screen, closing(Redis(unix_socket_path=str(valkey(house)))) as redis:
        room_id = screen.hello["epoch"]
        room = rooms.get(room_id)
        assert room is not None
        # Taken, and then whoever was to send the hop has died; those who come later rely on him.
        monkeypatch.setattr(marks, "call", lambda *_: None)
        for who in (ada.id, new_id()):
            assert marks.wish(room, [(Wish(Mark.VOTE, message_id, who), False)]) == [marks.Taken.TAKEN]
        assert ada.call("POST", f"/messages/{message_id}/vote").status_code == 202
        counted = screen.until(lambda event: event.get("kind") == "vote", 30)
        assert (counted["id"], counted["votes"], counted["seq"]) == (message_id, 2, 2)
        eventually(lambda: redis.zscore("parley:overdue", room_id) is None)
        assert ada.call("POST", f"/messages/{message_id}/vote").status_code == 202
        eventually(lambda: marks.waiting(room_id) == ())
    assert venue.now()["last_seq"] == 2


def test_a_hop_for_marks_that_runs_twice_changes_nothing(venue: Venue, celery: Celery) -> None:
    ada = venue.join()
    message_id = ada.say("Once only?")["id"]
    with ada.screen(after=1) as screen:
        ada.call("POST", f"/messages/{message_id}/vote")
        screen.until(lambda event: event.get("kind") == "vote")
        for room_id in (screen.hello["epoch"], screen.hello["epoch"], new_id()):
            signature("message.mark", args=(room_id,), app=celery).set(queue="messages").apply_async()
        ada.say("The last word")
        screen.until_text("The last word")
        assert screen.seqs() == [2, 3]


def accept_and_do_no_more(room_id: str, ada: Guest, text: str) -> None:
    from app.bus import inbox, rooms
    from app.chat import Glyph, Message

    room = rooms.get(room_id)
    assert room is not None
    message = Message(
        id=new_id(),
        room_id=room_id,
        text=text,
        participant_id=ada.id,
        nickname=ada.participant["nickname"],
        glyph=Glyph(**ada.participant["glyph"]),
        at=room.created_at,
    )
    inbox.accept(room, [message])
