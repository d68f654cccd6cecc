from __future__ import annotations

from datetime import timedelta

import pytest

from app.chat import new_id
from app.store import audit, bans, cases, messages, reports
from app.store.audit import Entry
from tests.integration.store.builders import LATER, NOON, a_message, passed

pytestmark = pytest.mark.usefixtures("database")

HERE, THERE = "a" * 32, "b" * 32
AN_HOUR = timedelta(hours=1)


def done() -> list[tuple[str, str]]:
    return [(entry.action, entry.about) for entry in audit.page(100)]


def test_a_ban_lasts_for_its_time_and_is_written_down():
    bans.ban(HERE, NOON + AN_HOUR, NOON, "page")
    bans.ban(THERE, NOON + 3 * AN_HOUR, NOON, "command")
    bans.ban(HERE, NOON + 2 * AN_HOUR, NOON, "page")
    assert list(bans.active(NOON).items()) == [(HERE, NOON + 2 * AN_HOUR), (THERE, NOON + 3 * AN_HOUR)]
    assert list(bans.active(NOON + 2 * AN_HOUR)) == [THERE]
    assert bans.purge(NOON + 2 * AN_HOUR) == 1
    assert bans.unban(THERE, LATER, "page")
    assert not bans.unban(THERE, LATER, "page")
    assert bans.active(NOON) == {}
    assert done() == [("unban-network", THERE), *[("ban-network", each) for each in (HERE, THERE, HERE)]]


def test_what_operators_did_is_listed_newest_first_and_forgotten_in_time():
    for number in range(5):
        audit.note(NOON + number * AN_HOUR, "page", "login", str(number))
    assert audit.page(2) == (
        Entry(NOON + 4 * AN_HOUR, "page", "login", "4"),
        Entry(NOON + 3 * AN_HOUR, "page", "login", "3"),
    )
    assert audit.purge(NOON + 2 * AN_HOUR) == 2
    assert [about for _, about in done()] == ["4", "3", "2"]


def test_whoever_is_done_with_a_case_sees_it_again_when_it_is_reported_again(room):
    message = a_message(room)
    messages.keep(room.id, [passed(message)], NOON)
    reports.make(room.id, message.id, new_id(), "", NOON)
    (case,) = cases.queue(10)
    assert cases.settle(case.id, LATER, "page")
    assert not cases.settle(new_id(), LATER, "page")
    assert cases.queue(10) == ()
    assert [each.settled_at for each in cases.queue(10, settled=True)] == [LATER]
    reports.make(room.id, message.id, new_id(), "", LATER)
    assert [each.reports for each in cases.queue(10)] == [2]
    assert done() == [("settle", case.id)]
