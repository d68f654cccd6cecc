"""The tables: all that is kept of a room until its end, and the receipt that stays for a while."""

from __future__ import annotations

from typing import Any, Literal

from sqlalchemy import (
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    UniqueConstraint,
    false,
    text,
    true,
)
from sqlalchemy.dialects import mysql

from app.store.columns import Json, Moment, ascii_text, exact_text, prose

ID = 36

MessageState = Literal["shown", "held", "rejected", "removed"]
SHOWN: MessageState = "shown"
HELD: MessageState = "held"
REJECTED: MessageState = "rejected"
REMOVED: MessageState = "removed"

metadata = MetaData(
    naming_convention={"pk": "pk_%(table_name)s", "uq": "uq_%(table_name)s_%(column_0_N_name)s"},
)
_OPTIONS: dict[str, Any] = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}

# Nothing refers to `rooms` by a foreign key: forgetting deletes the room first, so that its name is free and nobody can
# add to it any more, and then, in bounded batches, what it held. Whoever adds a row locks the room's row before.

rooms = Table(
    "rooms",
    metadata,
    Column("id", ascii_text(ID), primary_key=True),
    Column("name", exact_text(64), nullable=False),
    Column("code", ascii_text(16), nullable=False),
    Column("title", prose(), nullable=False),
    Column("rules", prose(), nullable=False),
    Column("state", ascii_text(16), nullable=False),
    Column("moderation", ascii_text(16), nullable=False),
    Column("max_length", Integer, nullable=False),
    Column("slow_mode", Integer, nullable=False),
    Column("sources", Json, nullable=False),
    Column("embed", Json),  # none: it may not be embedded
    Column("safety", Json),  # none: as it comes
    Column("host_key_hash", ascii_text(255), nullable=False),
    Column("password_hash", ascii_text(255)),
    Column("created_at", Moment, nullable=False),
    Column("ends_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("last_seq", Integer, nullable=False),
    Column("pinned_id", ascii_text(ID)),
    Column("door", ascii_text(16)),  # none: it is open
    Column("guests", ascii_text(16)),  # none: they may write
    Column("helpers", Json),  # none: there are none
    Column("raid", Json),  # none: there is none
    UniqueConstraint("name"),
    UniqueConstraint("code"),
    Index("ix_rooms_ends_at", "ends_at"),
    **_OPTIONS,
)

participants = Table(
    "participants",
    metadata,
    Column("room_id", ascii_text(ID), primary_key=True),
    Column("id", ascii_text(ID), primary_key=True),
    Column("token_hash", ascii_text(255), nullable=False),
    Column("nickname", exact_text(1000), nullable=False),
    Column("nickname_key", exact_text(1000), nullable=False),
    Column("glyph_colour", ascii_text(16), nullable=False),
    Column("glyph_sign", exact_text(16), nullable=False),
    Column("joined_at", Moment, nullable=False),
    Column("role", ascii_text(16)),  # none for nearly everybody
    Column("role_key", ascii_text(ID)),
    Column("muted_until", Moment),
    Column("banned", Boolean, nullable=False, server_default=false()),
    Column("admitted", Boolean, nullable=False, server_default=true()),
    Column("entered_with", ascii_text(64)),
    Column("version", Integer, nullable=False, server_default=text("0")),
    UniqueConstraint("room_id", "token_hash"),
    Index("ix_participants_role", "room_id", "role"),
    **_OPTIONS,
)

messages = Table(
    "messages",
    metadata,
    Column("room_id", ascii_text(ID), primary_key=True),
    Column("id", ascii_text(ID), primary_key=True),
    Column("seq", Integer),  # none while it is held, and for what was never shown
    Column("state", ascii_text(16), nullable=False),
    Column("reason", prose()),
    Column("text", prose(), nullable=False),
    Column("participant_id", ascii_text(255), nullable=False),
    Column("nickname", exact_text(1000), nullable=False),
    Column("glyph_colour", ascii_text(16), nullable=False),
    Column("glyph_sign", exact_text(16), nullable=False),
    Column("source", exact_text(64)),
    Column("url", prose()),
    Column("at", Moment, nullable=False),
    Column("question", Boolean, nullable=False, server_default=false()),
    Column("votes", Integer, nullable=False, server_default=text("0")),  # as many as there are rows in `votes`
    Column("answered", Boolean, nullable=False, server_default=false()),
    Column("role", ascii_text(16)),  # its author's, when he said it
    UniqueConstraint("room_id", "seq"),
    Index("ix_messages_state", "room_id", "state", "at"),
    **_OPTIONS,
)

votes = Table(
    "votes",
    metadata,
    Column("room_id", ascii_text(ID), primary_key=True),
    Column("message_id", ascii_text(ID), primary_key=True),
    Column("participant_id", ascii_text(ID), primary_key=True),
    **_OPTIONS,
)

events = Table(
    "events",
    metadata,
    Column("room_id", ascii_text(ID), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("kind", ascii_text(16), nullable=False),
    Column("message_id", ascii_text(ID)),  # its text stays in `messages`, so that there is one place to erase it
    Column("payload", Json),
    **_OPTIONS,
)

appeals = Table(
    "appeals",
    metadata,
    Column("room_id", ascii_text(ID), primary_key=True),
    Column("message_id", ascii_text(ID), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("text", prose(), nullable=False),  # erased when it is answered
    Column("answered_at", Moment),
    **_OPTIONS,
)

reports = Table(
    "reports",
    metadata,
    Column("room_id", ascii_text(ID), primary_key=True),
    Column("message_id", ascii_text(ID), primary_key=True),
    Column("participant_id", ascii_text(ID), primary_key=True),
    Column("case_id", ascii_text(ID), nullable=False),
    Column("at", Moment, nullable=False),
    Column("reason", prose(), nullable=False),
    Column("dismissed_at", Moment),
    **_OPTIONS,
)

# The one table whose rows may outlive their room: what is sealed waits for the operator until it dies.
cases = Table(
    "cases",
    metadata,
    Column("id", ascii_text(ID), primary_key=True),
    Column("room_id", ascii_text(ID), nullable=False),
    Column("room_name", exact_text(64), nullable=False),
    Column("at", Moment, nullable=False),
    Column("reports", Integer, nullable=False),
    Column("sealed", LargeBinary().with_variant(mysql.MEDIUMBLOB(), "mysql")),  # 11 messages of many code points
    Column("dies_at", Moment),  # none while the room lives
    Column("settled_at", Moment),
    Index("ix_cases_room_id", "room_id"),
    Index("ix_cases_at", "at"),
    Index("ix_cases_dies_at", "dies_at"),
    **_OPTIONS,
)

actions = Table(
    "actions",
    metadata,
    Column("room_id", ascii_text(ID), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("at", Moment, nullable=False),
    Column("by", ascii_text(ID), nullable=False),  # "host", or a helper's id
    Column("action", ascii_text(16), nullable=False),
    Column("about", ascii_text(255), nullable=False),
    Column("reason", prose(), nullable=False),
    **_OPTIONS,
)

bans = Table(
    "bans",
    metadata,
    Column("handle", ascii_text(64), primary_key=True),
    Column("made_at", Moment, nullable=False),
    Column("until", Moment, nullable=False),
    **_OPTIONS,
)

audit = Table(
    "audit",
    metadata,
    Column("id", ascii_text(ID), primary_key=True),
    Column("at", Moment, nullable=False),
    Column("by", ascii_text(16), nullable=False),
    Column("action", ascii_text(32), nullable=False),
    Column("about", ascii_text(64), nullable=False),
    Index("ix_audit_at", "at"),
    **_OPTIONS,
)

receipts = Table(
    "receipts",
    metadata,
    Column("room_id", ascii_text(ID), primary_key=True),
    Column("name", exact_text(64), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("closed_at", Moment),
    Column("forgotten_at", Moment),  # none while the forgetting goes on
    Column("counts", Json, nullable=False),
    Column("capsules", Integer, nullable=False, server_default=text("0")),
    Column("capsules_until", Moment),
    Index("ix_receipts_name", "name"),
    Index("ix_receipts_forgotten_at", "forgotten_at"),
    **_OPTIONS,
)
