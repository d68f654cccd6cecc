"""Turns: one at a time where two want the same, and nobody waits for ever."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest

from app.store.trouble import StoreAway
from config.settings import settings
from tasks import turns


@pytest.fixture
def held() -> Iterator[str]:
    """A room whose turn another thread has, until the test is over."""
    taken, over = threading.Event(), threading.Event()

    def hold() -> None:
        with turns.turn("lovelace"):
            taken.set()
            over.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    assert taken.wait(60)
    yield "lovelace"
    over.set()
    holder.join(60)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("DATABASE_READ_TIMEOUT_SECONDS", "1")
    settings.cache_clear()
    yield
    settings.cache_clear()


@pytest.mark.usefixtures("impatient")
def test_whoever_waits_too_long_for_his_turn_is_told_that_the_store_is_away(held: str) -> None:
    with pytest.raises(StoreAway), turns.turn(held):
        pytest.fail("two have the turn")


@pytest.mark.usefixtures("held")
def test_another_room_has_a_turn_of_its_own() -> None:
    with turns.turn("hopper"):
        pass


def test_whoever_waits_has_the_next_turn_and_a_failure_passes_it_on() -> None:
    said: list[str] = []
    waits = threading.Event()

    def next_one() -> None:
        waits.set()
        with turns.turn("lovelace"):
            said.append("next")

    thread = threading.Thread(target=next_one)

    def first_one() -> None:
        with turns.turn("lovelace"):
            thread.start()
            assert waits.wait(60)
            said.append("first")
            raise ValueError("went wrong")

    with pytest.raises(ValueError, match="went wrong"):
        first_one()
    thread.join(60)
    assert said == ["first", "next"]


def test_nothing_is_kept_of_rooms_whose_turn_is_over() -> None:
    for number in range(100):
        with turns.turn(f"room {number}"):
            pass
    assert not [room for room in turns._locks if room.startswith("room ")]
