"""Names that several processes have to agree on: tasks that are sent, scheduled, routed and registered."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from celery import Celery

from app.bus import chain
from app.bus.channels import ROOM_KEYS, bell, key, name_key, room_of_bell
from app.chat import Moderation, Room, State


@pytest.fixture
def celery(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Celery]:
    """The app with every task that a worker registers."""
    from config.settings import settings

    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    settings.cache_clear()
    chain.celery.loader.import_default_modules()
    chain.celery.finalize()
    yield chain.celery
    settings.cache_clear()


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of all hops that are sent, instead of sending them."""
    names: list[str] = []
    monkeypatch.setattr(chain, "_send", lambda hops, *_: names.extend(hops))
    return names


def own(celery: Celery) -> set[str]:
    return {name for name in celery.tasks if not name.startswith("celery.")}


def a_room() -> Room:
    now = datetime.now(UTC)
    return Room(
        id="some id",
        name="lovelace",
        title="",
        rules="",
        state=State.OPEN,
        code="AAAAAAA",
        created_at=now,
        ends_at=now,
        max_length=140,
        moderation=Moderation.AFTER,
        slow_mode=0,
        host_key_hash="",
        password_hash=None,
    )


def test_every_task_is_named_for_a_noun_and_a_verb_that_the_chain_knows(celery: Celery) -> None:
    spelled = {value for name, value in vars(chain).items() if name.isupper() and isinstance(value, str)}
    assert own(celery) - spelled == set()


def test_every_hop_that_is_sent_is_registered(celery: Celery, sent: list[str]) -> None:
    chain.deliver("some id", "lovelace", ["a message"])
    chain.order(a_room(), chain.ANNOUNCE, chain.ANNOUNCE)
    chain.order(a_room(), chain.MARK, chain.MARK)
    chain.close("some id", "lovelace")
    for hop in (chain.RELEASE, chain.REJECT, chain.REMOVE):
        chain.order(a_room(), hop, "a message")
    assert sent[:3] == ["message.moderate", "message.persist", "message.fan_out"]
    assert sent[-3:] == ["message.release", "message.reject", "message.remove"]
    assert set(sent) - own(celery) == set()


def test_every_scheduled_task_is_registered_and_stale_before_it_piles_up(celery: Celery) -> None:
    from beat.schedule import SCHEDULE, TIMETABLE

    assert {entry["task"] for entry in SCHEDULE.values()} - own(celery) == set()
    assert len(SCHEDULE) == len(TIMETABLE), "two entries have one title"
    for title, _, every, expires in TIMETABLE:
        assert 0 < every <= expires <= 120, title


def test_every_task_has_a_route_and_every_route_a_task(celery: Celery) -> None:
    routes = celery.conf.task_routes
    for task in own(celery):
        assert [route for route in routes if fnmatch.fnmatch(task, route)], task
    for route in routes:
        assert [task for task in own(celery) if fnmatch.fnmatch(task, route)], route


def test_every_task_leads_to_a_queue_that_there_is(celery: Celery) -> None:
    for task in own(celery):
        queue = celery.amqp.router.route({}, task)["queue"]
        assert queue.name in celery.conf.task_queues, task


def test_every_key_of_a_room_is_spelled_once_and_begins_alike() -> None:
    assert len(set(ROOM_KEYS)) == len(ROOM_KEYS)
    assert {key("some id", noun) for noun in ROOM_KEYS} == {f"parley:{{some id}}:{noun}" for noun in ROOM_KEYS}
    assert name_key("lovelace") not in {key("lovelace", noun) for noun in ROOM_KEYS}
    assert room_of_bell(bell("some id")) == "some id"
