"""A real SQLite file and a real MariaDB server: each test of the store runs on both."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import delete

from app.chat import Room
from app.store import rooms, session, trouble
from app.store.tables import metadata
from config.settings import settings
from tests.integration.store.builders import a_room
from tests.support import mariadb

ROOT = Path(__file__).parents[3]


def alembic_config() -> Config:
    return Config(ROOT / "alembic.ini")


def use(monkeypatch: pytest.MonkeyPatch, url: str, **more: object) -> None:
    """Let this process's settings, and its store, use another database."""
    session.dispose()
    monkeypatch.setenv("DATABASE_URL", url)
    for name, value in more.items():
        monkeypatch.setenv(name, str(value))
    settings.cache_clear()


@pytest.fixture(autouse=True)
def _own_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    settings.cache_clear()
    trouble.silence.broken()
    yield
    session.dispose()
    settings.cache_clear()


@pytest.fixture(scope="session")
def maria() -> Iterator[mariadb.MariaDB]:
    if lacking := mariadb.missing():
        (pytest.fail if mariadb.required() else pytest.skip)(lacking)
    with mariadb.server() as server:
        yield server


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty database with all tables, to be copied: migrating for each test would take long."""
    path = tmp_path_factory.mktemp("migrated") / "parley.sqlite3"
    _migrate(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def migrated_url(maria: mariadb.MariaDB) -> str:
    url = maria.make("parley_test")
    _migrate(url)
    return url


def _migrate(url: str) -> None:
    with pytest.MonkeyPatch.context() as monkeypatch:
        use(monkeypatch, url)
        command.upgrade(alembic_config(), "head")
    settings.cache_clear()


@pytest.fixture
def sqlite_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, migrated_file: Path) -> Path:
    path = tmp_path / "database" / "parley.sqlite3"
    path.parent.mkdir()
    shutil.copy(migrated_file, path)
    use(monkeypatch, f"sqlite:///{path}")
    return path


@pytest.fixture
def maria_url(monkeypatch: pytest.MonkeyPatch, migrated_url: str) -> str:
    use(monkeypatch, migrated_url)
    with session.transaction() as tx:
        for table in metadata.sorted_tables:
            tx.execute(delete(table))
    return migrated_url


@pytest.fixture(params=["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def database(request: pytest.FixtureRequest) -> str:
    """Run the test once on each database; gives the database's kind."""
    request.getfixturevalue("sqlite_file" if request.param == "sqlite" else "maria_url")
    return str(request.param)


@pytest.fixture
def room(database: str) -> Room:
    """A room in the database."""
    return rooms.create(a_room())
