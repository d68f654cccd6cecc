from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select

from app.chat import Message, Room, new_id, seals
from app.chat.actions import HOST
from app.store import actions, cases, messages, receipts, reports, rooms, session
from app.store.tables import cases as cases_table
from app.store.tables import reports as reports_table
from config.settings import settings
from tests.integration.store.builders import LATER, NOON, a_message, a_room, held, passed

KEY = seals.new_private_key()
A_WEEK = timedelta(days=7)


def seal(what: bytes) -> bytes:
    return seals.seal(seals.public_of(KEY), what)


def keep(room: Room, *texts: str) -> list[Message]:
    said = [a_message(room, text) for text in texts]
    messages.keep(room.id, [passed(each) for each in said], NOON)
    return said


def report(message: Message, reason: str = "", who: str | None = None, **more: Any) -> int | None:
    return reports.make(message.room_id, message.id, who or new_id(), reason, LATER, **more)


def opened() -> dict[str, Any]:
    """What is sealed in the only case there is."""
    (case,) = cases.queue(10)
    assert case.sealed
    return dict(json.loads(seals.unsealed(KEY, case.sealed)))


@pytest.mark.usefixtures("database")
def test_who_has_reported_a_message_has_reported_it(room: Room):
    message, ada = keep(room, "Rude")[0], new_id()
    assert [report(message, "rude", ada), report(message, "spam", ada), report(message, "rude")] == [1, 1, 2]
    (told,) = reports.waiting(room.id, 10)
    assert (told.message, told.number, dict(told.reasons)) == (message, 2, {"rude": 2})
    assert (told.first_at, told.last_at, told.sealed) == (LATER, LATER, False)
    (case,) = cases.queue(10)
    assert (case.room_id, case.room_name, case.reports, case.sealed) == (room.id, "lovelace", 2, None)


def test_only_what_is_shown_is_reported(room: Room):
    waits = a_message(room)
    messages.keep(room.id, [held(waits)], NOON)
    (gone,) = keep(room, "Gone")
    messages.remove(room.id, gone.id, NOON)
    assert report(waits) is report(gone) is reports.make(room.id, new_id(), new_id(), "", NOON) is None
    assert reports.make(new_id(), gone.id, new_id(), "", NOON) is None
    assert reports.waiting(room.id, 10) == cases.queue(10) == ()


@pytest.mark.parametrize(
    ("before", "after", "around"),
    [
        (20, 20, "15 16 17 18 19 21 22 23 24 25"),
        (2, 20, "0 1 3 4 5 6 7 8 9 10"),
        (20, 1, "11 12 13 14 15 16 17 18 19 21"),
        (3, 2, "0 1 2 4 5"),
        (0, 0, ""),
    ],
)
def test_a_reported_message_is_sealed_with_those_nearest_to_it(room: Room, before: int, after: int, around: str):
    said = keep(room, *map(str, range(before + 1 + after)))
    report(said[before], "rude", seal=seal, author={"network": "a handle"})
    content = opened()
    assert content["message"]["text"] == str(before)
    assert " ".join(each["text"] for each in content["around"]) == around
    assert content["message"]["participant_id"] == said[before].participant_id
    assert (content["reason"], content["author"]) == ("rude", {"network": "a handle"})
    assert content["room"] == {"name": "lovelace", "title": room.title}


def test_what_was_removed_is_not_sealed_with_it(room: Room):
    said = keep(room, "one", "two", "three")
    messages.remove(room.id, said[0].id, NOON)
    report(said[1], seal=seal)
    assert [each["text"] for each in opened()["around"]] == ["three"]


def test_a_report_is_dealt_with_once_and_a_new_one_comes_again(room: Room):
    (message,) = keep(room, "Rude")
    report(message)
    assert reports.dismiss(room.id, message.id, LATER, HOST)
    assert reports.dismiss(room.id, message.id, LATER, HOST)
    assert not reports.dismiss(room.id, new_id(), LATER, HOST)
    assert reports.waiting(room.id, 10) == ()
    report(message)
    assert [each.number for each in reports.waiting(room.id, 10)] == [1]
    messages.remove(room.id, message.id, LATER)
    assert reports.waiting(room.id, 10) == ()
    assert [each.deed for each in actions.page(room.id, None, 10)[0]] == ["remove", "dismiss"]


def test_a_capsule_outlives_its_room_and_the_receipt_says_until_when(room: Room):
    other = rooms.create(a_room("hopper"))
    report(keep(room, "Sealed")[0], seal=seal)
    report(keep(room, "Not sealed")[0])
    report(keep(other, "Elsewhere")[0], seal=seal)
    receipt = rooms.forget(room.id, LATER)
    assert receipt == rooms.forget(room.id, LATER) == receipts.find("lovelace")
    assert receipt
    assert (receipt.capsules, receipt.capsules_until, receipt.counts["cases"]) == (1, LATER + A_WEEK, 1)
    dies = {case.room_name: case.dies_at for case in cases.queue(10)}
    assert dies == {"lovelace": LATER + A_WEEK, "hopper": None}
    assert receipts.purge(LATER + timedelta(days=1), LATER + timedelta(days=1)) == 0
    assert cases.purge(LATER + A_WEEK - timedelta(seconds=1)) == 0
    assert cases.purge(LATER + A_WEEK) == 1
    assert [case.room_name for case in cases.queue(10)] == ["hopper"]
    assert receipts.purge(LATER + A_WEEK, LATER + A_WEEK + timedelta(seconds=1)) == 1


def test_with_no_days_nothing_outlives_its_room(room: Room, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("CAPSULE_DAYS", "0")
    settings.cache_clear()
    report(keep(room, "Sealed")[0], seal=seal)
    receipt = rooms.forget(room.id, LATER)
    assert receipt
    assert (receipt.capsules, receipt.capsules_until, receipt.counts["cases"]) == (0, None, 1)
    with session.reading() as look:
        for table in (cases_table, reports_table):
            assert look.scalar(select(func.count()).select_from(table)) == 0


def test_a_case_is_found_by_how_its_id_begins(room: Room):
    one, two = keep(room, "one", "two")
    report(one)
    report(two)
    first, second = cases.queue(10)
    assert cases.find(first.id) == first
    assert cases.find(second.id[:30]) is None or second.id[:30] != first.id[:30]
    assert cases.find("nothing") is cases.find("%") is cases.find("") is None


def test_no_byte_of_a_capsule_is_left_when_it_has_died(sqlite_file: Path):
    room = rooms.create(a_room())
    for message in keep(room, *(f"{n} " + "long " * 90 for n in range(30))):
        report(message, seal=seal)
    pieces = [each.sealed[start : start + 16] for each in cases.queue(50) for start in (0, 600) if each.sealed]
    assert len(pieces) == 60

    def found() -> set[bytes]:
        files = [path.read_bytes() for path in sqlite_file.parent.iterdir()]
        return {piece for piece in pieces if any(piece in file for file in files)}

    rooms.forget(room.id, LATER)
    assert found() == set(pieces)
    cases.purge(LATER + A_WEEK)
    rooms.scrub()
    assert found() == set()
