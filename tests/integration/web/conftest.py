"""A client for the house, and a way to make rooms in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from flask import Flask

from tests.support.client import Venue, browser, make_room
from tests.support.house import House


@pytest.fixture
def http(house: House) -> Iterator[httpx.Client]:
    with browser(house.base) as client:
        yield client


@pytest.fixture
def a_room(house: House, http: httpx.Client) -> Callable[..., Venue]:
    """Makes rooms: `a_room(title="Übung")`."""
    return lambda **asked: make_room(house.base, http, **asked)


@pytest.fixture
def venue(a_room: Callable[..., Venue]) -> Venue:
    """A room for one test."""
    return a_room()


@pytest.fixture
def app(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Flask]:
    """The web, not served: what it is made of."""
    from config.settings import settings

    monkeypatch.setenv("VAR_DIR", str(tmp_path))
    monkeypatch.setattr("config.logging.configure", lambda *_: None)
    settings.cache_clear()
    from app.web import create_app

    yield create_app()
    settings.cache_clear()
