"""Marks that are wished for wait in their order, bounded, and are let go only by whoever has kept them as they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from redis import Redis

from app.bus import chain, channels, inbox, marks, overdue, rooms
from app.bus.marks import Taken
from app.chat import Mark, Message, Room, Wish, new_id
from app.chat.refusals import Refusal, RoomIsOver, TooFast, Unavailable
from tests.integration.bus.conftest import a_message, a_room

ADA, GRACE = new_id(), new_id()


@pytest.fixture(autouse=True)
def sent(monkeypatch: pytest.MonkeyPatch) -> list[float | None]:
    """How long each hop that was sent for is to wait, instead of sending it."""
    waits: list[float | None] = []
    monkeypatch.setattr(chain, "order", lambda _room, hop, _about, wait=None: waits.append(wait))
    return waits


@pytest.fixture
def message(room: Room) -> Message:
    """A message that was accepted."""
    said = a_message(room)
    inbox.accept(room, [said])
    return said


def wish(room: Room, message: Message, who: str = ADA, mark: Mark = Mark.VOTE) -> Taken | Refusal:
    (outcome,) = marks.wish(room, [(Wish(mark, message.id, who), False)])
    return outcome


def waiting(room: Room) -> list[tuple[Mark, str]]:
    return [(each.wish.mark, each.wish.participant_id) for each in marks.waiting(room.id)]


def test_whoever_wishes_first_sends_the_hop_and_the_others_ride_with_it(
    room: Room, message: Message, sent: list[float | None]
) -> None:
    crowd = [new_id() for _ in range(500)]
    assert {wish(room, message, who) for who in crowd} == {Taken.TAKEN}
    assert sent == [None]
    assert waiting(room) == [(Mark.VOTE, who) for who in crowd]
    assert overdue.again(room.id, datetime.now(UTC)).decided == {chain.MARK: chain.MARK}


def test_what_is_kept_is_let_go_and_the_next_hop_waits_a_moment(
    room: Room, message: Message, sent: list[float | None], bus: Redis
) -> None:
    wish(room, message)
    assert marks.kept(room.id, marks.waiting(room.id)) == 0
    assert overdue.again(room.id, datetime.now(UTC)).decided == {}
    assert bus.zscore(channels.OVERDUE, room.id) is not None, "the message waits still"
    wish(room, message, GRACE)
    assert sent[0] is None
    assert sent[1]
    assert 0 < sent[1] <= marks.GATHERED_SECONDS


def test_a_room_with_nothing_to_do_is_not_looked_at_again(room: Room, bus: Redis) -> None:
    before_redis_was_emptied = Wish(Mark.VOTE, new_id(), ADA)
    assert marks.wish(room, [(before_redis_was_emptied, True)]) == [Taken.TAKEN]
    assert bus.zscore(channels.OVERDUE, room.id)
    assert marks.kept(room.id, marks.waiting(room.id)) == 0
    assert bus.zscore(channels.OVERDUE, room.id) is None


def test_what_is_wished_again_while_it_is_being_kept_stays(room: Room, message: Message) -> None:
    wish(room, message)
    first = marks.waiting(room.id)
    wish(room, message, mark=Mark.UNVOTE)
    wish(room, message)
    assert marks.kept(room.id, first) == 2
    assert waiting(room) == [(Mark.UNVOTE, ADA), (Mark.VOTE, ADA)]
    assert marks.kept(room.id, first) == 2, "a second run lets go of nothing else"
    assert marks.kept(room.id, marks.waiting(room.id)) == 0


def test_a_message_that_nobody_knows_is_asked_for_elsewhere(room: Room, message: Message) -> None:
    other = a_message(a_room(name="hopper"))
    assert [wish(room, each) for each in (other, message)] == [Taken.UNKNOWN, Taken.TAKEN]
    assert marks.wish(room, [(Wish(Mark.VOTE, other.id, ADA), True)]) == [Taken.TAKEN]
    assert [each.wish.message_id for each in marks.waiting(room.id)] == [message.id, other.id]


def test_a_participant_votes_only_so_often_in_a_minute(
    room: Room, message: Message, setting: Callable[..., None]
) -> None:
    setting(VOTES_A_MINUTE=3)
    said = [wish(room, message, mark=mark) for mark in (Mark.VOTE, Mark.UNVOTE, Mark.VOTE, Mark.UNVOTE)]
    if isinstance(said[-1], Taken):  # a new minute began meanwhile
        said = [wish(room, message) for _ in range(4)]
    assert isinstance(said[-1], TooFast)
    assert 0 < said[-1].retry_after <= 60
    assert wish(room, message, GRACE) is Taken.TAKEN
    assert wish(room, message, "", Mark.ANSWER) is Taken.TAKEN, "the host is nobody's flood"


def test_what_waits_is_bounded(room: Room, message: Message, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(marks, "MOST_WAITING", 2)
    said = [wish(room, message, who) for who in (ADA, GRACE, new_id())]
    assert said[:2] == [Taken.TAKEN] * 2
    assert isinstance(said[2], Unavailable)


def test_a_forgotten_room_takes_no_wish_and_keeps_nothing(room: Room, message: Message, bus: Redis) -> None:
    rooms.project(room)
    wish(room, message)
    rooms.forget(room.id, room.name)
    assert isinstance(wish(room, message), RoomIsOver)
    assert [key for key in bus.scan_iter() if room.id in key] == [channels.gone_key(room.id)]


def test_nothing_of_it_outlives_the_room(room: Room, message: Message, bus: Redis) -> None:
    wish(room, message)
    for noun in ("marks", "wishes", "decided"):
        assert 0 < bus.ttl(channels.key(room.id, noun)) <= 2 * channels.EXPIRY_SLACK_SECONDS
