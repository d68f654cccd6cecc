"""What is counted when a message is accepted: as the words count, once, and gone with the message."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from random import Random

import pytest
from redis import Redis

from app.bus import channels, counting, dead, inbox, rooms, showing, stages
from app.bus.inbox import Acceptance
from app.bus.stages import Judged, Settled
from app.chat import Asked, Facts, Message, Outcome, Room, Safety, Verdict, judge, make_checks
from app.chat.floods import Tally
from app.chat.safety import Guard
from tests.integration.bus.conftest import a_message, a_room

SAFETY = Safety(flood=Guard.HOLD, repeats=Guard.HOLD)


@pytest.fixture
def guarded() -> Room:
    return a_room(safety=SAFETY)


def facts(room: Room, messages: Sequence[Message]) -> list[Facts]:
    """What is known of messages by whoever has to judge them."""
    known = {message.id: about for message, about in next(stages.to_judge(room.id, [messages[-1].id]))}
    return [known[message.id] for message in messages]


def test_the_script_counts_as_the_words_do(guarded: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """A random talk of several devices and networks, in batches, with pauses: every number is the same."""
    dice, tally, moment = Random(1), Tally(counting.limits()), datetime.now(UTC).replace(microsecond=0)
    texts = ["yes", "YES!", "no", "The next exam is on Friday", "the next EXAM is on friday!!", "x" * 300, "👍"]
    for _ in range(60):
        pause = dice.choice([0.05, 0.4, 3, 20, 70, 150])
        moment = datetime.fromtimestamp(round(moment.timestamp() + pause, 3), UTC)
        batch = [
            a_message(guarded, dice.choice(texts), participant_id=dice.choice("abc"), at=moment)
            for _ in range(dice.randint(1, 5))
        ]
        networks = [dice.choice(["", "school", "home"]) for _ in batch]
        monkeypatch.setattr(inbox, "datetime", type("Then", (), {"now": staticmethod(lambda _tz, now=moment: now)}))
        assert inbox.accept(guarded, batch, networks) == [Acceptance.NEW] * len(batch)
        expected = [tally.facts(message, network) for message, network in zip(batch, networks, strict=True)]
        assert facts(guarded, batch) == expected
        stages.judged(guarded.id, [Judged(message, Verdict(Outcome.PASS, message.text)) for message in batch])


def test_what_is_handed_in_again_is_counted_once(guarded: Room) -> None:
    first, again = a_message(guarded, "Hello"), a_message(guarded, "Hello", participant_id="somebody")
    again = replace(again, participant_id=first.participant_id)
    assert inbox.accept(guarded, [first, first]) == [Acceptance.NEW, Acceptance.AGAIN]
    assert inbox.accept(guarded, [first, again]) == [Acceptance.AGAIN, Acceptance.NEW]
    assert [each.own for each in facts(guarded, [first, again])] == [1, 2]


def test_whoever_judges_twice_is_told_the_same_twice(guarded: Room) -> None:
    messages = [a_message(guarded, "Hello", participant_id="ada") for _ in range(3)]
    inbox.accept(guarded, messages)
    assert facts(guarded, messages) == facts(guarded, messages)
    assert [each.own for each in facts(guarded, messages)] == [1, 2, 3]


def test_a_worker_that_dies_while_it_judges_changes_no_verdict(guarded: Room) -> None:
    """Whoever comes after it is told what it was told, and counts nothing once more."""
    messages = [a_message(guarded, f"Message number {number:02} to all", participant_id="ada") for number in range(20)]
    for some in (messages[:7], messages[7:]):
        inbox.accept(guarded, some)
    checks = make_checks(["normalise", "length", "words", "flood", "repeated"], limits=counting.limits())

    def judge_all() -> list[Judged]:
        fresh = next(stages.to_judge(guarded.id, [messages[-1].id]))
        return [Judged(message, judge(Asked(message, guarded, facts=about), checks)) for message, about in fresh]

    died, first = judge_all(), judge_all()
    assert died == first
    stages.judged(guarded.id, first)
    assert list(stages.to_judge(guarded.id, [messages[-1].id])) == []
    outcomes = [each.verdict.outcome for each in first]
    assert outcomes == [Outcome.PASS] * 6 + [Outcome.HOLD] * 14
    assert next(stages.to_keep(guarded.id, [messages[-1].id])) == first


def test_where_nothing_is_looked_at_nothing_is_counted(room: Room, bus: Redis) -> None:
    message = a_message(room)
    inbox.accept(room, [message], ["school"])
    assert facts(room, [message]) == [Facts()]
    assert not any(bus.exists(channels.key(room.id, noun)) for noun in counting.NOUNS)


@pytest.mark.parametrize(
    ("safety", "nouns"),
    [(Safety(flood=Guard.HOLD), {"flood", "facts"}), (Safety(repeats=Guard.HOLD), {"said", "facts"})],
)
def test_only_what_is_looked_at_is_counted(safety: Safety, nouns: set[str], bus: Redis) -> None:
    room = a_room(safety=safety)
    inbox.accept(room, [a_message(room)], ["school"])
    assert {noun for noun in counting.NOUNS if bus.exists(channels.key(room.id, noun))} == nouns


def test_what_was_counted_goes_with_the_message_and_at_the_latest_with_the_room(guarded: Room, bus: Redis) -> None:
    rooms.project(guarded)
    messages = [a_message(guarded, text) for text in ("One", "Two")]
    inbox.accept(guarded, messages)
    first, second = messages
    stages.judged(guarded.id, [Judged(first, Verdict(Outcome.PASS, "One"))])
    stages.settled(guarded.id, [Settled(first.id, first.participant_id, "shown")])
    showing.show(guarded.id, [first.id])
    assert bus.hkeys(channels.key(guarded.id, "facts")) == [second.id]
    dead.bury(guarded.id, second.id, "moderated", "not judged")
    assert bus.exists(channels.key(guarded.id, "facts")) == 0
    end = guarded.ends_at.timestamp()
    for noun in ("flood", "said"):
        lives = bus.expiretime(channels.key(guarded.id, noun))
        assert end <= lives <= end + 2 * channels.EXPIRY_SLACK_SECONDS  # type: ignore[operator]
    rooms.forget(guarded.id, guarded.name)
    assert not any(bus.exists(channels.key(guarded.id, noun)) for noun in counting.NOUNS)


def test_no_text_and_no_address_is_kept_for_counting(guarded: Room, bus: Redis) -> None:
    inbox.accept(guarded, [a_message(guarded, "Tell nobody", participant_id="ada")], ["hash"])
    for noun in counting.NOUNS:
        kept = str(bus.hgetall(channels.key(guarded.id, noun)))
        assert "nobody" not in kept.lower()


def test_a_flood_of_different_texts_does_not_fill_redis(
    guarded: Room, bus: Redis, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "SAID_MOST", 20)
    for number in range(100):
        inbox.accept(guarded, [a_message(guarded, f"Text {number}")])
    assert sum(bus.hlen(channels.key(guarded.id, noun)) for noun in ("said", "said_before")) <= 50  # type: ignore[misc]


def test_what_the_operator_calls_a_flood_is_what_counts(guarded: Room, setting: Callable[..., None]) -> None:
    setting(FLOOD_DEVICE_AT_ONCE=3, FLOOD_DEVICE_A_MINUTE=6, REPEATS_SECONDS=30)
    assert counting.limits().device.most == 3000
    assert counting.how(guarded).split()[:3] == ["6", "600", "30000"]
