"""Reports, and what is sealed of them for the operator."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

TABLE = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}
ID = 36


def ascii_text(length: int) -> sa.String:
    return sa.String(length).with_variant(mysql.VARCHAR(length, charset="ascii", collation="ascii_bin"), "mysql")


def exact_text(length: int) -> sa.String:
    return sa.String(length).with_variant(mysql.VARCHAR(length, charset="utf8mb4", collation="utf8mb4_bin"), "mysql")


def prose() -> sa.Text:
    return sa.Text().with_variant(mysql.TEXT(charset="utf8mb4", collation="utf8mb4_bin"), "mysql")


def moment() -> sa.DateTime:
    return sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")


def upgrade() -> None:
    op.create_table(
        "reports",
        sa.Column("room_id", ascii_text(ID), nullable=False),
        sa.Column("message_id", ascii_text(ID), nullable=False),
        sa.Column("participant_id", ascii_text(ID), nullable=False),
        sa.Column("case_id", ascii_text(ID), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.Column("reason", prose(), nullable=False),
        sa.Column("dismissed_at", moment()),
        sa.PrimaryKeyConstraint("room_id", "message_id", "participant_id", name="pk_reports"),
        **TABLE,
    )
    op.create_table(
        "cases",
        sa.Column("id", ascii_text(ID), nullable=False),
        sa.Column("room_id", ascii_text(ID), nullable=False),
        sa.Column("room_name", exact_text(64), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary().with_variant(mysql.MEDIUMBLOB(), "mysql")),
        sa.Column("dies_at", moment()),
        sa.Column("settled_at", moment()),
        sa.PrimaryKeyConstraint("id", name="pk_cases"),
        **TABLE,
    )
    op.create_index("ix_cases_room_id", "cases", ["room_id"])
    op.create_index("ix_cases_at", "cases", ["at"])
    op.create_index("ix_cases_dies_at", "cases", ["dies_at"])
    op.add_column("receipts", sa.Column("capsules", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("receipts", sa.Column("capsules_until", moment()))


def downgrade() -> None:
    op.drop_column("receipts", "capsules_until")
    op.drop_column("receipts", "capsules")
    op.drop_table("cases")
    op.drop_table("reports")
