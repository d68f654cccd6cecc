from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from app.chat import Mark, Message, Moderation, Room, State, Wish, new_id
from app.chat.actions import HOST, Deed, Order, Peace
from app.store import actions, marks, messages, rooms
from tests.integration.store.builders import LATER, NOON, a_message, a_room, held, passed, rejected

pytestmark = pytest.mark.usefixtures("database")

HELPER = new_id()


def lines(room: Room) -> list[tuple[str, str, str, str]]:
    """The ledger, oldest first: who, what, about what, why."""
    found, _ = actions.page(room.id, None, 1000)
    assert [each.number for each in found] == list(range(len(found), 0, -1))
    return [(each.by, each.deed.value, each.about, each.reason) for each in reversed(found)]


def keep(room: Room, how: object = passed, **changes: object) -> Message:
    message = replace(a_message(room), **changes)  # type: ignore[arg-type]
    messages.keep(room.id, [how(message)], NOON)  # type: ignore[operator]
    return message


def test_every_decision_is_written_once_however_often_its_hop_runs(room: Room):
    let, away, gone = keep(room, held), keep(room, held), keep(room)
    for _ in range(3):
        assert messages.release(room.id, let.id, LATER, HELPER)
        assert messages.reject(room.id, away.id, LATER, "It is rude.", Order(HOST, "rude"))
        assert messages.remove(room.id, gone.id, LATER)
    assert lines(room) == [
        (HELPER, "release", let.id, ""),
        (HOST, "reject", away.id, "rude"),
        (HOST, "remove", gone.id, ""),
    ]
    assert actions.page(room.id, None, 1)[0][0].at == LATER


def test_what_comes_to_nothing_is_not_written(room: Room):
    shown = keep(room)
    assert messages.release(room.id, shown.id, LATER)
    assert not messages.reject(room.id, shown.id, LATER, "no")
    assert not messages.remove(room.id, new_id(), LATER)
    marks.carry_out(room.id, lambda: [Wish(Mark.UNPIN, shown.id), Wish(Mark.UNANSWER, shown.id)], NOON)
    assert lines(room) == []


def test_marks_are_written_with_who_set_them(room: Room):
    one, two = keep(room, question=True), keep(room)
    wishes = [
        Wish(Mark.VOTE, one.id, new_id()),
        Wish(Mark.ANSWER, one.id, by=HELPER),
        Wish(Mark.PIN, one.id, by=HOST),
        Wish(Mark.PIN, two.id, by=HELPER),
    ]
    for _ in range(2):
        marks.carry_out(room.id, lambda: wishes, LATER)
    marks.carry_out(room.id, lambda: [Wish(Mark.UNPIN, two.id), Wish(Mark.UNANSWER, one.id, by=HOST)], LATER)
    assert lines(room) == [
        (HELPER, "answer", one.id, ""),
        (HELPER, "pin", two.id, ""),
        (HOST, "unanswer", one.id, ""),
        (HOST, "unpin", two.id, ""),
    ]


def test_a_rooms_changes_are_written_by_what_was_changed_and_not_to_what(room: Room):
    later = room.ends_at + timedelta(days=1)
    for _ in range(2):
        rooms.change(room.id, NOON, by=HOST, state=State.PAUSED)
    rooms.change(room.id, NOON, by=HOST, state=State.OPEN, ends_at=later)
    rooms.change(room.id, NOON, by=HOST, title="A secret", password_hash="x", moderation=Moderation.BEFORE)
    rooms.change(room.id, NOON, title="Nobody's word")
    rooms.change(room.id, NOON, by=HOST, state=State.CLOSED, ends_at=NOON)
    assert lines(room) == [
        (HOST, "pause", "", ""),
        (HOST, "resume", "", ""),
        (HOST, "life", "", ""),
        (HOST, "settings", "", "moderation, password, title"),
        (HOST, "close", "", ""),
    ]


def test_the_ledger_is_read_page_by_page(room: Room):
    for _ in range(5):
        assert actions.note(room.id, NOON, HOST, Deed.MUTE, new_id())
    newest, more = actions.page(room.id, None, 2)
    assert ([each.number for each in newest], more) == ([5, 4], True)
    older, more = actions.page(room.id, 4, 3)
    assert ([each.number for each in older], more) == ([3, 2, 1], False)


def test_many_who_act_at_once_leave_no_gap(room: Room):
    with ThreadPoolExecutor(4) as pool:
        done = list(pool.map(lambda _: actions.note(room.id, NOON, HOST, Deed.MUTE, ""), range(40)))
    assert all(done)
    assert len(lines(room)) == 40


def test_the_peace_is_counted_for_each_room_alone(room: Room):
    other = rooms.create(a_room("hopper"))
    assert actions.peace(room.id) == Peace(
        held=0, waiting=0, released=0, rejected=0, removed=0, median_wait_seconds=None
    )
    waits = [keep(room, held, at=NOON - timedelta(seconds=seconds)) for seconds in (10, 20, 90)]
    keep(room, held)
    keep(room, rejected)
    away, shown = keep(room, held), keep(room)
    messages.release(room.id, waits[0].id, NOON)
    messages.release(room.id, waits[1].id, NOON)
    messages.reject(room.id, waits[2].id, NOON, "no")
    messages.remove(room.id, away.id, NOON)
    messages.remove(room.id, shown.id, NOON)
    keep(other, held)
    assert actions.peace(room.id) == Peace(held=5, waiting=1, released=2, rejected=2, removed=2, median_wait_seconds=20)
    assert actions.peace(other.id).held == 1
