"""The inbox on a real server: accepted once, in order, judged once, cleared, and sent again when overdue."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from redis import Redis
from redis.exceptions import ResponseError

from app.bus import channels, dead, inbox, log, overdue, rooms, showing, stages, trail
from app.bus.inbox import Acceptance
from app.bus.showing import Left
from app.bus.stages import Judged, Settled
from app.chat import Message, Outcome, Room, Verdict
from app.chat.refusals import OtherText, Refusal, RoomIsOver, TooFast, Unavailable
from tests.integration.bus.conftest import a_message, a_room

T = TypeVar("T")
PASS = Verdict(Outcome.PASS, "Hello!", None, None)
HOLD = Verdict(Outcome.HOLD, "Hello!", "a listed word", "words")


def accepted(room: Room, *texts: str) -> list[Message]:
    messages = [a_message(room, text) for text in texts]
    assert inbox.accept(room, messages) == [Acceptance.NEW] * len(messages)
    return messages


def accept(room: Room, message: Message) -> Acceptance:
    (outcome,) = inbox.accept(room, [message])
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


def first_batch(batches: Iterator[list[T]]) -> list[T]:
    """What a hop is given at first; for all that there is he has to move it on."""
    return next(batches, [])


def to_judge(room: Room, ids: Sequence[str]) -> list[Message]:
    return [message for message, _ in first_batch(stages.to_judge(room.id, ids))]


def to_keep(room: Room, ids: Sequence[str]) -> list[Judged]:
    return first_batch(stages.to_keep(room.id, ids))


def judged(room: Room, message: Message, verdict: Verdict) -> None:
    stages.judged(room.id, [Judged(message, verdict)], "a task")


def settled(
    room: Room, message: Message, state: str = "shown", reason: str | None = None, seq: int | None = None
) -> None:
    """The store has it; that it has no number stands for one that the log has already."""
    stages.settled(room.id, [Settled(message.id, message.participant_id, state, reason, seq)], "a task")


def deliver(room: Room, *messages: Message) -> None:
    """All the walk of messages that are first in line."""
    for message in messages:
        judged(room, message, PASS)
        settled(room, message)
        assert showing.show(room.id, [message.id], "a task") is Left.NOTHING


def texts(room: Room, *messages: Message) -> list[str]:
    return [message.text for message in to_judge(room, [message.id for message in messages])]


def test_an_accepted_message_is_there_as_it_was_said(room: Room) -> None:
    (message,) = accepted(room, 'Grüße, "Ada" \\ \n 👩\u200d🚀')
    assert to_judge(room, [message.id]) == [message]


def test_the_same_message_again_is_taken_once(room: Room) -> None:
    message = a_message(room)
    assert [accept(room, message) for _ in range(3)] == [Acceptance.NEW, Acceptance.AGAIN, Acceptance.AGAIN]
    assert len(to_judge(room, [message.id])) == 1


def test_the_same_message_is_known_after_it_was_delivered(room: Room) -> None:
    (message,) = accepted(room, "Hello!")
    deliver(room, message)
    assert accept(room, message) is Acceptance.AGAIN
    assert to_judge(room, [message.id]) == []


@pytest.mark.parametrize("other", [{"text": "Good-bye!"}, {"participant_id": "somebody else"}])
def test_an_id_belongs_to_one_text_of_one_author(room: Room, other: dict[str, str]) -> None:
    (message,) = accepted(room, "Hello!")
    with pytest.raises(OtherText):
        accept(room, replace(message, **other))
    deliver(room, message)
    with pytest.raises(OtherText):
        accept(room, replace(message, **other))


def test_messages_wait_in_the_order_in_which_they_were_accepted(room: Room) -> None:
    first, second, third = accepted(room, "One", "Two", "Three")
    assert texts(room, third, first) == ["One", "Two", "Three"]
    assert texts(room, second) == ["One", "Two"]
    assert texts(room, first) == ["One"]


def test_what_was_delivered_no_longer_waits(room: Room) -> None:
    first, second, third = accepted(room, "One", "Two", "Three")
    deliver(room, first, second)
    assert texts(room, third) == ["Three"]
    assert texts(room, first, second) == []


def test_rooms_do_not_mix(room: Room) -> None:
    other = a_room(name="other")
    message = a_message(room)
    accept(room, message)
    accept(other, replace(message, room_id=other.id, text="Elsewhere"))
    assert texts(room, message) == ["Hello!"]
    assert texts(other, message) == ["Elsewhere"]


def test_the_first_verdict_and_the_first_fate_stay(room: Room) -> None:
    (message,) = accepted(room, "Hello!")
    judged(room, message, HOLD)
    judged(room, message, PASS)
    assert to_keep(room, [message.id]) == [Judged(message, HOLD)]
    settled(room, message, "held", "a listed word")
    settled(room, message)
    last = json.loads(trail.read(room.id, message.id)[-1])
    assert (last["stage"], last["outcome"], last["reason"]) == ("persisted", "held", "a listed word")


def test_a_verdict_may_change_the_text(room: Room) -> None:
    (message,) = accepted(room, "Hello, darn!")
    judged(room, message, Verdict(Outcome.PASS, "Hello, ****!"))
    clean = replace(message, text="Hello, ****!")
    assert to_keep(room, [message.id]) == [Judged(clean, Verdict(Outcome.PASS, "Hello, ****!"))]


def test_a_message_waits_for_one_stage_at_a_time(room: Room) -> None:
    (message,) = accepted(room, "Hello!")
    each = (to_judge, to_keep)
    assert [len(stage(room, [message.id])) for stage in each] == [1, 0]
    assert showing.show(room.id, [message.id]) is Left.NOTHING
    judged(room, message, PASS)
    assert [len(stage(room, [message.id])) for stage in each] == [0, 1]
    assert showing.show(room.id, [message.id]) is Left.NOTHING
    settled(room, message)
    assert [len(stage(room, [message.id])) for stage in each] == [0, 0]
    assert inbox.author(room.id, message.id) == message.participant_id
    assert showing.show(room.id, [message.id]) is Left.NOTHING
    assert inbox.author(room.id, message.id) is None
    assert showing.show(room.id, [message.id]) is Left.UNKNOWN


def test_two_hops_that_take_the_same_do_no_harm(room: Room) -> None:
    """Whoever comes first moves it on; what the other one takes beyond it is moved on by him."""
    first, second, third = accepted(room, "One", "Two", "Three")
    long, short = to_judge(room, [second.id]), to_judge(room, [first.id])
    stages.judged(room.id, [Judged(message, PASS) for message in long], "the long one")
    stages.judged(room.id, [Judged(message, HOLD) for message in short], "the short one")
    assert texts(room, third) == ["Three"]
    assert [each.verdict.outcome for each in to_keep(room, [third.id])] == [Outcome.PASS, Outcome.PASS]
    stages.judged(room.id, [Judged(message, HOLD) for message in (second, third)], "the last one")
    assert [each.verdict.outcome for each in to_keep(room, [third.id])] == [Outcome.PASS, Outcome.PASS, Outcome.HOLD]
    tasks = [json.loads(trail.read(room.id, each.id)[1])["task_id"] for each in (first, second, third)]
    assert tasks == ["the long one", "the long one", "the last one"]


def test_a_hop_takes_what_was_accepted_before_its_own_and_nothing_after(room: Room) -> None:
    first, second, third = accepted(room, "One", "Two", "Three")
    assert texts(room, second) == ["One", "Two"]
    judged(room, first, PASS)
    assert texts(room, third) == ["Two", "Three"]


def test_a_verdict_on_a_message_that_is_gone_brings_nothing_back(room: Room, bus: Redis) -> None:
    (message,) = accepted(room, "Hello!")
    deliver(room, message)
    judged(room, message, HOLD)
    assert bus.exists(channels.key(room.id, "verdicts")) == 0
    assert bus.exists(channels.key(room.id, "inbox")) == 0


def test_nothing_is_passed_over(room: Room) -> None:
    first, second, third = accepted(room, "One", "Two", "Three")
    for those in ([second], [first, third]):
        with pytest.raises(ResponseError, match="passed over"):
            stages.judged(room.id, [Judged(message, PASS) for message in those])
    assert texts(room, third) == ["One", "Two", "Three"]
    assert to_keep(room, [third.id]) == []


def test_slow_mode_lets_one_through_and_says_how_long_to_wait() -> None:
    room = a_room(slow_mode=30)
    accept(room, a_message(room))
    with pytest.raises(TooFast) as refused:
        accept(room, a_message(room))
    assert 25 <= refused.value.retry_after <= 30
    accept(room, a_message(room, participant_id="somebody else"))


def test_a_full_inbox_accepts_nothing_more(room: Room, setting: Callable[..., None]) -> None:
    setting(INBOX_MAX_MESSAGES=2)
    first, _ = accepted(room, "One", "Two")
    with pytest.raises(Unavailable):
        accept(room, a_message(room, "Three"))
    assert accept(room, first) is Acceptance.AGAIN
    deliver(room, first)
    accepted(room, "Three")


def test_a_forgotten_room_accepts_nothing(room: Room, bus: Redis) -> None:
    accepted(room, "Hello!")
    rooms.forget(room.id, room.name)
    with pytest.raises(RoomIsOver):
        accept(room, a_message(room))
    assert [key for key in bus.scan_iter("*") if room.id in key and not key.startswith("parley:gone:")] == []


def test_everything_has_an_expiry(room: Room, bus: Redis) -> None:
    (message,) = accepted(room, "Hello!")
    accept(a_room(slow_mode=5, id=room.id), a_message(room))
    judged(room, message, HOLD)
    settled(room, message, "held", "a listed word")
    log.let_go(room.id, 3, rooms.expiry(room))
    keys = list(bus.scan_iter(f"*{room.id}*"))
    assert len(keys) >= 10
    end = room.ends_at.timestamp()
    for key in keys:
        assert end <= bus.expiretime(key) <= end + 2 * channels.EXPIRY_SLACK_SECONDS, key  # type: ignore[operator]


def test_what_is_not_delivered_in_time_is_overdue(room: Room) -> None:
    now = datetime.now(UTC)
    first, second = accepted(room, "One", "Two")
    assert overdue.rooms(now, 10) == ()
    later = now + timedelta(seconds=15)
    assert overdue.rooms(later, 10) == (room.id,)
    assert overdue.again(room.id, later).ids == (first.id, second.id)


def test_what_was_delivered_is_not_overdue(room: Room) -> None:
    (message,) = accepted(room, "One")
    deliver(room, message)
    assert overdue.rooms(datetime.now(UTC) + timedelta(days=1), 10) == ()


def test_each_try_in_vain_waits_longer_than_the_one_before_up_to_a_limit(room: Room, bus: Redis) -> None:
    accepted(room, *(str(number) for number in range(100)))
    now = datetime.now(UTC)
    waits = []
    for _ in range(7):
        again = overdue.again(room.id, now)
        assert again.wait == round(bus.zscore(channels.OVERDUE, room.id) - now.timestamp())  # type: ignore[operator]
        waits.append(again.wait)
    assert waits == [2, 4, 8, 16, 30, 30, 30]


def test_a_room_whose_inbox_was_lost_is_not_swept_for_ever(room: Room, bus: Redis) -> None:
    accepted(room, "One")
    bus.delete(channels.key(room.id, "order"), channels.key(room.id, "inbox"))
    assert overdue.again(room.id, datetime.now(UTC)) == overdue.Again()
    assert overdue.rooms(datetime.now(UTC) + timedelta(days=1), 10) == ()


def test_a_message_that_stops_all_others_is_found_by_halves_and_given_up(room: Room) -> None:
    messages = accepted(room, *(str(number) for number in range(40)))
    everybody, now = [message.id for message in messages], datetime.now(UTC)
    sent = []
    while not (again := overdue.again(room.id, now)).dead:
        sent.append(len(again.ids))
        assert len(to_judge(room, everybody)) == sent[-1]
    assert sent == [40, 40, 40, 20, 10, 5, 2, 1, 1, 1]
    assert again.dead == messages[0].id
    assert dead.bury(room.id, again.dead, "moderated", "nobody could read it") == messages[0].participant_id
    # The others are not suspected of anything.
    again = overdue.again(room.id, now)
    assert (again.dead, again.ids) == ("", tuple(everybody[1:]))
    assert len(to_judge(room, everybody)) == 39


def test_as_long_as_no_worker_is_there_no_message_is_to_blame(room: Room) -> None:
    messages, now = accepted(room, *"abc"), datetime.now(UTC)
    for _ in range(50):
        again = overdue.again(room.id, now)
        assert (again.dead, len(again.ids)) == ("", 3)
    assert again.wait == 30
    assert len(to_judge(room, [messages[-1].id])) == 3


def test_a_hop_is_given_all_that_waits_batch_by_batch(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(stages, "MOST_AT_ONCE", 3)
    messages = accepted(room, *"abcdefg")
    sizes = []
    for batch in stages.to_judge(room.id, [messages[-1].id]):
        sizes.append(len(batch))
        stages.judged(room.id, [Judged(message, PASS) for message, _ in batch])
    assert sizes == [3, 3, 1]


def test_a_message_that_got_on_is_no_longer_suspected(room: Room) -> None:
    messages = accepted(room, *(str(number) for number in range(8)))
    now = datetime.now(UTC)
    sizes = []
    for _ in range(5):
        sizes.append(len(overdue.again(room.id, now).ids))
        to_judge(room, [messages[-1].id])
    assert sizes == [8, 8, 8, 4, 2]
    deliver(room, messages[0])
    assert len(to_judge(room, [messages[-1].id])) == 7
    assert len(overdue.again(room.id, now).ids) == 7


def test_a_room_that_is_put_off_is_due_again_soon_and_suspects_nobody(room: Room) -> None:
    accepted(room, "One", "Two")
    now = datetime.now(UTC)
    overdue.again(room.id, now)
    overdue.put_off(room.id, now)
    assert overdue.rooms(now, 10) == ()
    assert overdue.rooms(now + timedelta(seconds=1.5), 10) == (room.id,)


def test_what_a_host_decided_is_remembered_until_it_is_done(room: Room) -> None:
    now = datetime.now(UTC)
    overdue.decided(room.id, "a message", "message.remove", now, rooms.expiry(room))
    later = now + timedelta(seconds=5)
    assert overdue.rooms(now, 10) == ()
    assert overdue.rooms(later, 10) == (room.id,)
    assert overdue.again(room.id, later).decided == {"a message": "message.remove"}
    overdue.done(room.id, ["a message"])
    assert overdue.again(room.id, later) == overdue.Again()
    assert overdue.rooms(later + timedelta(days=1), 10) == ()


def test_what_a_host_decided_is_due_however_many_messages_are_delivered_meanwhile(room: Room) -> None:
    now = datetime.now(UTC)
    overdue.decided(room.id, "a message", "message.remove", now - timedelta(seconds=60), rooms.expiry(room))
    for text in "abc":
        (message,) = accepted(room, text)
        deliver(room, message)
        assert overdue.rooms(now, 10) == (room.id,)
    overdue.done(room.id, ["a message"])
    (message,) = accepted(room, "d")
    deliver(room, message)
    assert overdue.rooms(now + timedelta(days=1), 10) == ()


def test_a_dead_letter_waits_for_the_host_who_may_try_again(room: Room, bus: Redis) -> None:
    first, second = accepted(room, "One", "Two")
    judged(room, first, HOLD)
    assert dead.bury(room.id, first.id, "persisted", "not stored", "a task") == first.participant_id
    assert dead.bury(room.id, first.id, "persisted", "not stored", "a task") is None
    assert dead.letters(room.id) == (dead.Letter(first, "not stored"),)
    assert (dead.is_dead(room.id, first.id), dead.total()) == (True, 1)
    assert texts(room, second) == ["Two"]
    assert to_keep(room, [second.id]) == []
    last = json.loads(trail.read(room.id, first.id)[-1])
    assert (last["stage"], last["outcome"], last["reason"]) == ("persisted", "failed", "not stored")
    assert dead.revive(room.id, first.id)
    assert (dead.letters(room.id), dead.total(), bus.exists(channels.DEAD)) == ((), 0, 0)
    assert texts(room, first) == ["Two", "One"]
    assert [json.loads(text)["stage"] for text in trail.read(room.id, first.id)] == ["accepted"]
    assert accept(room, first) is Acceptance.AGAIN
    stages.judged(room.id, [Judged(second, replace(PASS, text="Two")), Judged(first, HOLD)])
    assert [each.verdict for each in to_keep(room, [first.id])] == [replace(PASS, text="Two"), HOLD]


def test_a_dead_letter_may_be_dropped_and_goes_with_its_room(room: Room, bus: Redis) -> None:
    rooms.project(room)
    first, second = accepted(room, "One", "Two")
    for message in (first, second):
        dead.bury(room.id, message.id, "moderated", "not judged")
    assert dead.total() == 2
    assert dead.drop(room.id, first.id)
    assert not dead.drop(room.id, first.id)
    assert dead.total() == 1
    rooms.forget(room.id, room.name)
    assert (dead.total(), dead.letters(room.id)) == (0, ())


def test_what_the_store_has_is_no_dead_letter(room: Room) -> None:
    (message,) = accepted(room, "One")
    judged(room, message, PASS)
    settled(room, message, seq=1)
    assert dead.bury(room.id, message.id, "delivered", "not shown") == message.participant_id
    assert (dead.letters(room.id), inbox.author(room.id, message.id)) == ((), None)


def test_no_answer_is_told_as_such(room: Room, setting: Callable[..., None]) -> None:
    from app.bus import connection

    setting(REDIS_URL="unix:///nowhere/at/all", REDIS_TIMEOUT_SECONDS="0.2")
    connection.redis.cache_clear()
    connection.script.cache_clear()
    with pytest.raises(Unavailable):
        accept(room, a_message(room))
