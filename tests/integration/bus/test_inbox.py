"""The inbox on a real server: accepted once, in order, judged once, cleared, and sent again when overdue."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from redis import Redis

from app.bus import channels, inbox, rooms
from app.bus.inbox import Acceptance, Fate
from app.chat import Message, Outcome, Room, Verdict
from app.chat.refusals import OtherText, RoomIsOver, TooFast, Unavailable
from tests.integration.bus.conftest import a_message, a_room

PASS = Verdict(Outcome.PASS, "Hello!", None, None)
HOLD = Verdict(Outcome.HOLD, "Hello!", "a listed word", "words")


def accepted(room: Room, *texts: str) -> list[Message]:
    messages = [a_message(room, text) for text in texts]
    for message in messages:
        assert inbox.accept(room, message) is Acceptance.NEW
    return messages


def texts(room: Room, *messages: Message) -> list[str]:
    return [entry.message.text for entry in inbox.to_judge(room.id, [message.id for message in messages])]


def test_an_accepted_message_is_there_as_it_was_said(room: Room) -> None:
    (message,) = accepted(room, 'Grüße, "Ada" \\ \n 👩\u200d🚀')
    (entry,) = inbox.to_judge(room.id, [message.id])
    assert entry.message == message
    assert (entry.verdict, entry.fate) == (None, None)


def test_the_same_message_again_is_taken_once(room: Room) -> None:
    message = a_message(room)
    assert [inbox.accept(room, message) for _ in range(3)] == [Acceptance.NEW, Acceptance.AGAIN, Acceptance.AGAIN]
    assert len(inbox.to_judge(room.id, [message.id])) == 1


def test_the_same_message_is_known_after_it_was_delivered(room: Room) -> None:
    (message,) = accepted(room, "Hello!")
    inbox.clear(room.id, [message.id])
    assert inbox.accept(room, message) is Acceptance.AGAIN
    assert inbox.to_judge(room.id, [message.id]) == ()


@pytest.mark.parametrize("other", [{"text": "Good-bye!"}, {"participant_id": "somebody else"}])
def test_an_id_belongs_to_one_text_of_one_author(room: Room, other: dict[str, str]) -> None:
    (message,) = accepted(room, "Hello!")
    with pytest.raises(OtherText):
        inbox.accept(room, replace(message, **other))
    inbox.clear(room.id, [message.id])
    with pytest.raises(OtherText):
        inbox.accept(room, replace(message, **other))


def test_messages_wait_in_the_order_in_which_they_were_accepted(room: Room) -> None:
    first, second, third = accepted(room, "One", "Two", "Three")
    assert texts(room, third, first) == ["One", "Two", "Three"]
    assert texts(room, second) == ["One", "Two"]
    assert texts(room, first) == ["One"]


def test_what_was_delivered_no_longer_waits(room: Room) -> None:
    first, second, third = accepted(room, "One", "Two", "Three")
    inbox.clear(room.id, [first.id, second.id])
    assert texts(room, third) == ["Three"]
    assert texts(room, first, second) == []


def test_rooms_do_not_mix(room: Room) -> None:
    other = a_room(name="other")
    message = a_message(room)
    inbox.accept(room, message)
    inbox.accept(other, replace(message, room_id=other.id, text="Elsewhere"))
    assert texts(room, message) == ["Hello!"]
    assert texts(other, message) == ["Elsewhere"]


def test_the_first_verdict_and_the_first_fate_stay(room: Room) -> None:
    (message,) = accepted(room, "Hello!")
    inbox.judged(room.id, {message.id: HOLD})
    inbox.judged(room.id, {message.id: PASS})
    inbox.settled(room.id, {message.id: Fate("held", None, "a listed word")})
    inbox.settled(room.id, {message.id: Fate("shown", 1)})
    (entry,) = inbox.to_show(room.id, [message.id])
    assert entry.verdict == HOLD
    assert entry.fate == Fate("held", None, "a listed word")
    assert entry.message == message


def test_a_message_waits_for_one_stage_at_a_time(room: Room) -> None:
    (message,) = accepted(room, "Hello!")
    stages = (inbox.to_judge, inbox.to_keep, inbox.to_show)
    assert [len(stage(room.id, [message.id])) for stage in stages] == [1, 0, 0]
    inbox.judged(room.id, {message.id: PASS})
    assert [len(stage(room.id, [message.id])) for stage in stages] == [0, 1, 0]
    inbox.settled(room.id, {message.id: Fate("shown", 1)})
    assert [len(stage(room.id, [message.id])) for stage in stages] == [0, 0, 1]
    inbox.clear(room.id, [message.id])
    assert [len(stage(room.id, [message.id])) for stage in stages] == [0, 0, 0]


def test_a_hop_takes_what_was_accepted_before_its_own_and_nothing_after(room: Room) -> None:
    first, second, third = accepted(room, "One", "Two", "Three")
    assert [entry.message.text for entry in inbox.to_judge(room.id, [second.id])] == ["One", "Two"]
    inbox.judged(room.id, {first.id: PASS})
    assert [entry.message.text for entry in inbox.to_judge(room.id, [third.id])] == ["Two", "Three"]


def test_a_verdict_on_a_message_that_is_gone_brings_nothing_back(room: Room, bus: Redis) -> None:
    (message,) = accepted(room, "Hello!")
    inbox.clear(room.id, [message.id])
    inbox.judged(room.id, {message.id: PASS})
    assert bus.exists(channels.key(room.id, "inbox")) == 0


def test_slow_mode_lets_one_through_and_says_how_long_to_wait() -> None:
    room = a_room(slow_mode=30)
    inbox.accept(room, a_message(room))
    with pytest.raises(TooFast) as refused:
        inbox.accept(room, a_message(room))
    assert 25 <= refused.value.retry_after <= 30
    inbox.accept(room, a_message(room, participant_id="somebody else"))


def test_a_full_inbox_accepts_nothing_more(room: Room, setting: Callable[..., None]) -> None:
    setting(INBOX_MAX_MESSAGES=2)
    first, _ = accepted(room, "One", "Two")
    with pytest.raises(Unavailable):
        inbox.accept(room, a_message(room, "Three"))
    assert inbox.accept(room, first) is Acceptance.AGAIN
    inbox.clear(room.id, [first.id])
    accepted(room, "Three")


def test_a_forgotten_room_accepts_nothing(room: Room, bus: Redis) -> None:
    accepted(room, "Hello!")
    rooms.forget(room.id, room.name)
    with pytest.raises(RoomIsOver):
        inbox.accept(room, a_message(room))
    assert [key for key in bus.scan_iter("*") if room.id in key and not key.startswith("parley:gone:")] == []


def test_everything_has_an_expiry(room: Room, bus: Redis) -> None:
    (message,) = accepted(room, "Hello!")
    inbox.accept(a_room(slow_mode=5, id=room.id), a_message(room))
    inbox.judged(room.id, {message.id: PASS})
    inbox.settled(room.id, {message.id: Fate("shown", 1)})
    keys = list(bus.scan_iter(f"*{room.id}*"))
    assert len(keys) >= 6
    end = room.ends_at.timestamp()
    for key in keys:
        assert end <= bus.expiretime(key) <= end + 2 * channels.EXPIRY_SLACK_SECONDS, key  # type: ignore[operator]


def test_what_is_not_delivered_in_time_is_overdue(room: Room) -> None:
    now = datetime.now(UTC)
    first, second = accepted(room, "One", "Two")
    assert inbox.overdue(now, 10) == ()
    later = now + timedelta(seconds=15)
    assert inbox.overdue(later, 10) == (room.id,)
    assert inbox.again(room.id, later, 100) == (first.id, second.id)
    assert inbox.again(room.id, later, 1) == (first.id,)


def test_what_was_delivered_is_not_overdue(room: Room) -> None:
    (message,) = accepted(room, "One")
    inbox.clear(room.id, [message.id])
    assert inbox.overdue(datetime.now(UTC) + timedelta(days=1), 10) == ()


def test_each_try_in_vain_waits_longer_than_the_one_before_up_to_a_limit(room: Room, bus: Redis) -> None:
    accepted(room, "One")
    now = datetime.now(UTC)
    waits = []
    for _ in range(8):
        inbox.again(room.id, now, 100)
        waits.append(round(bus.zscore(channels.OVERDUE, room.id) - now.timestamp()))  # type: ignore[operator]
    assert waits == [20, 40, 80, 160, 300, 300, 300, 300]


def test_a_room_whose_inbox_was_lost_is_not_swept_for_ever(room: Room, bus: Redis) -> None:
    accepted(room, "One")
    bus.delete(channels.key(room.id, "order"), channels.key(room.id, "inbox"))
    assert inbox.again(room.id, datetime.now(UTC), 100) == ()
    assert inbox.overdue(datetime.now(UTC) + timedelta(days=1), 10) == ()


def test_no_answer_is_told_as_such(room: Room, setting: Callable[..., None]) -> None:
    from app.bus import connection

    setting(REDIS_URL="unix:///nowhere/at/all", REDIS_TIMEOUT_SECONDS="0.2")
    connection.redis.cache_clear()
    connection.script.cache_clear()
    with pytest.raises(Unavailable):
        inbox.accept(room, a_message(room))
