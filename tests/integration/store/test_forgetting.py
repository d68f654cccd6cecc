from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.chat import Mark, NoSuchRoom, Room, Wish, new_id
from app.chat.actions import HOST, Deed
from app.store import (
    actions,
    appeals,
    engine,
    events,
    forgetting,
    held,
    marks,
    messages,
    participants,
    receipts,
    reports,
    rooms,
    session,
    transcripts,
)
from app.store.tables import metadata
from tests.integration.store import builders
from tests.integration.store.builders import LATER, NOON, a_message, a_participant, a_room, passed

MARKER = "xyzzy-plugh"
AFTER = LATER + timedelta(days=2)


def rows_left() -> dict[str, int]:
    with session.reading() as look:
        counts = {table.name: look.scalar(select(func.count()).select_from(table)) for table in metadata.sorted_tables}
    return {name: count for name, count in counts.items() if count}


def fill(room: Room) -> None:
    """Two people, seven messages (one removed, one appealed against, one reported twice), votes, and the rest."""
    ada = a_participant(room, f"Ada {MARKER}")
    participants.join(ada, "ada's", NOON)
    participants.join(a_participant(room, "Bob"), "bob's", NOON)
    first = a_message(room, MARKER, MARKER)
    messages.keep(room.id, [passed(first), *(passed(a_message(room, MARKER * n)) for n in (1, 90, 900))], NOON)
    messages.keep(
        room.id, [passed(a_message(room)), passed(a_message(room)), builders.held(a_message(room, MARKER))], NOON
    )
    messages.remove(room.id, first.id, NOON)
    participants.rename(room.id, ada.id, MARKER, NOON)
    second = transcripts.page(room.id, None, 10)[0][0][1]
    marks.carry_out(room.id, lambda: [Wish(Mark.VOTE, second.id, new_id()) for _ in range(7)], NOON)
    assert actions.note(room.id, NOON, HOST, Deed.BAN, f"about {MARKER}")
    (waits, _), *_ = held.waiting(room.id, 1)
    for reporter in (new_id(), new_id()):
        assert reports.make(room.id, second.id, reporter, MARKER, NOON)
    assert appeals.make(room.id, waits.id, waits.participant_id, MARKER, NOON)


COUNTS = {
    "rooms": 1,
    "participants": 2,
    "messages": 7,
    "votes": 7,
    "events": 9,
    "actions": 2,
    "appeals": 1,
    "reports": 2,
    "cases": 1,
}


def test_a_forgotten_room_leaves_only_its_receipt(room: Room):
    fill(room)
    other = rooms.create(a_room("hopper"))
    messages.keep(other.id, [passed(a_message(other))], NOON)
    receipt = rooms.forget(room.id, LATER)
    assert receipt
    assert (receipt.room_id, receipt.name, receipt.forgotten_at) == (room.id, "lovelace", LATER)
    assert (receipt.created_at, receipt.closed_at) == (room.created_at, None)
    assert receipt.counts == COUNTS
    assert rows_left() == {"rooms": 1, "messages": 1, "events": 1, "receipts": 1}
    assert rooms.find("lovelace") is rooms.get(room.id) is rooms.by_code(room.code) is events.last_seq(room.id) is None
    assert events.since(room.id, 0, 10) == held.waiting(room.id, 10) == appeals.waiting(room.id, 10) == ()
    assert list(transcripts.everything(room.id)) == []
    assert actions.page(room.id, None, 10) == ((), False)


def test_the_receipt_tells_when_the_room_was_closed(room: Room):
    rooms.close(room.id, NOON)
    receipt = rooms.forget(room.id, LATER)
    assert receipt
    assert receipt.closed_at == NOON


def test_forgetting_twice_gives_the_same_receipt(room: Room):
    fill(room)
    assert rooms.forget(room.id, LATER) == rooms.forget(room.id, AFTER) == receipts.find("lovelace")


def test_what_never_was_cannot_be_forgotten(database: str):
    assert rooms.forget(new_id(), LATER) is None


def test_a_room_of_many_batches_is_counted_in_full(room: Room, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(forgetting, "BATCH", 3)
    fill(room)
    receipt = rooms.forget(room.id, LATER)
    assert receipt
    assert receipt.counts == COUNTS


def test_a_forgetting_that_was_cut_short_is_found_and_finished(room: Room, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(forgetting, "BATCH", 3)
    fill(room)
    forgetting._begin(room.id, LATER)
    forgetting._go_on(room.id, LATER)
    assert receipts.find("lovelace") is None
    assert rooms.over(NOON, 10) == (room.id,)
    receipt = rooms.forget(room.id, LATER)
    assert receipt
    assert receipt.counts == COUNTS
    assert rooms.over(NOON, 10) == ()
    assert rows_left() == {"receipts": 1}


def test_two_who_forget_at_once_count_nothing_twice(room: Room, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(forgetting, "BATCH", 2)
    fill(room)
    with ThreadPoolExecutor(2) as pool:
        one, two = pool.map(lambda _: rooms.forget(room.id, LATER), range(2))
    assert one == two
    assert one
    assert one.counts == COUNTS


def test_nothing_gets_into_a_room_that_is_being_forgotten(room: Room):
    forgetting._begin(room.id, LATER)
    assert messages.keep(room.id, [passed(a_message(room))], NOON) == {}
    assert not actions.note(room.id, NOON, HOST, Deed.BAN, "")
    assert rooms.close(room.id, NOON) is rooms.get(room.id) is None
    with pytest.raises(NoSuchRoom):
        participants.join(a_participant(room), "ada's", NOON)
    assert rows_left() == {"receipts": 1}


def test_a_name_and_a_code_are_free_again(room: Room):
    rooms.forget(room.id, LATER)
    again = rooms.create(a_room("lovelace", code=room.code))
    assert again.code == room.code
    assert rooms.find("lovelace") == again
    assert messages.keep(again.id, [passed(a_message(again))], NOON)
    rooms.forget(again.id, AFTER)
    newest = receipts.find("lovelace")
    assert newest
    assert newest.room_id == again.id


def test_what_was_deleted_elsewhere_is_added_to_the_receipt(room: Room):
    rooms.forget(room.id, LATER)
    receipts.merge(room.id, {"redis keys": 4, "messages": 2})
    receipts.merge(room.id, {"redis keys": 1})
    receipts.merge(new_id(), {"redis keys": 9})
    receipt = receipts.find("lovelace")
    assert receipt
    counts = {"rooms": 1, "messages": 2, "redis keys": 5}
    assert receipt.counts == dict.fromkeys(COUNTS, 0) | counts


def test_old_receipts_are_purged_but_none_that_is_not_finished(database: str):
    old, young, unfinished = (rooms.create(a_room(name)) for name in ("old", "young", "unfinished"))
    rooms.forget(old.id, NOON)
    rooms.forget(young.id, LATER)
    forgetting._begin(unfinished.id, LATER)
    assert receipts.purge(LATER, LATER) == 1
    assert receipts.find("old") is None
    assert receipts.find("young")
    assert rooms.over(NOON, 10) == (unfinished.id,)


# -- the files themselves ----------------------------------------------------------------------------------------------


def traces(file: Path) -> list[str]:
    """Name the files beside a database in which the marker can be read."""
    return [path.name for path in sorted(file.parent.iterdir()) if MARKER.encode() in path.read_bytes()]


def test_no_file_holds_anything_of_a_forgotten_room(sqlite_file: Path):
    room = rooms.create(a_room(title=f"About {MARKER}", rules=MARKER))
    rooms.change(room.id, NOON, title=f"About {MARKER}!")
    fill(room)
    for _ in range(20):
        messages.keep(room.id, [passed(a_message(room, f"{MARKER} {n}")) for n in range(50)], NOON)
    assert traces(sqlite_file)
    rooms.forget(room.id, LATER)
    assert traces(sqlite_file) == []
    session.dispose()
    assert traces(sqlite_file) == []


@pytest.mark.parametrize("how", ["remove", "reject"])
def test_no_file_holds_the_text_of_a_message_that_was_taken_away(sqlite_file: Path, how: str):
    room = rooms.create(a_room())
    texts = [f"{MARKER} {'long ' * (n * 20)} {MARKER}" for n in range(60)]
    ours = [replace(a_message(room, text), url=f"https://{MARKER}.example") for text in texts]
    judged = [passed(message) if how == "remove" else builders.held(message) for message in ours]
    messages.keep(room.id, judged, NOON)
    assert traces(sqlite_file)
    for message in ours:
        assert (
            messages.remove(room.id, message.id, LATER)
            if how == "remove"
            else messages.reject(room.id, message.id, LATER, "no")
        )
    assert traces(sqlite_file) == []


def test_a_rejected_message_never_reaches_a_file(sqlite_file: Path):
    room = rooms.create(a_room())
    messages.keep(room.id, [builders.rejected(a_message(room, MARKER))], NOON)
    assert traces(sqlite_file) == []


def test_a_reader_without_end_delays_the_scrubbing_but_does_not_stop_the_room(
    sqlite_file: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    monkeypatch.setattr(engine, "SQLITE_SESSION", (*engine.SQLITE_SESSION, "PRAGMA busy_timeout = 20"))
    monkeypatch.setattr(session, "SCRUB_SECONDS", 0.1)
    room = rooms.create(a_room())
    message = a_message(room, MARKER)
    messages.keep(room.id, [passed(message)], NOON)
    with closing(sqlite3.connect(sqlite_file, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM messages").fetchall()
        assert messages.remove(room.id, message.id, LATER)
        assert "could not be emptied" in caplog.text
        assert not rooms.scrub()
        assert traces(sqlite_file)
        reader.execute("COMMIT")
    assert rooms.scrub()
    assert traces(sqlite_file) == []
