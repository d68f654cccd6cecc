"""The clock's first sign of life."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from celery.signals import beat_init

from app.bus import chain
from beat import clock  # noqa: F401 — listens for it


class Beat:
    """RedBeat hears that it starts, too, and has no lock to wait for."""

    scheduler = SimpleNamespace(lock_key=None)


def test_the_first_pulse_goes_out_with_the_clocks_start(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[str] = []
    monkeypatch.setattr(chain.celery, "send_task", lambda name, **_: sent.append(name))
    beat_init.send(sender=Beat)
    assert sent == [chain.PULSE]
