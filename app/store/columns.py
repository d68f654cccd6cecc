"""The kinds of columns that the tables are made of."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import DateTime, Dialect, String, Text, TypeDecorator
from sqlalchemy.dialects import mysql
from sqlalchemy.engine.default import DefaultDialect


class NoTimeZone(ValueError):
    """A time without a zone may be any of several moments."""


class Moment(TypeDecorator[datetime]):
    """A moment in UTC, to the microsecond; with its time zone outside, without it inside."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """MySQL drops the microseconds unless told otherwise."""
        return dialect.type_descriptor(mysql.DATETIME(fsp=6) if dialect.name == "mysql" else DateTime())

    def process_bind_param(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Store as UTC; a time without a zone is a mistake."""
        if value is not None and value.tzinfo is None:
            raise NoTimeZone("a moment without a time zone cannot be kept")
        return value and value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, _dialect: Dialect) -> datetime | None:
        """Give the zone back."""
        return value and value.replace(tzinfo=UTC)


_DIALECT, _MOMENT = DefaultDialect(), Moment()


def spell_moment(moment: datetime | None) -> str | None:
    """Spell a moment for a statement that goes past SQLAlchemy: in the one way that SQLite and MySQL both read."""
    inside = _MOMENT.process_bind_param(moment, _DIALECT)
    return None if inside is None else inside.isoformat(" ", "microseconds")


class Json(TypeDecorator[Any]):
    """A small JSON document, kept as text."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        """Keep it byte by byte."""
        return dialect.type_descriptor(prose())

    def process_bind_param(self, value: Any, _dialect: Dialect) -> str | None:
        """Write compactly, every script readable."""
        return None if value is None else json.dumps(value, ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: str | None, _dialect: Dialect) -> Any:
        """Read it back."""
        return None if value is None else json.loads(value)


def ascii_text(length: int) -> String:
    """Short text of the machine's own: ids, codes, hashes, states."""
    return String(length).with_variant(
        mysql.VARCHAR(length, charset="ascii", collation="ascii_bin"), "mysql", "mariadb"
    )


def exact_text(length: int) -> String:
    """Short text of any script that is compared byte by byte: `Ada`, `ada` and `àda` are three."""
    return String(length).with_variant(
        mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin"), "mysql", "mariadb"
    )


def prose() -> Text:
    """What people write; emoji need four bytes."""
    return Text().with_variant(mysql.TEXT(charset="utf8mb4", collation="utf8mb4_bin"), "mysql")
