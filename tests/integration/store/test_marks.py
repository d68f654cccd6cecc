from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.chat import Mark, Message, MessagePinned, QuestionAnswered, Room, VotesCounted, Wish, new_id
from app.store import events, marks, messages, rooms, session, transcripts
from app.store.tables import votes
from tests.integration.store.builders import LATER, NOON, a_message, a_room, held, passed

pytestmark = pytest.mark.usefixtures("database")

ADA, GRACE = new_id(), new_id()


def ask(room: Room, text: str = "Why?", *, question: bool = True) -> Message:
    """A question that is shown."""
    message = replace(a_message(room, text), question=question)
    messages.keep(room.id, [passed(message)], NOON)
    return message


def vote(message: Message, *who: str, mark: Mark = Mark.VOTE) -> None:
    do(message.room_id, *(Wish(mark, message.id, each) for each in who))


def do(room_id: str, *wishes: Wish) -> None:
    marks.carry_out(room_id, lambda: wishes, LATER)


def told(room: Room) -> list[tuple[object, ...]]:
    """What was told of marks, in order."""
    found: list[tuple[object, ...]] = []
    for event in events.since(room.id, 0, 1000):
        if isinstance(event, VotesCounted):
            found.append(("vote", event.id, event.votes))
        elif isinstance(event, QuestionAnswered):
            found.append(("answered", event.id, event.answered))
        elif isinstance(event, MessagePinned):
            found.append(("pinned", event.message and event.message.id))
    return found


def now(message: Message) -> Message:
    found = transcripts.find(message.room_id, message.id)
    assert found
    return found[3]


def rows() -> int:
    with session.reading() as look:
        return look.scalar(select(func.count()).select_from(votes)) or 0


def test_votes_that_come_together_are_one_event_for_each_message(room: Room):
    one, two = ask(room), ask(room)
    crowd = [new_id() for _ in range(40)]
    do(room.id, *(Wish(Mark.VOTE, one.id, who) for who in crowd), Wish(Mark.VOTE, two.id, ADA))
    assert told(room) == [("vote", one.id, 40), ("vote", two.id, 1)]
    assert (now(one).votes, now(two).votes, rows()) == (40, 1, 41)
    assert [event.seq for event in events.since(room.id, 0, 10)] == [1, 2, 3, 4]


def test_a_vote_counts_once_however_often_it_is_cast(room: Room):
    question = ask(room)
    vote(question, ADA, ADA, ADA)
    vote(question, ADA)
    vote(question, GRACE)
    assert told(room) == [("vote", question.id, 1), ("vote", question.id, 2)]


def test_the_last_word_of_a_participant_counts(room: Room):
    question = ask(room)
    cast, back = (Wish(mark, question.id, ADA) for mark in (Mark.VOTE, Mark.UNVOTE))
    do(room.id, cast, back, cast)
    assert now(question).votes == 1
    do(room.id, back, cast, back)
    assert (now(question).votes, rows()) == (0, 0)
    do(room.id, back)
    assert told(room) == [("vote", question.id, 1), ("vote", question.id, 0)]


def test_nobody_takes_back_what_he_has_not_cast(room: Room):
    question = ask(room)
    vote(question, ADA)
    vote(question, GRACE, mark=Mark.UNVOTE)
    assert (now(question).votes, len(told(room))) == (1, 1)


def test_one_who_comes_and_one_who_goes_leave_the_count_as_it_is(room: Room):
    question = ask(room)
    vote(question, ADA)
    do(room.id, Wish(Mark.UNVOTE, question.id, ADA), Wish(Mark.VOTE, question.id, GRACE))
    assert told(room) == [("vote", question.id, 1)]
    assert transcripts.voted(room.id, GRACE, [question.id]) == {question.id}
    assert transcripts.voted(room.id, ADA, [question.id]) == frozenset()


def test_only_what_is_shown_is_voted_for(room: Room):
    waiting, gone = replace(a_message(room), question=True), ask(room)
    messages.keep(room.id, [held(waiting)], NOON)
    vote(gone, ADA, GRACE)
    messages.remove(room.id, gone.id, LATER)
    assert rows() == 0
    for message in (waiting, gone):
        vote(message, ADA)
        do(room.id, Wish(Mark.ANSWER, message.id), Wish(Mark.PIN, message.id))
    do(room.id, Wish(Mark.VOTE, new_id(), ADA))
    assert told(room) == [("vote", gone.id, 2)]
    assert (rows(), now(gone).votes, transcripts.questions(room.id, 10)) == (0, 0, ())


def test_rooms_keep_their_votes_apart(room: Room):
    other = rooms.create(a_room("hopper"))
    here = ask(room)
    there = replace(here, room_id=other.id)
    messages.keep(other.id, [passed(there)], NOON)
    vote(here, ADA)
    assert (now(here).votes, now(there).votes) == (1, 0)
    assert transcripts.voted(other.id, ADA, [here.id]) == frozenset()
    messages.remove(other.id, there.id, LATER)
    assert (now(here).votes, rows()) == (1, 1)


def test_what_waits_is_asked_for_only_by_whoever_holds_the_room(room: Room):
    """Else one who asked first and writes last would bring an older word back."""
    question = ask(room)
    said = [Wish(random.choice([Mark.VOTE, Mark.UNVOTE]), question.id, ADA) for _ in range(60)]
    words = iter(said)
    with ThreadPoolExecutor(6) as pool:
        for done in [pool.submit(marks.carry_out, room.id, lambda: [next(words)], NOON) for _ in said]:
            done.result()
    assert now(question).votes == rows() == (said[-1].mark is Mark.VOTE)
    counts = [entry[2] for entry in told(room)]
    assert counts == [(number + 1) % 2 for number in range(len(counts))]


def test_a_room_that_is_gone_is_asked_nothing(room: Room):
    rooms.forget(room.id, LATER)
    marks.carry_out(room.id, lambda: pytest.fail("nobody is to be asked"), LATER)


def test_the_questions_come_with_the_most_voted_first_then_the_oldest(room: Room):
    first, second, third = ask(room, "First?"), ask(room, "Second?"), ask(room, "Third?")
    ask(room, "No question", question=False)
    vote(third, ADA, GRACE)
    vote(second, ADA)
    assert [message.id for _, message in transcripts.questions(room.id, 10)] == [third.id, second.id, first.id]
    assert [seq for seq, _ in transcripts.questions(room.id, 2)] == [3, 2]
    vote(first, ADA)
    found = transcripts.questions(room.id, 10)
    assert [(message.id, message.votes) for _, message in found] == [(third.id, 2), (first.id, 1), (second.id, 1)]


def test_a_question_is_answered_and_opened_again(room: Room):
    question = ask(room)
    for mark in (Mark.ANSWER, Mark.ANSWER, Mark.UNANSWER, Mark.UNANSWER, Mark.ANSWER):
        do(room.id, Wish(mark, question.id))
    do(room.id, Wish(Mark.UNANSWER, question.id), Wish(Mark.ANSWER, question.id))
    assert told(room) == [("answered", question.id, struck) for struck in (True, False, True)]
    assert now(question).answered is True


def test_one_message_is_pinned_at_a_time(room: Room):
    one, two = ask(room), ask(room)
    do(room.id, Wish(Mark.PIN, one.id))
    do(room.id, Wish(Mark.PIN, one.id))
    do(room.id, Wish(Mark.PIN, two.id))
    do(room.id, Wish(Mark.UNPIN, one.id))
    assert told(room) == [("pinned", one.id), ("pinned", two.id)]
    pinned = rooms.get(room.id)
    assert pinned
    assert pinned.pinned_id == two.id
    do(room.id, Wish(Mark.UNPIN, two.id))
    assert told(room)[2:] == [("pinned", None)]


@pytest.mark.parametrize(
    ("wished", "pinned"),
    [(["+1", "+2"], 2), (["+2", "+1"], 1), (["+1", "+2", "-2"], None), (["+1", "-2"], 1), (["-1", "+1"], 1)],
)
def test_pins_that_come_together_are_set_in_their_order(room: Room, wished: list[str], pinned: int | None):
    both = {"1": ask(room), "2": ask(room)}
    do(room.id, *(Wish(Mark.PIN if each[0] == "+" else Mark.UNPIN, both[each[1]].id) for each in wished))
    assert told(room) == ([("pinned", both[str(pinned)].id)] if pinned else [])


def test_a_pinned_message_that_is_removed_is_pinned_no_longer_and_tells_nothing_any_more(room: Room):
    question, other = ask(room, "A secret?"), ask(room)
    do(room.id, Wish(Mark.PIN, question.id))
    assert events.last_told(room.id, question.id) == 3
    assert events.last_told(room.id, other.id) == 2
    messages.remove(room.id, question.id, LATER + timedelta(minutes=1))
    messages.remove(room.id, question.id, LATER + timedelta(minutes=2))
    kinds = [event.kind for event in events.since(room.id, 0, 10)]
    assert kinds == ["message", "message", "pinned", "removed", "pinned"]
    assert told(room) == [("pinned", None), ("pinned", None)]
    pinned = rooms.get(room.id)
    assert pinned
    assert pinned.pinned_id is None
    assert "secret" not in str(events.since(room.id, 0, 10))


def test_a_room_that_is_changed_keeps_its_pin(room: Room):
    question = ask(room)
    do(room.id, Wish(Mark.PIN, question.id))
    changed = rooms.change(room.id, LATER, title="Another")
    assert changed
    assert changed.pinned_id == question.id
    assert rooms.get(room.id) == changed
