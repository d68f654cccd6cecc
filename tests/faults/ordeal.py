"""An ordeal: a crowd talks in a house whose parts are killed, frozen and cut off; then everything is looked at."""

from __future__ import annotations

import asyncio
import random
import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any

import httpx
from sqlalchemy import create_engine, text

from tests.faults.checker import Case, Fault, check
from tests.faults.crowd import API, PATIENT, Host, OnSocket, OverHttp, Person, Talk, Way
from tests.faults.diary import Book, Diary, Kept, Sight
from tests.faults.parts import Parts
from tests.faults.schedule import Blow
from tests.support.cable import Cable, cable_to

SETTLES_SECONDS = 120.0
"""How long everything may take to arrive after the last blow, on a slow machine."""

LONGEST_SECONDS = 7200.0
GOES_HOME_SECONDS = 2.0
"""How long everybody may take to see that it is over; who listens to a silent stream sees it late."""

AWAY_SECONDS = (0.2, 2.0)
"""How long a database stays dead that was killed."""

Told = Callable[[str], None]


@dataclass
class Result:
    """What came of an ordeal."""

    seed: int
    case: Case
    faults: list[Fault]
    seconds: float
    accepted: int
    replayed: int
    blows: dict[str, int]
    back: dict[str, list[float]]
    walks: list[float]
    slowest: str
    settled: float
    removed: int = 0
    house_log: str = field(default="", repr=False)


@dataclass
class Room:
    """One room and who is in it."""

    name: str
    people: list[Person]
    host: Host


async def ordeal(
    parts: Parts,
    blows: Sequence[Blow],
    talk: Talk,
    *,
    rooms: int = 3,
    seconds: float = 30.0,
    bases: Sequence[str] = (),
    tell: Told = lambda _: None,
    meanwhile: Callable[[list[Room], httpx.AsyncClient], Any] | None = None,
    emptied: bool = False,
    host_every: float = 2.0,
    patience: float = SETTLES_SECONDS,
) -> Result:
    """Lets a crowd talk while the blows fall, waits until everything has arrived, and looks for faults.

    Args:
        parts: the house.
        blows: what is done to it.
        talk: how much is said.
        rooms: how many rooms there are.
        seconds: how long they talk at least.
        bases: more addresses of the house; the clients are spread over them.
        tell: hears how it goes.
        meanwhile: what else goes on while they talk; they talk until it has ended.
        emptied: whether Redis is emptied on the way.
        host_every: how often a host removes a message or gives his room another title, in seconds.
        patience: how long an accepted message may take.
    """
    async with httpx.AsyncClient(timeout=PATIENT, trust_env=False, limits=httpx.Limits(max_connections=None)) as http:
        with cable_to(parts.house.base) as cable:
            here = [parts.house.base, cable.base, *bases]
            made = [await _room(http, talk, f"Room {number}", here, host_every) for number in range(rooms)]
            talk.began = time.monotonic()
            everybody = [person for room in made for person in (*room.people, room.host)]
            living = [asyncio.create_task(person.live()) for person in everybody]
            telling = asyncio.create_task(_say_how_it_goes(talk, parts, tell))
            struck: list[tuple[float, Blow]] = []
            try:
                beating = asyncio.create_task(_strike(parts, cable, blows, talk, struck))
                also = asyncio.create_task(meanwhile(made, http)) if meanwhile else None
                await _until(lambda: talk.now > seconds and talk.accepted >= talk.least, LONGEST_SECONDS)
                await (also or asyncio.sleep(0))
                talk.speaking = False
                talked = talk.now
                await beating
                cable.mend()
                for person in everybody:
                    person.base = parts.house.base  # those who were with somebody doomed come back elsewhere
                await asyncio.to_thread(parts.heal)
                quiet = talk.now
                tell("all is quiet: waiting until everything has arrived")
                await _settle(parts, made, living, patience)
                settled = talk.now - quiet
            finally:
                talk.over = True
                for person in everybody:
                    person.news.set()
                telling.cancel()
                _, late = await asyncio.wait(living, timeout=GOES_HOME_SECONDS)
                for task in late:
                    task.cancel()
            for task in living:
                if task.done() and not task.cancelled() and (error := task.exception()):
                    raise error
        latecomers = [await _from_the_beginning(http, parts.house.base, room) for room in made]
        diaries = [*(person.diary for person in everybody), *latecomers]
        books = await asyncio.to_thread(read_books, parts.sqlalchemy_url, [room.name for room in made])
        case = Case(diaries, books, patience=patience, emptied=emptied)
        faults = check(case) + _removals(made, books) + _waiting(everybody, books)
        return Result(
            seed=talk.seed,
            case=case,
            faults=faults,
            seconds=talked,
            accepted=talk.accepted,
            replayed=talk.replayed,
            blows=dict(sorted(parts.struck.items())),
            back=back_again(diaries, struck),
            walks=walks(diaries),
            slowest=f"{talk.slowest:.1f} s, {talk.slowest_was}",
            settled=settled,
            removed=sum(len(room.host.removed) for room in made),
            house_log=parts.house.log(),
        )


# -- the crowd ---------------------------------------------------------------------------------------------------------
async def _room(http: httpx.AsyncClient, talk: Talk, title: str, bases: Sequence[str], host_every: float) -> Room:
    """A room with a speaker of every kind, somebody who only looks on, and a host."""
    asked = {"title": title, "ttl": "2h"}
    made = (await http.post(f"{bases[0]}{API}/rooms", json=asked)).raise_for_status().json()
    name = made["room"]["name"]

    async def way(how: str) -> Way:
        joined = await http.post(f"{bases[0]}{API}/rooms/{name}/participants", json={"nickname": how})
        known = joined.raise_for_status().json()
        return Way(next(addresses), name, how, known["token"], known["participant"]["id"])

    addresses = cycle(bases)
    people: list[Person] = [
        OnSocket(talk, await way("socket one")),
        OnSocket(talk, await way("socket two")),
        OverHttp(talk, await way("poll"), http, wait=5, listen="poll"),
        OverHttp(talk, await way("stream"), http, listen="stream"),
        OnSocket(talk, Way(next(addresses), name, "onlooker")),
    ]
    host = Host(talk, Way(bases[0], name, "host", made["host_token"]), http, every=host_every)
    return Room(name, people, host)


async def _from_the_beginning(http: httpx.AsyncClient, base: str, room: Room) -> Diary:
    """What somebody is shown who comes when all is over."""
    diary, last = Diary(f"latecomer in {room.name}", room.name, late=True), 0
    while True:
        answer = await http.get(f"{base}{API}/rooms/{room.name}/events?after={last}&limit=500")
        events = answer.raise_for_status().json()["events"]
        if not events:
            return diary
        for event in events:
            message = event.get("message", {"id": event.get("id", ""), "text": "", "participant_id": ""})
            diary.seen.append(
                Sight(event["seq"], event["kind"], message["id"], message["text"], message["participant_id"])
            )
            last = event["seq"]


# -- the blows ---------------------------------------------------------------------------------------------------------
async def _strike(
    parts: Parts, cable: Cable, blows: Sequence[Blow], talk: Talk, struck: list[tuple[float, Blow]]
) -> None:
    chance = random.Random(talk.seed)
    freezing: list[asyncio.Task[None]] = []
    for blow in blows:
        await asyncio.sleep(max(0.0, blow.at - talk.now))
        if not talk.speaking:
            break
        match blow.how:
            case "kill":
                done = [parts.kill(name, chance.uniform(*AWAY_SECONDS)) for name in blow.whom]
                if any(done):
                    struck.append((talk.now, blow))
            case "freeze":
                freezing.append(asyncio.create_task(_freeze(parts, blow)))
            case "cut" if blow.whom == ("clients",):
                parts.struck["clients cut off"] += 1
                freezing.append(asyncio.create_task(_cut(cable, blow.lasts / 4)))
            case "cut":
                await asyncio.to_thread(parts.cut, blow.whom[0])
    await asyncio.gather(*freezing)


async def _freeze(parts: Parts, blow: Blow) -> None:
    if (pid := parts.freeze(blow.whom[0])) is not None:
        await asyncio.sleep(blow.lasts)
        parts.thaw(pid)


async def _cut(cable: Cable, lasts: float) -> None:
    cable.cut()
    await asyncio.sleep(lasts)
    cable.mend()


# -- the end -----------------------------------------------------------------------------------------------------------
async def _until(holds: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            return False
        await asyncio.sleep(0.05)
    return True


async def _settle(parts: Parts, rooms: Sequence[Room], living: Sequence[asyncio.Task[None]], patience: float) -> None:
    """Waits until everything that was said is answered, shown, and on every screen; what is not is found later."""
    end = time.monotonic() + patience
    while time.monotonic() < end and not any(task.done() for task in living):
        with suppress(OSError):
            last = await asyncio.to_thread(read_last, parts.sqlalchemy_url, [room.name for room in rooms])
            if not any(_missing(person, last[room.name]) for room in rooms for person in (*room.people, room.host)):
                return
        await asyncio.sleep(0.2)


def _missing(person: Person, last_seq: int) -> str:
    """What somebody still waits for."""
    if person.open:
        return f"{len(person.open)} were never answered: {next(iter(person.open.values()))}"
    unseen = [each for each in person.unseen.values() if not each.bad]
    if unseen:
        return f"{len(unseen)} were accepted and not shown: {unseen[0]}"
    return f"shown {person.last} of {last_seq}" if person.last < last_seq else ""


async def _say_how_it_goes(talk: Talk, parts: Parts, tell: Told) -> None:
    while True:
        await asyncio.sleep(5)
        kills = sum(number for name, number in parts.struck.items() if " " not in name or name == "web process")
        tell(f"{talk.now:5.0f} s  {talk.accepted:7,} accepted  {kills:4} killed")


def read_last(url: str, names: Sequence[str]) -> dict[str, int]:
    """The number of the last event of each room."""
    engine = create_engine(url)
    try:
        with engine.connect() as database:
            found = database.execute(text("SELECT name, last_seq FROM rooms")).all()
            return {row.name: row.last_seq for row in found if row.name in names}
    finally:
        engine.dispose()


def read_books(url: str, names: Sequence[str]) -> dict[str, Book]:
    """What the database has of each room."""
    engine = create_engine(url)
    try:
        with engine.connect() as database:
            ids = {row.name: row.id for row in database.execute(text("SELECT id, name FROM rooms")).all()}
            books = {}
            for name in names:
                room = {"room": ids[name]}
                events = database.execute(
                    text("SELECT seq, kind, message_id FROM events WHERE room_id = :room ORDER BY seq"), room
                ).all()
                messages = database.execute(
                    text("SELECT id, state, seq, text, participant_id FROM messages WHERE room_id = :room"), room
                ).all()
                books[name] = Book(
                    [(row.seq, row.kind, row.message_id or "") for row in events],
                    {row.id: Kept(row.id, row.state, row.seq, row.text, row.participant_id) for row in messages},
                )
            return books
    finally:
        engine.dispose()


def _removals(rooms: Sequence[Room], books: dict[str, Book]) -> list[Fault]:
    """A removal that the host was promised has to be done."""
    return [
        Fault("zombie", f"{room.name}: {id_} was to be removed, and is {kept.state if kept else 'nowhere'}")
        for room in rooms
        for id_ in room.host.removed
        if (kept := books[room.name].messages.get(id_)) is None or kept.state != "removed"
    ]


def _waiting(people: Sequence[Person], books: dict[str, Book]) -> list[Fault]:
    """In the end nobody waits for anything."""
    return [
        Fault("stuck", f"{person.diary.name}: {missing}")
        for person in people
        if (missing := _missing(person, books[person.room].last_seq))
    ]


# -- the figures -------------------------------------------------------------------------------------------------------
def walks(diaries: Sequence[Diary]) -> list[float]:
    """From accepted to its author's own screen, in seconds, sorted."""
    found: list[float] = []
    for diary in diaries:
        shown = {sight.id: sight.at for sight in diary.seen if sight.kind == "message"}
        found += [shown[s.id] - s.told_at for s in diary.said.values() if s.told is not None and s.id in shown]
    return sorted(found)


def back_again(diaries: Sequence[Diary], struck: Sequence[tuple[float, Blow]]) -> dict[str, list[float]]:
    """From a kill to the first message, said after it, that is shown to somebody; for each room, by who was killed."""
    found: dict[str, list[float]] = {}
    for room in {diary.room for diary in diaries}:
        starts, soonest = _soonest([diary for diary in diaries if diary.room == room and not diary.late])
        for at, blow in struck:
            place = bisect_right(starts, at)
            if place < len(soonest):
                found.setdefault(" and ".join(sorted(blow.whom)), []).append(soonest[place] - at)
    return found


def _soonest(diaries: Sequence[Diary]) -> tuple[list[float], list[float]]:
    """When messages were said, sorted, and when the first of those said then or later was shown to anybody."""
    said = {saying.id: saying.at for diary in diaries for saying in diary.said.values()}
    first: dict[str, float] = {}
    for sight in (sight for diary in diaries for sight in diary.seen if sight.id in said):
        first[sight.id] = min(first.get(sight.id, sight.at), sight.at)
    order = sorted((said[id_], at) for id_, at in first.items())
    soonest = [at for _, at in order]
    for place in range(len(soonest) - 2, -1, -1):
        soonest[place] = min(soonest[place], soonest[place + 1])
    return [at for at, _ in order], soonest


def percentile(values: Sequence[float], share: float) -> float:
    """The value below which a share of the values lies."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else 0.0
