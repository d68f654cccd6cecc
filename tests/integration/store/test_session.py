from __future__ import annotations

import os
import signal
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Barrier, Event
from urllib.parse import quote

import pytest
from sqlalchemy import insert, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.chat import Room, Unavailable
from app.store import engine, messages, readiness, rooms, session, trouble
from app.store.ledger import hold
from app.store.rows import room_to_row
from app.store.session import StoreAway, reading, retrying, transaction
from app.store.tables import rooms as rooms_table
from tests.integration.store.builders import NOON, a_message, a_room, passed
from tests.integration.store.conftest import use
from tests.support.house import eventually
from tests.support.mariadb import MariaDB
from tests.support.ports import free_port

SLOW_MACHINE_SECONDS = 4


def test_a_transaction_is_all_or_nothing(room: Room):
    with pytest.raises(IntegrityError), transaction() as tx:  # noqa: PT012 — the second statement undoes the first
        tx.execute(text("UPDATE rooms SET title = 'changed'"))
        tx.execute(insert(rooms_table), [room_to_row(a_room("hopper", code=room.code))])
    assert rooms.get(room.id) == room


def test_an_error_does_not_tell_what_somebody_wrote(room: Room):
    with pytest.raises(DBAPIError) as caught, reading() as look:
        look.execute(text("SELECT * FROM nowhere WHERE a = :text"), {"text": "my secret"})
    assert "my secret" not in str(caught.value)


def _on_mysql() -> bool:
    return session.engine().dialect.name == "mysql"


@pytest.mark.mariadb
def test_mysql_is_strict_reads_what_is_committed_and_knows_every_script(maria_url: str):
    with reading() as look:
        asked = "SELECT @@sql_mode, @@tx_isolation, @@character_set_client, @@time_zone, @@innodb_lock_wait_timeout"
        mode, isolation, charset, zone, lock_wait = look.execute(text(asked)).one()
    assert "STRICT_TRANS_TABLES" in mode
    assert (isolation, charset, zone, lock_wait) == ("READ-COMMITTED", "utf8mb4", "+00:00", 5)


def test_sqlite_survives_a_power_cut_and_erases_what_it_deletes(sqlite_file: Path):
    with reading() as look:
        names = ("journal_mode", "synchronous", "secure_delete", "foreign_keys", "busy_timeout")
        values = [look.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]
    assert values == ["wal", 2, 1, 1, 5000]


def test_all_processes_may_open_a_new_file_in_the_same_instant(tmp_path: Path):
    def open_new(path: Path) -> str:
        together.wait(60)
        with closing(sqlite3.connect(path)) as connection:
            engine._set_up_sqlite(connection, None)
            return str(connection.execute("PRAGMA journal_mode").fetchone()[0])

    together = Barrier(4)
    with ThreadPoolExecutor(4) as pool:
        for number in range(50):
            assert set(pool.map(open_new, [tmp_path / str(number)] * 4)) == {"wal"}


@pytest.mark.mariadb
def test_a_batch_goes_to_mariadb_as_one_statement(maria_url: str):
    def inserts() -> int:
        with reading() as look:
            return int(look.execute(text("SHOW SESSION STATUS LIKE 'Com_insert'")).one()[1])

    room = rooms.create(a_room())
    before = inserts()
    messages.keep(room.id, [passed(a_message(room)) for _ in range(30)], NOON)
    assert inserts() - before == 1


# -- trying again ------------------------------------------------------------------------------------------------------


@pytest.mark.mariadb
def test_two_transactions_that_wait_for_each_other_both_succeed(maria_url: str):
    one, two = rooms.create(a_room("one")), rooms.create(a_room("two"))
    meeting, attempts = Barrier(2), []

    @retrying
    def both(first: Room, second: Room) -> None:
        attempts.append(first.name)
        with transaction() as tx:
            assert hold(tx, first.id)
            if len(attempts) <= 2:
                meeting.wait(60)
            assert hold(tx, second.id)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(both, (one, two), (two, one)))
    assert len(attempts) == 3


@pytest.fixture
def impatient(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits long for a lock."""
    monkeypatch.setattr(engine, "LOCK_WAIT_SECONDS", 1)
    monkeypatch.setattr(engine, "SQLITE_SESSION", (*engine.SQLITE_SESSION, "PRAGMA busy_timeout = 50"))
    session.dispose()


@contextmanager
def somebody_else_holds(room: Room, sqlite_path: str | None) -> Iterator[Callable[[], None]]:
    """Lock a room's row until the given function is called."""
    if sqlite_path is None:
        with session.engine().connect() as other:
            assert hold(other, room.id)
            yield other.rollback
    else:
        with closing(sqlite3.connect(sqlite_path, isolation_level=None, check_same_thread=False)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield connection.rollback


@pytest.mark.usefixtures("impatient")
def test_who_waited_too_long_for_a_lock_tries_again(room: Room):
    tried_again, attempts = Event(), []

    @retrying
    def change() -> bool:
        attempts.append(1)
        if len(attempts) > 1:
            tried_again.set()
        with transaction() as tx:
            return bool(hold(tx, room.id))

    path = None if _on_mysql() else session.engine().url.database
    with somebody_else_holds(room, path) as let_go, ThreadPoolExecutor(1) as pool:
        changed = pool.submit(change)
        assert tried_again.wait(60)
        let_go()
        assert changed.result(60)


@pytest.mark.usefixtures("impatient")
def test_a_lock_that_is_never_let_go_makes_the_store_away(room: Room, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("app.store.trouble.ATTEMPTS", 2)
    path = None if _on_mysql() else session.engine().url.database
    with somebody_else_holds(room, path), pytest.raises(StoreAway):
        messages.keep(room.id, [passed(a_message(room))], NOON)
    assert messages.keep(room.id, [passed(a_message(room))], NOON)


@pytest.mark.mariadb
def test_a_connection_that_was_cut_is_replaced(maria_url: str, maria: MariaDB):
    room = rooms.create(a_room())
    with reading() as look:
        number = look.scalar(text("SELECT CONNECTION_ID()"))
    maria.run(f"KILL {number}")
    assert rooms.get(room.id) == room


@pytest.mark.mariadb
def test_a_connection_that_is_cut_in_use_is_replaced(maria_url: str, maria: MariaDB):
    room = rooms.create(a_room())
    attempts = []

    @retrying
    def change() -> bool:
        attempts.append(1)
        with transaction() as tx:
            number = tx.scalar(text("SELECT CONNECTION_ID()"))
            if len(attempts) == 1:
                maria.run(f"KILL {number}")
            return bool(hold(tx, room.id))

    assert change()
    assert len(attempts) == 2


# -- away --------------------------------------------------------------------------------------------------------------


def away_within(seconds: float) -> StoreAway:
    started = time.monotonic()
    with pytest.raises(StoreAway) as caught:
        rooms.find("lovelace")
    assert time.monotonic() - started < seconds + SLOW_MACHINE_SECONDS
    assert isinstance(caught.value, Unavailable)
    assert caught.value.retry_after > 0
    return caught.value


def test_without_a_server_the_store_is_away_at_once(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture):
    pytest.importorskip("MySQLdb")
    use(monkeypatch, f"mysql://ada:{quote('my secret')}@127.0.0.1:{free_port()}/parley")
    refusal = away_within(3)
    assert "127.0.0.1" not in refusal.detail
    assert "database is away" in caplog.text
    assert "my secret" not in caplog.text


def test_without_its_folder_the_store_is_away(monkeypatch: pytest.MonkeyPatch, tmp_path: Path):
    use(monkeypatch, f"sqlite:///{tmp_path}/nowhere/parley.sqlite3")
    away_within(3)


def thread_states(pid: int) -> list[str]:
    return [stat.read_text().rpartition(") ")[2][0] for stat in Path(f"/proc/{pid}/task").glob("*/stat")]


@pytest.mark.mariadb
@pytest.mark.parametrize("connected", [True, False])
def test_a_server_that_stands_still_is_away_within_the_time_outs(
    maria_url: str, maria: MariaDB, monkeypatch: pytest.MonkeyPatch, *, connected: bool
):
    use(monkeypatch, maria_url, DATABASE_CONNECT_TIMEOUT_SECONDS=1, DATABASE_READ_TIMEOUT_SECONDS=2)
    room = rooms.create(a_room())
    if not connected:
        session.dispose()
    os.kill(maria.pid, signal.SIGSTOP)
    try:
        # The signal is sent, and some of the server's threads may still answer.
        eventually(lambda: all(state == "T" for state in thread_states(maria.pid)))
        away_within(6)
        assert trouble.silence.over
        if connected:
            one_asks_and_the_others_are_told_at_once()
    finally:
        os.kill(maria.pid, signal.SIGCONT)
    eventually(readiness.answers)
    assert not trouble.silence.over
    assert rooms.get(room.id) == room


def one_asks_and_the_others_are_told_at_once() -> None:
    """Whoever comes first when the silence is over waits for all the others; they do not wait with him."""
    trouble.silence.over = time.monotonic() - 1
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(away_within, 6)
        eventually(lambda: trouble.silence.over > time.monotonic())
        for _ in range(20):
            trouble.silence.over += 60  # however slow the machine, he is not back yet
            began = time.monotonic()
            away_within(6)
            assert time.monotonic() - began < 1, "the second one waited for the same silence"
        assert isinstance(first.result(), StoreAway)


def test_when_all_connections_are_lent_the_store_is_away_in_time(
    room: Room, monkeypatch: pytest.MonkeyPatch, database: str
):
    use(monkeypatch, os.environ["DATABASE_URL"], DATABASE_POOL_SIZE=1, DATABASE_READ_TIMEOUT_SECONDS=1)
    with reading():
        away_within(3)
    assert rooms.get(room.id) == room


def test_more_threads_than_connections_take_turns(room: Room, monkeypatch: pytest.MonkeyPatch):
    use(monkeypatch, os.environ["DATABASE_URL"], DATABASE_POOL_SIZE=2)
    with ThreadPoolExecutor(12) as pool:
        assert set(pool.map(lambda _: rooms.get(room.id), range(200))) == {room}
    assert session.engine().pool.status() == "0 of 2 connections are in use"


def test_a_forked_child_connects_anew(room: Room):
    ours = session.engine()
    child = os.fork()
    if child == 0:
        try:
            os._exit(0 if session.engine() is not ours and rooms.get(room.id) == room else 1)
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    assert session.engine() is ours
    assert rooms.get(room.id) == room


@pytest.mark.mariadb
@pytest.mark.parametrize("how", ["QUERY", "CONNECTION"])
def test_what_is_ended_from_outside_is_asked_again_and_no_message_is_to_blame(
    maria_url: str, maria: MariaDB, monkeypatch: pytest.MonkeyPatch, how: str
):
    use(monkeypatch, maria_url, DATABASE_POOL_SIZE=2)
    room = rooms.create(a_room())
    waits = "SELECT id FROM information_schema.processlist WHERE info LIKE '%FOR UPDATE' AND time_ms > 50"
    with ThreadPoolExecutor(1) as other, transaction() as tx:
        hold(tx, room.id)
        keeping = other.submit(messages.keep, room.id, [passed(a_message(room))], NOON)
        eventually(lambda: maria.run(waits).split())
        maria.run(f"KILL {how} {maria.run(waits).split()[0]}")
        tx.rollback()
        assert [kept.seq for kept in keeping.result(20).values()] == [1]
