"""What one web process has besides Flask: the hub, the courier, and what is done for many at once."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from typing import TypeVar

from flask import Flask, current_app

from app.bus import inbox, marks, speakers
from app.bus.courier import Courier
from app.bus.hub import Hub
from app.bus.inbox import Acceptance
from app.bus.marks import Taken
from app.bus.together import Together
from app.chat import Message, Participant, Room, Wish
from app.chat.refusals import Refusal, Unavailable
from app.store import readiness
from app.web import bans, replay
from config import crashing
from config.settings import settings

Said = tuple[Room, tuple[Message, bool]]
Speaker = tuple[str, str]
Wished = tuple[Room, tuple[Wish, bool]]
Asked = TypeVar("Asked")
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class House:
    """The hub that listens, the courier that publishes, and three ways to Redis that many share.

    Attributes:
        hub: brings a room's news to everyone who follows it in this process.
        courier: sends what was accepted on its walk.
        speakers: (room id, participant id) → room and participant as Redis has them now.
        intake: (room, (message, whether it waits for the host whatever it says)) → accepted, or why not.
        wishes: (room, (wish, whether its message is known to exist)) → taken, or why not.
    """

    hub: Hub
    courier: Courier
    speakers: Together[Speaker, tuple[Room | None, Participant | None]]
    intake: Together[Said, Acceptance | Refusal]
    wishes: Together[Wished, Taken | Refusal]


def init_app(app: Flask) -> None:
    """Starts them; each web process has its own."""
    readiness.warm_up()
    courier, most = Courier(), settings().accept_max_messages

    def take_in(said: Sequence[Said]) -> list[Acceptance | Refusal]:
        return _room_by_room(said, partial(_accepted, courier))

    def take_wishes(wished: Sequence[Wished]) -> list[Taken | Refusal]:
        return _room_by_room(wished, _wished)

    app.extensions["parley"] = House(
        Hub(replay.since, courier.taken, bans.changed),
        courier,
        Together(speakers.found, most),
        Together(take_in, most),
        Together(take_wishes, most),
    )


def house() -> House:
    """This process's hub, courier and intake."""
    found: House = current_app.extensions["parley"]
    return found


def _room_by_room(
    asked: Sequence[tuple[Room, Asked]], work: Callable[[Room, Sequence[Asked]], Sequence[Answer]]
) -> list[Answer]:
    """Does what is asked for of a room in one go, and answers each in its place."""
    outcomes: dict[int, Answer] = {}
    in_rooms = sorted(range(len(asked)), key=lambda place: asked[place][0].id)
    for _, alike in groupby(in_rooms, key=lambda place: asked[place][0].id):
        places = list(alike)
        outcomes |= zip(places, work(asked[places[0]][0], [asked[place][1] for place in places]), strict=True)
    return [outcomes[place] for place in range(len(asked))]


def _accepted(courier: Courier, room: Room, said: Sequence[tuple[Message, bool]]) -> Sequence[Acceptance | Refusal]:
    """Takes messages into durable hands and sends them on their walk."""
    try:
        crashing.point("accept.before")
        outcomes = inbox.accept(room, [message for message, _ in said])
        crashing.point("accept.after")
    except Unavailable as away:
        return [away] * len(said)
    new = [each for each, outcome in zip(said, outcomes, strict=True) if outcome is Acceptance.NEW]
    courier.hand(room, [message.id for message, _ in new], hurry=not all(waits for _, waits in new))
    return outcomes


def _wished(room: Room, wishes: Sequence[tuple[Wish, bool]]) -> Sequence[Taken | Refusal]:
    try:
        return marks.wish(room, wishes)
    except Unavailable as away:
        return [away] * len(wishes)
