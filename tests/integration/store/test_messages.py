from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta, timezone
from threading import Event as Flag

import pytest
from sqlalchemy import select, text

from app.chat import Message, MessageRemoved, MessageShown, Outcome, Room, Verdict, new_id
from app.store import events, held, messages, rooms, transcripts
from app.store.messages import Kept
from app.store.session import reading
from app.store.tables import messages as messages_table
from tests.integration.store import builders
from tests.integration.store.builders import LATER, NOON, a_message, a_room, passed, rejected

WRITERS, BATCHES, BATCH = 8, 15, 4

pytestmark = pytest.mark.usefixtures("database")


def all_events(room: Room) -> list[int]:
    return [event.seq for event in events.since(room.id, 0, 100_000)]


def test_what_passed_is_shown_in_order(room: Room):
    ada, bob = a_message(room, "Grüße 👩‍👩‍👧‍👦 שלום"), a_message(room, "Hi\nthere", "Bob")
    kept = messages.keep(room.id, [passed(ada), passed(bob)], LATER)
    assert kept == {
        ada.id: Kept(state="shown", seq=1, reason=None),
        bob.id: Kept(state="shown", seq=2, reason=None),
    }
    assert events.since(room.id, 0, 10) == (
        MessageShown(seq=1, at=LATER, room_id=room.id, message=ada),
        MessageShown(seq=2, at=LATER, room_id=room.id, message=bob),
    )
    assert events.last_seq(room.id) == 2


def test_a_post_keeps_where_it_came_from(room: Room):
    post = replace(a_message(room), source="bluesky", url="https://bsky.app/1", participant_id="bluesky:did:plc:abc")
    messages.keep(room.id, [passed(post)], LATER)
    assert transcripts.page(room.id, None, 10) == (((1, post),), False)


def test_the_text_is_the_verdicts(room: Room):
    message = a_message(room, "  raw  ")
    messages.keep(room.id, [(message, Verdict(Outcome.PASS, "raw"))], LATER)
    assert transcripts.page(room.id, None, 10)[0] == ((1, replace(message, text="raw")),)


def test_the_same_batch_twice_is_kept_once(room: Room):
    batch = [passed(a_message(room)), builders.held(a_message(room)), rejected(a_message(room))]
    first = messages.keep(room.id, batch, NOON)
    assert messages.keep(room.id, batch, LATER) == first
    assert all_events(room) == [1]


def test_one_id_twice_in_a_batch_is_kept_once_and_the_first_counts(room: Room):
    message = a_message(room, "first")
    kept = messages.keep(room.id, [passed(message), passed(replace(message, text="second"))], NOON)
    assert kept == {message.id: Kept(state="shown", seq=1, reason=None)}
    assert transcripts.page(room.id, None, 10)[0] == ((1, message),)


def test_an_id_that_is_there_is_answered_as_it_is(room: Room):
    old, new = a_message(room), a_message(room)
    messages.keep(room.id, [builders.held(old, "a word")], NOON)
    kept = messages.keep(room.id, [passed(old), passed(new)], LATER)
    assert kept == {
        old.id: Kept(state="held", seq=None, reason="a word"),
        new.id: Kept(state="shown", seq=1, reason=None),
    }


def test_what_is_there_in_the_middle_of_a_batch_leaves_no_gap(room: Room):
    first, old, last = (a_message(room, text) for text in ("first", "old", "last"))
    messages.keep(room.id, [passed(old)], NOON)
    kept = messages.keep(room.id, [passed(first), passed(replace(old, text="other words")), passed(last)], LATER)
    assert [kept[message.id].seq for message in (old, first, last)] == [1, 2, 3]
    assert [message for _, message in transcripts.everything(room.id)] == [old, first, last]
    assert all_events(room) == [1, 2, 3] == list(range(1, rooms.get(room.id).last_seq + 1))


def test_one_id_twice_beside_one_that_is_there_is_kept_once(room: Room):
    old, new = a_message(room, "old"), a_message(room, "new")
    messages.keep(room.id, [passed(old)], NOON)
    again = passed(replace(new, text="again"))
    assert messages.keep(room.id, [passed(new), again, passed(old)], LATER)[new.id].seq == 2
    assert transcripts.find(room.id, new.id) == (2, "shown", None, new)


def test_a_large_batch_of_every_kind_is_kept_as_it_was_said(room: Room):
    said = [a_message(room, f"100 % of 'it' \\ %s {n}", at=NOON + timedelta(seconds=n)) for n in range(250)]
    posts = [replace(message, source="bluesky", url=f"https://bsky.app/{message.id}") for message in said[::3]]
    batch = [passed(message) for n, message in enumerate(said) if n % 3]
    messages.keep(room.id, [*batch, *map(passed, posts), builders.held(waits := a_message(room))], LATER)
    shown = [message for _, message in transcripts.everything(room.id)]
    assert shown == [*(message for message, _ in batch), *posts]
    assert held.waiting(room.id, 10) == ((waits, "waits for the host"),)


def test_a_moment_lies_in_the_database_as_sqlalchemy_would_write_it(room: Room):
    """Text is compared with text in SQLite: one form for all, with microseconds even where there are none."""
    even = replace(a_message(room), at=NOON.replace(microsecond=0).astimezone(timezone(timedelta(hours=5))))
    messages.keep(room.id, [passed(even)], even.at)
    with reading() as look:
        same = select(messages_table.c.id).where(messages_table.c.at == even.at)
        assert look.scalars(same).all() == [even.id]
        at, entered = look.execute(text("SELECT m.at, e.at FROM messages m JOIN events e ON e.message_id = m.id")).one()
    assert at == entered
    assert transcripts.find(room.id, even.id) == (1, "shown", None, even)


def test_writers_of_the_same_ids_at_once_keep_each_once(room: Room):
    said = [a_message(room, str(n)) for n in range(40)]

    def write(writer: int) -> list[dict[str, Kept]]:
        turned = said[writer * 5 :] + said[: writer * 5]
        return [messages.keep(room.id, [passed(each) for each in turned[n : n + 10]], NOON) for n in range(0, 40, 10)]

    with ThreadPoolExecutor(WRITERS) as pool:
        answers = [kept for answers in pool.map(write, range(WRITERS)) for kept in answers]
    places = {message.id: seq for seq, message in transcripts.everything(room.id)}
    assert sorted(places.values()) == list(range(1, 41)) == all_events(room)
    assert all(places[id_] == one.seq for kept in answers for id_, one in kept.items())


def test_two_rooms_may_use_one_id(room: Room):
    other = rooms.create(a_room("hopper"))
    message = a_message(room)
    messages.keep(room.id, [passed(message)], NOON)
    assert messages.keep(other.id, [passed(replace(message, room_id=other.id))], NOON)[message.id].seq == 1


def test_nothing_is_kept_without_the_room(room: Room):
    assert messages.keep(new_id(), [passed(a_message(room))], NOON) == {}


def test_an_empty_batch_changes_nothing(room: Room):
    assert messages.keep(room.id, [], NOON) == {}
    assert events.last_seq(room.id) == 0


def test_eight_writers_at_once_leave_one_order_without_a_gap(room: Room):
    def write(writer: int) -> list[list[Message]]:
        batches = [[a_message(room, f"{writer} {n} {i}") for i in range(BATCH)] for n in range(BATCHES)]
        for batch in batches:
            messages.keep(room.id, [passed(message) for message in batch], NOON)
        return batches

    done = Flag()
    with ThreadPoolExecutor(WRITERS + 1) as pool:
        reader = pool.submit(_read_without_a_gap, room, done)
        try:
            written = list(pool.map(write, range(WRITERS)))
        finally:
            done.set()
        seen = reader.result()

    total = WRITERS * BATCHES * BATCH
    lines = list(transcripts.everything(room.id))
    assert [seq for seq, _ in lines] == list(range(1, total + 1)) == all_events(room) == seen
    assert rooms.get(room.id).last_seq == total
    place = {message.id: seq for seq, message in lines}
    for batches in written:
        his = [place[message.id] for batch in batches for message in batch]
        assert his == sorted(his)
    for batch in (batch for batches in written for batch in batches):
        assert place[batch[-1].id] - place[batch[0].id] == BATCH - 1


def _read_without_a_gap(room: Room, done: Flag) -> list[int]:
    """Follow the room as a screen does; whatever was seen last, the next is one more."""
    seen: list[int] = []
    finished = False
    while not finished:
        finished = done.is_set()
        seen += [event.seq for event in events.since(room.id, len(seen), 100_000)]
        assert seen == list(range(1, len(seen) + 1))
    return seen


def test_a_held_message_waits_with_its_reason(room: Room):
    first, second = a_message(room, "one", at=NOON), a_message(room, "two", at=LATER)
    messages.keep(room.id, [builders.held(second, "a word"), builders.held(first)], LATER)
    assert held.waiting(room.id, 10) == ((first, "waits for the host"), (second, "a word"))
    assert held.waiting(room.id, 1) == ((first, "waits for the host"),)
    assert events.last_seq(room.id) == 0
    assert transcripts.page(room.id, None, 10) == ((), False)


def test_a_released_message_gets_the_next_seq(room: Room):
    message = a_message(room, "may I?")
    messages.keep(room.id, [builders.held(message), passed(a_message(room))], NOON)
    assert messages.release(room.id, message.id, LATER)
    assert events.since(room.id, 1, 10) == (MessageShown(seq=2, at=LATER, room_id=room.id, message=message),)
    assert held.waiting(room.id, 10) == ()
    assert transcripts.find(room.id, message.id) == (2, "shown", None, message)


def test_releasing_twice_shows_once(room: Room):
    message = a_message(room)
    messages.keep(room.id, [builders.held(message)], NOON)
    assert messages.release(room.id, message.id, LATER)
    assert messages.release(room.id, message.id, LATER)
    assert all_events(room) == [1]


def test_a_rejected_message_leaves_no_text(room: Room):
    at_once, by_host = a_message(room, "secret"), replace(a_message(room, "secret"), url="https://secret.example")
    messages.keep(room.id, [rejected(at_once, "a word"), builders.held(by_host)], NOON)
    assert messages.reject(room.id, by_host.id, LATER, "not here")
    assert messages.reject(room.id, by_host.id, LATER, "not here")
    assert transcripts.find(room.id, at_once.id) == (None, "rejected", "a word", replace(at_once, text=""))
    assert transcripts.find(room.id, by_host.id) == (None, "rejected", "not here", replace(by_host, text="", url=None))
    assert all_events(room) == []


def test_a_rejected_message_cannot_be_released_nor_a_shown_one_rejected(room: Room):
    no, yes = a_message(room), a_message(room)
    messages.keep(room.id, [rejected(no), passed(yes)], NOON)
    assert not messages.release(room.id, no.id, LATER)
    assert not messages.reject(room.id, yes.id, LATER, "too late")
    assert all_events(room) == [1]


def test_a_removed_message_is_an_event_and_its_text_is_erased(room: Room):
    message = a_message(room, "oh no")
    messages.keep(room.id, [passed(message), passed(a_message(room))], NOON)
    assert messages.remove(room.id, message.id, LATER)
    shown, _, removed = events.since(room.id, 0, 10)
    assert shown == MessageShown(seq=1, at=NOON, room_id=room.id, message=replace(message, text=""))
    assert removed == MessageRemoved(seq=3, at=LATER, room_id=room.id, id=message.id)
    assert [seq for seq, _ in transcripts.everything(room.id)] == [2]
    assert transcripts.find(room.id, message.id) == (1, "removed", None, replace(message, text=""))


def test_removing_twice_is_one_event(room: Room):
    message = a_message(room)
    messages.keep(room.id, [passed(message)], NOON)
    assert messages.remove(room.id, message.id, LATER)
    assert messages.remove(room.id, message.id, LATER)
    assert all_events(room) == [1, 2]
    assert messages.keep(room.id, [passed(message)], LATER)[message.id].state == "removed"


def test_removing_what_was_never_shown_makes_no_event(room: Room):
    message = a_message(room)
    messages.keep(room.id, [builders.held(message)], NOON)
    assert messages.remove(room.id, message.id, LATER)
    assert held.waiting(room.id, 10) == ()
    assert all_events(room) == []


def test_what_is_not_there_can_be_neither_removed_nor_released_nor_rejected(room: Room):
    unknown = new_id()
    for room_id in (room.id, new_id()):
        assert not messages.remove(room_id, unknown, LATER)
        assert not messages.release(room_id, unknown, LATER)
        assert not messages.reject(room_id, unknown, LATER, "why")
