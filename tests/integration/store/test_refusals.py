"""What the database itself does not take is refused by name, and what an operator has to mend is no message's fault."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from app.chat import Room, Unavailable
from app.store import events, messages, participants, rooms, session
from app.store.batch import insert_rows, new_row
from app.store.session import StoreAway, reading, retrying, transaction
from app.store.trouble import StoreRefused
from tests.integration.store.builders import NOON, a_message, a_participant, a_room, passed
from tests.integration.store.conftest import use

HALF_A_CHARACTER = "\ud83d"
LONG = "x" * 2000
"""Longer than any of the short columns."""


def ask(statement: str) -> None:
    with reading() as look:
        look.execute(text(statement)).all()


def test_a_refusal_is_not_taken_for_a_database_that_is_away():
    assert not issubclass(StoreRefused, Unavailable)


def test_half_a_character_is_refused_and_the_rest_is_kept(room: Room):
    bad, good = a_message(room, f"oh {HALF_A_CHARACTER}"), a_message(room, "good")
    with pytest.raises(StoreRefused) as caught:
        messages.keep(room.id, [passed(bad), passed(good)], NOON)
    assert "oh" not in str(caught.value)
    assert messages.keep(room.id, [passed(good)], NOON)[good.id].seq == 1


@pytest.mark.mariadb
def test_what_is_too_long_for_its_column_is_refused_by_mariadb(maria_url: str):
    room = rooms.create(a_room())
    with pytest.raises(StoreRefused, match="1406"):
        messages.keep(room.id, [passed(replace(a_message(room), nickname=LONG))], NOON)


def test_a_value_that_must_not_be_missing_is_refused(room: Room):
    with pytest.raises(StoreRefused, match="IntegrityError"):
        messages.keep(room.id, [passed(replace(a_message(room), nickname=None))], NOON)  # type: ignore[arg-type]


def test_a_time_without_a_zone_is_refused(room: Room):
    with pytest.raises(StoreRefused, match="NoTimeZone"):
        messages.keep(room.id, [passed(replace(a_message(room), at=NOON.replace(tzinfo=None)))], NOON)


def test_one_that_is_refused_beside_one_that_is_there_already_is_still_refused(room: Room):
    old, new = a_message(room), a_message(room)
    messages.keep(room.id, [passed(old)], NOON)
    nameless = replace(a_message(room), nickname=None)  # type: ignore[arg-type]
    with pytest.raises(StoreRefused, match="IntegrityError"):
        messages.keep(room.id, [passed(old), passed(nameless), passed(new)], NOON)
    assert messages.keep(room.id, [passed(old), passed(new)], NOON)[new.id].seq == 2


def test_a_duplicate_that_nobody_expected_is_refused(room: Room):
    message = a_message(room)

    @retrying
    def keep_twice() -> None:
        with transaction() as tx:
            insert_rows(tx, [new_row(message, "shown", 1, None, message.text)] * 2)

    with pytest.raises(StoreRefused, match="IntegrityError"):
        keep_twice()


def test_another_participant_with_the_same_token_is_refused_and_the_same_one_is_not(room: Room):
    ada = a_participant(room)
    participants.join(ada, "hash", NOON)
    participants.join(ada, "hash", NOON)
    with pytest.raises(StoreRefused):
        participants.join(a_participant(room, "Grace"), "hash", NOON)


def test_half_a_character_is_refused_by_every_verb_that_is_given_words(room: Room):
    ada = a_participant(room)
    participants.join(ada, "hash", NOON)
    for refused in (
        lambda: rooms.create(a_room(HALF_A_CHARACTER)),
        lambda: rooms.find(HALF_A_CHARACTER),
        lambda: rooms.change(room.id, NOON, title=HALF_A_CHARACTER),
        lambda: participants.find(room.id, HALF_A_CHARACTER),
        lambda: participants.rename(room.id, ada.id, HALF_A_CHARACTER, NOON),
        lambda: messages.remove(room.id, HALF_A_CHARACTER, NOON),
        lambda: messages.release(room.id, HALF_A_CHARACTER, NOON),
        lambda: messages.reject(room.id, HALF_A_CHARACTER, NOON, "no"),
        lambda: events.since(HALF_A_CHARACTER, 0, 10),
    ):
        with pytest.raises(StoreRefused):
            refused()
    assert rooms.get(room.id) == room, "nothing was changed by halves"


def test_a_statement_that_is_wrong_is_refused(database: str):
    with pytest.raises(StoreRefused):
        retrying(ask)("SELEKT 1")


# -- what is nobody's fault who writes ---------------------------------------------------------------------------------


def test_tables_that_are_not_there_yet_mean_that_the_store_is_away(database: str):
    with pytest.raises(StoreAway):
        retrying(ask)("SELECT a FROM nowhere")


def test_a_column_that_is_not_there_yet_means_that_the_store_is_away(database: str):
    with pytest.raises(StoreAway):
        retrying(ask)("SELECT colour_of_the_door FROM rooms")


@pytest.mark.mariadb
def test_a_password_that_was_changed_means_that_the_store_is_away(maria_url: str, monkeypatch: pytest.MonkeyPatch):
    use(monkeypatch, maria_url.replace("only-for-tests", "an-old-one"))
    with pytest.raises(StoreAway):
        rooms.find("lovelace")


def test_a_file_that_is_no_database_means_that_the_store_is_away(sqlite_file: Path):
    session.dispose()
    sqlite_file.write_bytes(b"not a database at all" * 500)
    with pytest.raises(StoreAway):
        rooms.find("lovelace")
