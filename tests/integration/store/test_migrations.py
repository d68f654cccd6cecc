from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text

from app.store import session
from app.store.tables import metadata
from tests.integration.store.conftest import alembic_config, use
from tests.support.mariadb import MariaDB


@pytest.fixture(params=["sqlite", pytest.param("mariadb", marks=pytest.mark.mariadb)])
def _empty(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """A database without tables."""
    if request.param == "sqlite":
        use(monkeypatch, f"sqlite:///{tmp_path}/parley.sqlite3")
        yield
        return
    maria: MariaDB = request.getfixturevalue("maria")
    use(monkeypatch, maria.make("parley_migrations"))
    yield
    session.dispose()
    maria.drop("parley_migrations")


def tables() -> set[str]:
    return set(inspect(session.engine()).get_table_names()) - {"alembic_version"}


@pytest.mark.usefixtures("_empty")
def test_migrations_go_up_down_and_up_and_end_at_the_tables():
    config = alembic_config()
    command.upgrade(config, "head")
    assert tables() == set(metadata.tables)
    command.downgrade(config, "base")
    assert tables() == set()
    command.upgrade(config, "head")
    command.upgrade(config, "head")
    with session.reading() as look:
        assert compare_metadata(MigrationContext.configure(look, opts={"compare_type": True}), metadata) == []


@pytest.mark.usefixtures("_empty")
def test_a_room_that_is_alive_keeps_its_messages_and_its_questions():
    config, said = alembic_config(), {"a": "Why?", "b": "So.", "c": "なぜ\uff1f", "d": "100 % sure"}
    command.upgrade(config, "0001")
    row = "INSERT INTO messages (room_id, id, state, text, participant_id, nickname, glyph_colour, glyph_sign, at)"
    values = "VALUES ('r', :id, 'shown', :text, 'p', 'Ada', 'red', '■', '2026-11-24 12:00:00')"
    with session.transaction() as tx:
        tx.execute(text(f"{row} {values}"), [{"id": each, "text": its} for each, its in said.items()])
    command.upgrade(config, "head")
    with session.reading() as look:
        found = look.execute(text("SELECT id, text, question, votes, answered FROM messages ORDER BY id")).all()
    assert [tuple(row) for row in found] == [(each, its, its[-1] in "?\uff1f", 0, 0) for each, its in said.items()]
    command.downgrade(config, "0001")
    with session.reading() as look:
        assert look.execute(text("SELECT count(*) FROM messages")).scalar() == 4


@pytest.mark.mariadb
def test_keys_tell_letters_and_accents_apart_and_times_keep_their_microseconds(maria_url: str):
    asked = """SELECT table_name, column_name, collation_name, datetime_precision FROM information_schema.columns
               WHERE table_schema = DATABASE() AND table_name <> 'alembic_version'"""
    with session.reading() as look:
        columns = {(row[0], row[1]): (row[2], row[3]) for row in look.execute(text(asked))}
    assert columns["rooms", "name"][0] == columns["participants", "nickname_key"][0] == "utf8mb4_bin"
    assert columns["messages", "id"][0] == columns["rooms", "id"][0] == columns["events", "room_id"][0] == "ascii_bin"
    assert {collation for collation, _ in columns.values() if collation} == {"utf8mb4_bin", "ascii_bin"}
    assert {precision for _, precision in columns.values() if precision is not None} == {6}


@pytest.mark.mariadb
def test_the_migrated_tables_are_those_that_would_be_made_anew(maria: MariaDB, maria_url: str):
    """The comparison above does not look at character sets; the server's own words do."""
    migrated = made_as()
    with pytest.MonkeyPatch.context() as monkeypatch:
        use(monkeypatch, maria.make("parley_made"))
        metadata.create_all(session.engine())
        anew = made_as()
        session.dispose()
    maria.drop("parley_made")
    assert migrated == anew


def made_as() -> dict[str, list[str]]:
    """Say how each table would be made: the server's own words, a line a column or key, in no order."""
    with session.reading() as look:
        words = {name: look.execute(text(f"SHOW CREATE TABLE {name}")).one()[1] for name in metadata.tables}
    return {name: sorted(line.rstrip(",") for line in created.splitlines()) for name, created in words.items()}
