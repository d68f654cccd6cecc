"""With which key reported messages are sealed, and where nothing is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.chat import seals
from app.web import capsules
from config.settings import PRIVATE_KEY_FILE, settings

PRIVATE = seals.new_private_key()
PRODUCTION = {"ENVIRONMENT": "production", "SECRET_KEY": "k" * 32, "FLOWER_PASSWORD": "p" * 12}


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Callable[..., None]]:
    """Sets what is set: `house(CAPSULE_DAYS=0)`."""

    def be(**values: object) -> None:
        for name, value in values.items():
            monkeypatch.setenv(name, str(value))
        settings.cache_clear()
        capsules.public_key.cache_clear()

    be(VAR_DIR=tmp_path)
    yield be
    settings.cache_clear()
    capsules.public_key.cache_clear()


def test_in_development_a_pair_is_made_and_its_private_half_is_its_owners(
    house: Callable[..., None], tmp_path: Path
) -> None:
    seal = capsules.sealing()
    assert seal
    file = tmp_path / PRIVATE_KEY_FILE
    assert file.stat().st_mode & 0o777 == 0o600
    assert seals.unsealed(file.read_text(), seal(b"A secret")) == b"A secret"


def test_the_key_that_is_set_seals_and_no_other_is_made(house: Callable[..., None], tmp_path: Path) -> None:
    house(**PRODUCTION, OPERATOR_KEY=seals.public_of(PRIVATE))
    seal = capsules.sealing()
    assert seal
    assert seals.unsealed(PRIVATE, seal(b"A secret")) == b"A secret"
    assert not (tmp_path / PRIVATE_KEY_FILE).exists()


def test_in_production_without_a_key_nothing_is_sealed_and_the_log_says_so(
    house: Callable[..., None], caplog: pytest.LogCaptureFixture
) -> None:
    house(**PRODUCTION)
    assert capsules.sealing() is None
    capsules.say_at_start()
    assert "OPERATOR_KEY is not set" in caplog.text
    caplog.clear()
    house(CAPSULE_DAYS=0)
    capsules.say_at_start()
    assert caplog.text == ""


def test_with_no_days_nothing_is_sealed(house: Callable[..., None]) -> None:
    house(CAPSULE_DAYS=0)
    assert capsules.sealing() is None
