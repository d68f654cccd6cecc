"""What one web process has besides Flask: the hub, the courier, and what is done for many at once."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from flask import Flask, current_app

from app.bus import inbox, speakers
from app.bus.courier import Courier
from app.bus.hub import Hub
from app.bus.inbox import Acceptance
from app.bus.together import Together
from app.chat import Message, Participant, Room
from app.chat.refusals import Refusal, Unavailable
from app.store import readiness
from app.web import replay
from config import crashing
from config.settings import settings

Said = tuple[Room, Message]
Speaker = tuple[str, str]


@dataclass(frozen=True, slots=True)
class House:
    """The hub that listens, the courier that publishes, and two ways to Redis that many share.

    Attributes:
        hub: brings a room's news to everyone who follows it in this process.
        courier: sends what was accepted on its walk.
        speakers: (room id, participant id) → room and participant as Redis has them now.
        intake: (room, message) → accepted, or why not.
    """

    hub: Hub
    courier: Courier
    speakers: Together[Speaker, tuple[Room | None, Participant | None]]
    intake: Together[Said, Acceptance | Refusal]


def init_app(app: Flask) -> None:
    """Starts them; each web process has its own."""
    readiness.warm_up()
    courier, most = Courier(), settings().accept_max_messages

    def take_in(said: Sequence[Said]) -> list[Acceptance | Refusal]:
        return _take_in(courier, said)

    app.extensions["parley"] = House(
        Hub(replay.since, courier.taken), courier, Together(speakers.found, most), Together(take_in, most)
    )


def house() -> House:
    """This process's hub, courier and intake."""
    found: House = current_app.extensions["parley"]
    return found


def _take_in(courier: Courier, said: Sequence[Said]) -> list[Acceptance | Refusal]:
    """Takes messages into durable hands, those of a room in one go, and sends them on their walk."""
    outcomes: dict[int, Acceptance | Refusal] = {}
    in_rooms = sorted(range(len(said)), key=lambda place: said[place][1].room_id)
    for _, alike in groupby(in_rooms, key=lambda place: said[place][1].room_id):
        places = list(alike)
        outcomes |= zip(places, _accepted(courier, [said[place] for place in places]), strict=True)
    return [outcomes[place] for place in range(len(said))]


def _accepted(courier: Courier, said: Sequence[Said]) -> Sequence[Acceptance | Refusal]:
    room, messages = said[0][0], [message for _, message in said]
    try:
        crashing.point("accept.before")
        outcomes = inbox.accept(room, messages)
        crashing.point("accept.after")
    except Unavailable as away:
        return [away] * len(said)
    new = [m.id for m, outcome in zip(messages, outcomes, strict=True) if outcome is Acceptance.NEW]
    courier.hand(room, new)
    return outcomes
