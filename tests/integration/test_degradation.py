"""A part that is away is away alone: the others go on, say what waits, and nobody waits longer than a time-out."""

from __future__ import annotations

import statistics
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from dataclasses import dataclass

import httpx
import pytest
from redis import Redis
from websockets.exceptions import ConnectionClosed

from app.bus.pulse import PULSE
from tests.support import mariadb, parts
from tests.support.client import API, Guest, Json, Screen, Venue, browser, make_room, new_id, problem, texts
from tests.support.house import FOR_A_ROOM, House, eventually, open_house
from tests.support.members import children, frozen

CONNECT_SECONDS, READ_SECONDS, REDIS_SECONDS = 1, 6, 1
SLOW_MACHINE_SECONDS = 8.0
LONGEST_SECONDS = CONNECT_SECONDS + READ_SECONDS + 1 + 2 * REDIS_SECONDS
"""A request that meets a database that stands still: to connect, to be answered, some grace, and Redis before and
after. Whoever comes next does not wait at all."""

READY_SECONDS = 3.0
SLEEP_SECONDS = 5.0
BACK_SECONDS = 60.0
AGAIN_SECONDS = 0.5
"""What a client waits before it comes back."""
COMES_BACK = {1012, 1013, 1006}
"""Close codes after which a client comes back by itself."""

pytestmark = [pytest.mark.mariadb, pytest.mark.faults]


@dataclass(frozen=True)
class Standing:
    """A house and what it stands on."""

    house: House
    maria: parts.Maria
    redis: parts.Valkey


@pytest.fixture(scope="module")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Standing]:
    if lacking := mariadb.missing():
        (pytest.fail if mariadb.required() else pytest.skip)(lacking)
    with parts.a_maria() as maria, parts.a_valkey() as redis:
        settings = {
            "DATABASE_URL": maria.server.make("parley_degraded"),
            "REDIS_URL": redis.url,
            "DATABASE_CONNECT_TIMEOUT_SECONDS": str(CONNECT_SECONDS),
            "DATABASE_READ_TIMEOUT_SECONDS": str(READ_SECONDS),
            "REDIS_TIMEOUT_SECONDS": str(REDIS_SECONDS),
        }
        with open_house(tmp_path_factory.mktemp("degraded"), only=FOR_A_ROOM, **settings) as house:
            yield Standing(house, maria, redis)


@pytest.fixture
def http(standing: Standing) -> Iterator[httpx.Client]:
    eventually(lambda: set(ready(standing.house).values()) == {"ok"}, BACK_SECONDS, standing.house.log)
    with browser(standing.house.base) as client:
        yield client


@pytest.fixture
def venue(standing: Standing, http: httpx.Client) -> Venue:
    return make_room(standing.house.base, http)


@pytest.fixture
def ada(venue: Venue) -> Guest:
    ada = venue.join()
    ada.say("before")
    return ada


def ready(house: House) -> dict[str, str]:
    """What /readyz says of each part."""
    with browser(house.base) as http:
        return dict(http.get("/readyz").json()["parts"])


# -- a database that takes its time ------------------------------------------------------------------------------------


@contextmanager
def row_is_locked(standing: Standing, name: str) -> Iterator[None]:
    """Somebody else holds a room's row: whoever wants it sleeps in a query of the database."""
    import MySQLdb

    path = str(standing.maria.folder / "server.sock")
    connection = MySQLdb.connect(unix_socket=path, user="root", database="parley_degraded")
    try:
        cursor = connection.cursor()
        assert cursor.execute("SELECT id FROM rooms WHERE name = %s FOR UPDATE", (name,)) == 1
        yield
    finally:
        connection.close()


def timed_change(venue: Venue, title: str) -> tuple[int, float]:
    """Changes a room; answers the status and how long it took."""
    began = time.monotonic()
    with browser(venue.base) as http:
        answer = http.patch(venue.api, json={"title": title}, headers={"Authorization": f"Bearer {venue.host_token}"})
    return answer.status_code, time.monotonic() - began


def delays(mine: Screen, wall: Screen, seconds: float) -> list[float]:
    """How long each message takes to another's screen, one after the other for a while."""
    taken, until = list[float](), time.monotonic() + seconds
    while time.monotonic() < until:
        began = time.monotonic()
        message_id = mine.say(f"at {began}")
        wall.until(lambda frame, mine=message_id: frame.get("message", {}).get("id") == mine)  # type: ignore[misc]
        taken.append(time.monotonic() - began)
    return taken


def test_while_a_query_sleeps_the_other_rooms_hear_each_other_as_before(
    standing: Standing, venue: Venue, ada: Guest, capsys: pytest.CaptureFixture[str]
) -> None:
    slow = make_room(standing.house.base, venue.http)
    grace = slow.join()
    with ada.screen() as mine, venue.screen() as wall, ThreadPoolExecutor(8) as pool:
        before = delays(mine, wall, SLEEP_SECONDS / 2)
        with row_is_locked(standing, slow.name):
            # The web process has calls that sleep in its threads, and a worker has a message.
            changes = [pool.submit(timed_change, slow, f"Number {number}") for number in range(6)]
            waits = pool.submit(grace.post, "It waits", wait=25)
            during = delays(mine, wall, SLEEP_SECONDS)
        assert {change.result()[0] for change in changes} <= {200, 503}
        assert min(change.result()[1] for change in changes) > READ_SECONDS / 3, "nobody slept"
        assert waits.result().status_code in (201, 202)
        eventually(lambda: slow.texts() == ["It waits"], BACK_SECONDS)
    quick, quick_before = statistics.median(during), statistics.median(before)
    with capsys.disabled():
        print(
            f"\npost to another's screen, p50: {1000 * quick_before:.0f} ms, while queries of another room sleep"
            f" {SLEEP_SECONDS:.0f} s {1000 * quick:.0f} ms; worst {1000 * max(before):.0f} and {1000 * max(during):.0f}"
            f" ms; {len(before)} and {len(during)} messages"
        )
    assert quick < 4 * quick_before + 0.25
    assert max(during) < SLEEP_SECONDS / 2 + 4 * max(before), "a socket stood still as long as the query slept"


# -- a database that is away -------------------------------------------------------------------------------------------


def away(part: parts.Part, how: str) -> AbstractContextManager[None]:
    return part.dead() if how == "killed" else part.frozen()


@dataclass(frozen=True)
class Asked:
    """One answer, and how long it took."""

    answer: httpx.Response
    seconds: float


def ask_all(base: str, calls: dict[str, Callable[[httpx.Client], httpx.Response]]) -> dict[str, Asked]:
    """Asks several things at the same moment."""

    def ask(call: Callable[[httpx.Client], httpx.Response]) -> Asked:
        with browser(base) as http:
            began = time.monotonic()
            return Asked(call(http), time.monotonic() - began)

    with ThreadPoolExecutor(len(calls)) as pool:
        asking = {name: pool.submit(ask, call) for name, call in calls.items()}
        return {name: each.result() for name, each in asking.items()}


def post(ada: Guest, text: str) -> Callable[[httpx.Client], httpx.Response]:
    body, headers = {"id": new_id(), "text": text}, {"Authorization": f"Bearer {ada.token}"}
    return lambda http: http.post(f"{ada.venue.api}/messages", json=body, headers=headers)


def in_time(asked: dict[str, Asked], seconds: float = LONGEST_SECONDS) -> None:
    """Nobody has waited longer than the time-outs are; /readyz has a short one of its own."""
    took = {name: round(each.seconds, 2) for name, each in asked.items()}
    assert max(took.values()) < seconds + SLOW_MACHINE_SECONDS, took
    assert took["ready"] < READY_SECONDS + SLOW_MACHINE_SECONDS / 2, took
    assert took["alive"] < SLOW_MACHINE_SECONDS / 2, took


def questions(venue: Venue, ada: Guest) -> dict[str, Callable[[httpx.Client], httpx.Response]]:
    """What people ask of a house, whatever is away."""
    return {
        "alive": lambda http: http.get("/healthz"),
        "ready": lambda http: http.get("/readyz"),
        "home": lambda http: http.get("/"),
        "page": lambda http: http.get(f"/{venue.name}"),
        "room": lambda http: http.get(venue.api),
        "events": lambda http: http.get(f"{venue.api}/events?after=0"),
        "archive": lambda http: http.get(f"{venue.api}/messages"),
        "join": lambda http: http.post(f"{venue.api}/participants", json={"nickname": "Grace"}),
        "make": lambda http: http.post(f"{API}/rooms", json={"ttl": "1h"}),
        "say": post(ada, "said over HTTP"),
    }


@pytest.mark.parametrize("how", ["killed", "frozen"])
def test_without_the_database_rooms_are_read_and_messages_accepted_and_all_are_delivered_when_it_is_back(
    standing: Standing, venue: Venue, ada: Guest, how: str
) -> None:
    with ada.screen() as mine, venue.screen() as wall, stream(venue) as lines:
        mine.until_text("before")
        with away(standing.maria, how):
            asked = ask_all(venue.base, questions(venue, ada))
            in_time(asked)
            read_and_accepted(asked)
            said = [mine.say(f"Number {number}") for number in range(5)]
            for each in said:
                mine.until(lambda frame, each=each: frame == {"type": "accepted", "id": each})  # type: ignore[misc]
            assert "The database is away; your message is shown as soon as that is back." in page_of(ada)
            with venue.screen() as late:
                late.until_text("before")
        began = time.monotonic()
        for screen in (mine, wall):
            screen.until_text("Number 4", BACK_SECONDS)
            assert screen.seqs() == list(range(1, 8))
        print(f"all delivered {time.monotonic() - began:.1f} s after the database was back")
        told = venue.texts()
        assert told[0] == "before"
        assert sorted(told[1:]) == sorted(["said over HTTP", *(f"Number {number}" for number in range(5))])
        assert [text for text in told if text.startswith("Number")] == [f"Number {number}" for number in range(5)]
        eventually(lambda: "Number 4" in "\n".join(lines), BACK_SECONDS)


def page_of(ada: Guest) -> str:
    """The room's page, as it comes to a browser that Ada joined with."""
    with browser(ada.venue.base) as http:
        return http.get(f"/{ada.venue.name}", headers={"Cookie": f"me_{ada.venue.name}={ada.token}"}).text


def read_and_accepted(asked: dict[str, Asked]) -> None:
    """What goes on without the database, and what says that it does not."""
    answers = {name: each.answer for name, each in asked.items()}
    assert {name: answers[name].status_code for name in ("alive", "home", "page", "room", "events", "say")} == {
        **dict.fromkeys(("alive", "home", "page", "room", "events"), 200),
        "say": 202,
    }
    assert "before" in answers["page"].text
    assert texts(answers["events"].json()["events"]) == ["before"]
    assert answers["ready"].status_code == 503
    assert answers["ready"].json()["parts"]["database"] == "away"
    assert answers["ready"].json()["parts"]["redis"] == "ok"
    for name in ("archive", "join", "make"):
        problem(answers[name], 503)
        assert int(answers[name].headers["Retry-After"]) > 0


@contextmanager
def stream(venue: Venue) -> Iterator[list[str]]:
    """A room's event stream, read all the while by one who comes back when it ends."""
    lines, over = list[str](), threading.Event()

    def read() -> None:
        while not over.is_set():
            try:
                with browser(venue.base) as http, http.stream("GET", f"{venue.api}/events/stream") as answer:
                    for line in answer.iter_lines():
                        lines.append(line)
                        if over.is_set():
                            return
            except httpx.HTTPError:
                over.wait(0.1)

    reading = threading.Thread(target=read, daemon=True)
    reading.start()
    eventually(lambda: any('"hello"' in line for line in lines))
    try:
        yield lines
    finally:
        over.set()


# -- Redis -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["killed", "frozen"])
def test_without_redis_saying_is_refused_at_once_pages_stay_and_nobody_is_restarted(
    standing: Standing, venue: Venue, ada: Guest, how: str
) -> None:
    before = children(standing.house)
    with ada.screen() as mine, venue.screen() as wall:
        mine.until_text("before")
        answers_now(mine)
        answers_now(wall)
        with away(standing.redis, how):
            refused = refusal(mine)
            asked = ask_all(venue.base, questions(venue, ada))
            in_time(asked)
        refused_but_read(asked)
        assert refused["code"] == "unavailable"
        assert refused["retry_after"] > 0
        eventually(lambda: set(ready(standing.house).values()) == {"ok"}, BACK_SECONDS, standing.house.log)
        speak_again(ada, mine, wall)
    assert children(standing.house) == before, "a process was started again"


def answers_now(screen: Screen) -> None:
    """Waits until a socket is heard: from then on it has all that there is, and asks Redis for nothing by itself."""
    screen.send({"type": "are you there?"})
    screen.until_type("error")


def refusal(mine: Screen) -> Json:
    """What somebody is told who says something over his socket."""
    began = time.monotonic()
    message_id = mine.say("not accepted")
    refused = mine.until(lambda frame: frame.get("id") == message_id)
    assert time.monotonic() - began < 2 * REDIS_SECONDS + SLOW_MACHINE_SECONDS
    return refused


def refused_but_read(asked: dict[str, Asked]) -> None:
    answers = {name: each.answer for name, each in asked.items()}
    assert {name: answers[name].status_code for name in ("alive", "home", "page", "room", "archive")} == dict.fromkeys(
        ("alive", "home", "page", "room", "archive"), 200
    )
    assert "before" in answers["page"].text
    assert answers["ready"].status_code == 503
    assert answers["ready"].json()["parts"]["redis"] == "away"
    problem(answers["say"], 503)
    assert int(answers["say"].headers["Retry-After"]) > 0


def speak_again(ada: Guest, mine: Screen, wall: Screen) -> None:
    """Everything goes on: over the same socket where it is open, else over a new one with `after`."""
    ada.say("We are back")
    for screen in (mine, wall):
        if hears(screen, "We are back"):
            assert screen.seqs() == [1, 2]
            continue
        assert screen.closing() in COMES_BACK
        with comes_back(ada, after=max(screen.seqs(), default=0)) as again:
            again.until_text("We are back")
            assert again.seqs()[-1] == 2
    with comes_back(ada, after=2) as again:
        again.say("And over a socket")
        assert again.until_text("And over a socket")["seq"] == 3


@contextmanager
def comes_back(ada: Guest, after: int) -> Iterator[Screen]:
    """A new socket; while a web process does not hear Redis's bell again, it sends people away to come back later."""
    until = time.monotonic() + BACK_SECONDS
    while True:
        with ExitStack() as stack:
            try:
                screen = stack.enter_context(ada.screen(after))
            except ConnectionClosed:
                assert time.monotonic() < until
                time.sleep(AGAIN_SECONDS)
                continue
            yield screen
            return


def hears(screen: Screen, text: str) -> bool:
    """Whether a text comes before the socket is closed."""
    with suppress(ConnectionClosed):
        return bool(screen.until_text(text))
    return False


# -- a worker ----------------------------------------------------------------------------------------------------------


def test_without_a_worker_a_message_is_accepted_its_trail_says_so_and_it_is_delivered_later(
    standing: Standing, venue: Venue, ada: Guest
) -> None:
    with ada.screen() as mine, venue.screen() as wall:
        mine.until_text("before")
        with frozen(standing.house, "worker"):
            said = [mine.say(f"Number {number}") for number in range(3)]
            for each in said:
                mine.until(lambda frame, each=each: frame == {"type": "accepted", "id": each})  # type: ignore[misc]
            assert [stages(ada, each) for each in said] == [["accepted"]] * 3
            eventually(lambda: "Those who deliver messages are away" in page_without_a_pulse(standing, ada))
        for screen in (mine, wall):
            screen.until_text("Number 2", BACK_SECONDS)
            assert screen.seqs() == [1, 2, 3, 4]
        eventually(lambda: stages(ada, said[-1])[-1] == "delivered", BACK_SECONDS)
    assert venue.texts() == ["before", "Number 0", "Number 1", "Number 2"]


def page_without_a_pulse(standing: Standing, ada: Guest) -> str:
    """The room's page when no sign of life has come from the workers for long."""
    with Redis.from_url(standing.redis.url) as redis:
        redis.delete(PULSE)
    return page_of(ada)


def stages(ada: Guest, message_id: str) -> list[str]:
    """The stages that a message has passed, as its author sees them."""
    told = ada.call("GET", f"/messages/{message_id}/trail").raise_for_status().json()["stages"]
    return [stage["stage"] for stage in told]
