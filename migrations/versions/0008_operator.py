"""Bans of networks, and what operators did."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

TABLE = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}
ID = 36


def ascii_text(length: int) -> sa.String:
    return sa.String(length).with_variant(mysql.VARCHAR(length, charset="ascii", collation="ascii_bin"), "mysql")


def moment() -> sa.DateTime:
    return sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")


def upgrade() -> None:
    op.create_table(
        "bans",
        sa.Column("handle", ascii_text(64), nullable=False),
        sa.Column("made_at", moment(), nullable=False),
        sa.Column("until", moment(), nullable=False),
        sa.PrimaryKeyConstraint("handle", name="pk_bans"),
        **TABLE,
    )
    op.create_table(
        "audit",
        sa.Column("id", ascii_text(ID), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.Column("by", ascii_text(16), nullable=False),
        sa.Column("action", ascii_text(32), nullable=False),
        sa.Column("about", ascii_text(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        **TABLE,
    )
    op.create_index("ix_audit_at", "audit", ["at"])


def downgrade() -> None:
    op.drop_table("audit")
    op.drop_table("bans")
