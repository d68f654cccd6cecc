from __future__ import annotations

import tracemalloc
from datetime import timedelta

import pytest

from app.chat import Room, new_id
from app.store import messages, rooms, session, transcripts
from tests.integration.store.builders import LATER, NOON, a_message, passed

MANY, LONG = 5_200, "wide " * 400
BOUND_BYTES = 6_000_000  # all of them would be over 10,000,000

pytestmark = pytest.mark.usefixtures("database")


def say(room: Room, count: int, text: str = "Hello") -> None:
    for start in range(0, count, 400):
        batch = [passed(a_message(room, text)) for _ in range(start, min(start + 400, count))]
        messages.keep(room.id, batch, NOON)


def test_pages_go_back_from_the_newest(room: Room):
    say(room, 7)
    newest, more = transcripts.page(room.id, None, 3)
    assert ([seq for seq, _ in newest], more) == ([5, 6, 7], True)
    middle, more = transcripts.page(room.id, 5, 3)
    assert ([seq for seq, _ in middle], more) == ([2, 3, 4], True)
    oldest, more = transcripts.page(room.id, 2, 3)
    assert ([seq for seq, _ in oldest], more) == ([1], False)


def test_a_page_that_ends_at_the_first_message_is_the_last(room: Room):
    say(room, 3)
    assert transcripts.page(room.id, None, 3)[1] is False
    assert transcripts.page(room.id, 1, 3) == ((), False)
    assert transcripts.page(new_id(), None, 3) == ((), False)


def test_removed_messages_and_other_events_are_left_out(room: Room):
    say(room, 2)
    rooms.change(room.id, LATER, title="Another")
    say(room, 2)
    removed = transcripts.page(room.id, 3, 1)[0][0][1]
    messages.remove(room.id, removed.id, LATER)
    page, more = transcripts.page(room.id, None, 10)
    assert ([seq for seq, _ in page], more) == ([1, 4, 5], False)
    assert [seq for seq, _ in transcripts.everything(room.id)] == [1, 4, 5]


def test_the_newest_come_with_when_they_were_shown_and_when_something_last_happened(room: Room):
    assert transcripts.newest(room.id, 3) == (None, ())
    say(room, 4)
    late = a_message(room, "held for a while")
    messages.keep(room.id, [passed(late)], LATER)
    assert transcripts.newest(room.id, 1) == (LATER, ((LATER, late),))
    changed, shown = transcripts.newest(room.id, 3)
    assert (changed, [at for at, _ in shown]) == (LATER, [LATER, NOON, NOON])
    messages.remove(room.id, late.id, LATER + timedelta(minutes=1))
    changed, shown = transcripts.newest(room.id, 1)
    assert (changed, [at for at, _ in shown]) == (LATER + timedelta(minutes=1), [NOON])


def test_a_message_is_found_whatever_became_of_it(room: Room):
    message = a_message(room)
    messages.keep(room.id, [passed(message)], NOON)
    assert transcripts.find(room.id, message.id) == (1, "shown", None, message)
    assert transcripts.find(room.id, new_id()) is None
    assert transcripts.find(new_id(), message.id) is None


def test_a_long_transcript_is_read_in_bounded_memory(room: Room):
    say(room, MANY, LONG)
    next(iter(transcripts.everything(room.id)))  # whatever is made at the first use is made
    tracemalloc.start()
    try:
        seqs = [seq for seq, _ in transcripts.everything(room.id)]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert seqs == list(range(1, MANY + 1))
    assert peak < BOUND_BYTES


def test_a_reader_who_stops_in_the_middle_holds_nothing(room: Room):
    say(room, 3)
    lines = transcripts.everything(room.id)
    assert next(lines)[0] == 1
    assert session.engine().pool.status().startswith("0 of")
    say(room, 1)
    assert [seq for seq, _ in lines] == [2, 3, 4]
