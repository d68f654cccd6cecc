"""Questions, votes, what is answered and what is pinned."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

TABLE = {"mysql_engine": "InnoDB", "mysql_charset": "utf8mb4", "mysql_collate": "utf8mb4_bin"}
ID = 36


def ascii_text(length: int) -> sa.String:
    return sa.String(length).with_variant(mysql.VARCHAR(length, charset="ascii", collation="ascii_bin"), "mysql")


def upgrade() -> None:
    op.add_column("rooms", sa.Column("pinned_id", ascii_text(ID)))
    op.add_column("messages", sa.Column("question", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("messages", sa.Column("votes", sa.Integer(), nullable=False, server_default=sa.text("0")))
    op.add_column("messages", sa.Column("answered", sa.Boolean(), nullable=False, server_default=sa.false()))
    # Rooms that are alive keep their questions, as far as a database can tell.
    for mark in ("?", "\uff1f", "\u061f"):
        op.execute(sa.text("UPDATE messages SET question = 1 WHERE text LIKE :ends").bindparams(ends=f"%{mark}"))
    op.create_table(
        "votes",
        sa.Column("room_id", ascii_text(ID), nullable=False),
        sa.Column("message_id", ascii_text(ID), nullable=False),
        sa.Column("participant_id", ascii_text(ID), nullable=False),
        sa.PrimaryKeyConstraint("room_id", "message_id", "participant_id", name="pk_votes"),
        **TABLE,
    )


def downgrade() -> None:
    op.drop_table("votes")
    for name in ("answered", "votes", "question"):
        op.drop_column("messages", name)
    op.drop_column("rooms", "pinned_id")
