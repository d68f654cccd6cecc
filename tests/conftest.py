"""What tests share: one house a test process, started when the first test asks for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.house import OPERATOR_PASSWORD, House, open_house


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The house as `make run` starts it: SQLite and the embedded Valkey."""
    settings = {"ECHO_ENDPOINT": "true", "MADE_UP_LANGUAGE": "true", "OPERATOR_TRIES_A_MINUTE": "60"}
    with open_house(tmp_path_factory.mktemp("house"), OPERATOR_PASSWORD=OPERATOR_PASSWORD, **settings) as running:
        yield running
