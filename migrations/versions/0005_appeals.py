"""An author may ask once that somebody looks at his message again."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

TABLE = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}
ID = 36


def ascii_text(length: int) -> sa.String:
    return sa.String(length).with_variant(mysql.VARCHAR(length, charset="ascii", collation="ascii_bin"), "mysql")


def prose() -> sa.Text:
    return sa.Text().with_variant(mysql.TEXT(charset="utf8mb4", collation="utf8mb4_bin"), "mysql")


def moment() -> sa.DateTime:
    return sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")


def upgrade() -> None:
    op.create_table(
        "appeals",
        sa.Column("room_id", ascii_text(ID), nullable=False),
        sa.Column("message_id", ascii_text(ID), nullable=False),
        sa.Column("at", moment(), nullable=False),
        sa.Column("text", prose(), nullable=False),
        sa.Column("answered_at", moment()),
        sa.PrimaryKeyConstraint("room_id", "message_id", name="pk_appeals"),
        **TABLE,
    )


def downgrade() -> None:
    op.drop_table("appeals")
