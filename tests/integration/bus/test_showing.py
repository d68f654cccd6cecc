"""Showing on a real server: log, bell and inbox in one step, and the store asked where the inbox cannot know."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from redis import Redis

from app.bus import bell, channels, inbox, log, rooms, showing, stages, trail
from app.bus.bell import Ring
from app.bus.events import to_wire
from app.bus.inbox import Acceptance
from app.bus.showing import Left
from app.bus.stages import Judged, Settled
from app.chat import Message, MessageShown, Outcome, Room, Verdict
from tests.integration.bus.conftest import a_message

NOON = datetime(2026, 11, 25, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def rung(room: Room, bus: Redis) -> Iterator[Callable[[], list[Ring]]]:
    """What the room's bell has rung since it was asked last."""
    pubsub = bus.pubsub(ignore_subscribe_messages=True)
    pubsub.subscribe(channels.bell(room.id))
    pubsub.get_message(timeout=1)

    def rings() -> list[Ring]:
        bus.publish(channels.bell(room.id), bell.GONE)
        found: list[Ring] = []
        while True:
            message = pubsub.get_message(timeout=5)
            if message is None:
                continue
            if message["data"] == bell.GONE:
                return found
            found.append(bell.heard(message["data"]))

    yield rings
    pubsub.close()


def kept(room: Room, *states: str, first: int = 1) -> list[Message]:
    """Messages that the store has in these states; those that are shown are numbered from `first` on."""
    messages = [a_message(room, f'"{state}" \\ Grüße \n 👩\u200d🚀') for state in states]
    assert set(inbox.accept(room, messages)) == {Acceptance.NEW}
    stages.judged(room.id, [Judged(each, Verdict(Outcome.PASS, each.text)) for each in messages])
    fates, seq = [], first
    for message, state in zip(messages, states, strict=True):
        number = seq if state == "shown" else None
        seq += state == "shown"
        reason = None if state == "shown" else 'a "word"'
        fates.append(Settled(message.id, message.participant_id, state, reason, number, NOON if number else None))
    stages.settled(room.id, fates, "the store's task")
    return messages


def with_a_log(room: Room, up_to: int = 0) -> None:
    """The log has events up to a seq; one that has none yet knows nothing."""
    message = a_message(room, "Before")
    events = [MessageShown(seq=seq, at=NOON, room_id=room.id, message=message) for seq in range(1, up_to + 1)]
    log.append(room.id, events, rooms.expiry(room), 0)


def show(room: Room, *messages: Message) -> Left:
    return showing.show(room.id, [message.id for message in messages], "the last task")


def in_log(room: Room, after: int = 0) -> list[dict[str, Any]]:
    parcel = log.since(room.id, after, 1000)
    assert parcel is not None
    return [json.loads(text) for text in parcel.texts]


def test_what_is_shown_is_what_the_store_would_tell(room: Room, rung: Callable[[], list[Ring]]) -> None:
    with_a_log(room, 1)
    rung()
    messages = kept(room, "shown", "shown", first=2)
    assert show(room, *messages) is Left.NOTHING
    expected = [
        to_wire(MessageShown(seq=seq, at=NOON, room_id=room.id, message=message))
        for seq, message in enumerate(messages, start=2)
    ]
    assert in_log(room, 1) == expected
    (ring,) = rung()
    assert [json.loads(text) for text in ring.parcel().texts] == expected
    assert (ring.parcel().first, ring.parcel().last, log.head(room.id)) == (2, 3, 3)


def test_what_is_shown_is_let_go_of(room: Room, bus: Redis) -> None:
    with_a_log(room, 1)
    messages = kept(room, "shown", "held", "shown", first=2)
    assert show(room, messages[0]) is Left.NOTHING
    assert [bool(inbox.author(room.id, each.id)) for each in messages] == [False, True, True]
    assert show(room, *messages) is Left.NOTHING
    left = [noun for noun in ("inbox", "order", "fates", "verdicts") if bus.exists(channels.key(room.id, noun))]
    assert left == []
    assert bus.zscore(channels.OVERDUE, room.id) is None
    assert show(room, *messages) is Left.UNKNOWN


def test_authors_and_hosts_are_told_in_the_same_step(room: Room, rung: Callable[[], list[Ring]]) -> None:
    with_a_log(room, 1)
    rung()
    held, _, rejected = kept(room, "held", "shown", "rejected", first=2)
    assert show(room, rejected) is Left.NOTHING
    news, to_author, to_host, to_other = rung()
    assert news.kind == bell.EVENTS
    assert (to_author.kind, to_author.words) == (bell.TO_ONE, [held.participant_id])
    assert json.loads(to_author.body) == {"type": "held", "id": held.id, "reason": 'a "word"'}
    assert (to_host.kind, json.loads(to_host.body)) == (bell.TO_HOST, {"type": "desk", "id": held.id})
    assert json.loads(to_other.body) == {"type": "rejected", "id": rejected.id, "reason": 'a "word"'}


def test_a_log_that_was_lost_is_not_begun_in_the_middle(room: Room, rung: Callable[[], list[Ring]]) -> None:
    messages = kept(room, "shown", first=7)
    assert show(room, *messages) is Left.STORE
    assert (rung(), log.head(room.id)) == ([], None)
    assert inbox.author(room.id, messages[0].id)


def test_what_comes_before_the_gap_is_shown(room: Room) -> None:
    """An event of another kind has number 3: the store has to tell it first."""
    with_a_log(room, 1)
    before, after = kept(room, "shown", first=2)[0], kept(room, "shown", first=4)[0]
    assert show(room, after) is Left.STORE
    assert log.head(room.id) == 2
    assert (inbox.author(room.id, before.id), bool(inbox.author(room.id, after.id))) == (None, True)
    with_a_log(room, 4)
    assert show(room, after) is Left.NOTHING
    assert (log.head(room.id), inbox.author(room.id, after.id)) == (4, None)


def test_what_the_log_has_is_not_shown_again(room: Room, rung: Callable[[], list[Ring]]) -> None:
    messages = kept(room, "shown", "shown", first=1)
    with_a_log(room, 2)
    rung()
    assert show(room, *messages) is Left.NOTHING
    assert rung() == []
    assert len(in_log(room)) == 2


def test_a_text_that_was_removed_meanwhile_is_not_shown_from_the_inbox(room: Room, bus: Redis) -> None:
    with_a_log(room, 1)
    removed, other = kept(room, "shown", "shown", first=2)
    log.let_go(room.id, 2, rooms.expiry(room))
    bus.delete(channels.SCRUB_WANTED)
    assert show(room, other) is Left.STORE
    assert log.head(room.id) == 1
    empty = MessageShown(seq=2, at=NOON, room_id=room.id, message=a_message(room, ""))
    assert log.append(room.id, [empty], rooms.expiry(room), 0, log.floor(room.id)) == 2
    assert show(room, removed, other) is Left.NOTHING
    assert [each["message"]["text"] for each in in_log(room, 1)] == ["", other.text]
    assert bus.get(channels.SCRUB_WANTED), "the file still has the text that was in the inbox"


def test_what_is_kept_without_a_time_is_told_by_the_store(room: Room) -> None:
    """A second run finds a message in the store and does not know whether it is still to be seen."""
    with_a_log(room, 1)
    (message,) = [a_message(room)]
    inbox.accept(room, [message])
    stages.judged(room.id, [Judged(message, Verdict(Outcome.PASS, message.text))])
    stages.settled(room.id, [Settled(message.id, message.participant_id, "removed", None, 2)])
    assert show(room, message) is Left.STORE


def test_more_than_a_hop_takes_at_once_is_shown_in_rounds(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    with_a_log(room, 1)
    monkeypatch.setattr(showing, "MOST_AT_ONCE", 2)
    messages = kept(room, *["shown"] * 5, first=2)
    assert [show(room, messages[-1]) for _ in range(3)] == [Left.MORE, Left.MORE, Left.NOTHING]
    assert [each["seq"] for each in in_log(room, 1)] == [2, 3, 4, 5, 6]


def test_each_message_has_its_own_trail_however_many_walked_together(room: Room) -> None:
    with_a_log(room, 1)
    shown, held, rejected = kept(room, "shown", "held", "rejected", first=2)
    assert show(room, rejected) is Left.NOTHING
    walks = [[json.loads(text) for text in trail.read(room.id, each.id)] for each in (shown, held, rejected)]
    assert [[stage["outcome"] for stage in walk] for walk in walks] == [
        ["accepted", "pass", "shown", "shown"],
        ["accepted", "pass", "held"],
        ["accepted", "pass", "rejected"],
    ]
    assert [stage["stage"] for stage in walks[0]] == list(trail.STAGES)
    assert [walk[2]["task_id"] for walk in walks] == ["the store's task"] * 3
    assert (walks[0][3]["task_id"], walks[1][2]["reason"]) == ("the last task", 'a "word"')
    trail.note(room.id, {held.id: trail.Stage("delivered", "shown", "by the host")}, rooms.expiry(room))
    assert json.loads(trail.read(room.id, held.id)[-1])["task_id"] == "by the host"


def test_a_trail_goes_only_as_far_as_its_message(room: Room) -> None:
    with_a_log(room, 1)
    (first,) = kept(room, "shown", first=2)
    show(room, first)
    second = a_message(room)
    inbox.accept(room, [second])
    assert [json.loads(text)["stage"] for text in trail.read(room.id, second.id)] == ["accepted"]
    assert len(trail.read(room.id, first.id)) == 4
