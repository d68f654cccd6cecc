"""Rooms, participants, messages, events and receipts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

TABLE = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}
TABLES = ("receipts", "events", "messages", "participants", "rooms")


def ascii_text(length: int) -> sa.String:
    return sa.String(length).with_variant(mysql.VARCHAR(length, charset="ascii", collation="ascii_bin"), "mysql")


def exact_text(length: int) -> sa.String:
    return sa.String(length).with_variant(mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin"), "mysql")


def prose() -> sa.Text:
    return sa.Text().with_variant(mysql.TEXT(charset="utf8mb4", collation="utf8mb4_bin"), "mysql")


def moment() -> sa.DateTime:
    return sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")


def upgrade() -> None:
    make_rooms()
    make_participants()
    make_messages()
    make_events()
    make_receipts()


def downgrade() -> None:
    for table in TABLES:
        op.drop_table(table)


def make_rooms() -> None:
    op.create_table(
        "rooms",
        sa.Column("id", ascii_text(36), nullable=False),
        sa.Column("name", exact_text(64), nullable=False),
        sa.Column("code", ascii_text(16), nullable=False),
        sa.Column("title", prose(), nullable=False),
        sa.Column("rules", prose(), nullable=False),
        sa.Column("state", ascii_text(16), nullable=False),
        sa.Column("moderation", ascii_text(16), nullable=False),
        sa.Column("max_length", sa.Integer(), nullable=False),
        sa.Column("slow_mode", sa.Integer(), nullable=False),
        sa.Column("sources", prose(), nullable=False),
        sa.Column("host_key_hash", ascii_text(255), nullable=False),
        sa.Column("password_hash", ascii_text(255)),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("ends_at", moment(), nullable=False),
        sa.Column("closed_at", moment()),
        sa.Column("last_seq", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_rooms"),
        sa.UniqueConstraint("name", name="uq_rooms_name"),
        sa.UniqueConstraint("code", name="uq_rooms_code"),
        sa.Index("ix_rooms_ends_at", "ends_at"),
        **TABLE,
    )


def make_participants() -> None:
    op.create_table(
        "participants",
        sa.Column("room_id", ascii_text(36), nullable=False),
        sa.Column("id", ascii_text(36), nullable=False),
        sa.Column("token_hash", ascii_text(255), nullable=False),
        sa.Column("nickname", exact_text(1000), nullable=False),
        sa.Column("nickname_key", exact_text(1000), nullable=False),
        sa.Column("glyph_colour", ascii_text(16), nullable=False),
        sa.Column("glyph_sign", exact_text(16), nullable=False),
        sa.Column("joined_at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("room_id", "id", name="pk_participants"),
        sa.UniqueConstraint("room_id", "token_hash", name="uq_participants_room_id_token_hash"),
        **TABLE,
    )


def make_messages() -> None:
    op.create_table(
        "messages",
        sa.Column("room_id", ascii_text(36), nullable=False),
        sa.Column("id", ascii_text(36), nullable=False),
        sa.Column("seq", sa.Integer()),
        sa.Column("state", ascii_text(16), nullable=False),
        sa.Column("reason", prose()),
        sa.Column("text", prose(), nullable=False),
        sa.Column("participant_id", ascii_text(255), nullable=False),
        sa.Column("nickname", exact_text(1000), nullable=False),
        sa.Column("glyph_colour", ascii_text(16), nullable=False),
        sa.Column("glyph_sign", exact_text(16), nullable=False),
        sa.Column("source", exact_text(64)),
        sa.Column("url", prose()),
        sa.Column("at", moment(), nullable=False),
        sa.PrimaryKeyConstraint("room_id", "id", name="pk_messages"),
        sa.UniqueConstraint("room_id", "seq", name="uq_messages_room_id_seq"),
        sa.Index("ix_messages_state", "room_id", "state", "at"),
        **TABLE,
    )


def make_events() -> None:
    op.create_table(
        "events",
        sa.Column("room_id", ascii_text(36), nullable=False),
        sa.Column("seq", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.Column("kind", ascii_text(16), nullable=False),
        sa.Column("message_id", ascii_text(36)),
        sa.Column("payload", prose()),
        sa.PrimaryKeyConstraint("room_id", "seq", name="pk_events"),
        **TABLE,
    )


def make_receipts() -> None:
    op.create_table(
        "receipts",
        sa.Column("room_id", ascii_text(36), nullable=False),
        sa.Column("name", exact_text(64), nullable=False),
        sa.Column("created_at", moment(), nullable=False),
        sa.Column("closed_at", moment()),
        sa.Column("forgotten_at", moment()),
        sa.Column("counts", prose(), nullable=False),
        sa.PrimaryKeyConstraint("room_id", name="pk_receipts"),
        sa.Index("ix_receipts_name", "name"),
        sa.Index("ix_receipts_forgotten_at", "forgotten_at"),
        **TABLE,
    )
