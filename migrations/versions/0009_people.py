"""Who somebody is in a room: host, helper, muted, banned, let in; and what stands before a room's door."""

from __future__ import annotations

from hashlib import sha256

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

ROOMS = ("door", "guests", "helpers")
PARTICIPANTS = ("role", "role_key", "muted_until", "banned", "admitted", "entered_with", "version")
ROLE_INDEX = "ix_participants_role"


def ascii_text(length: int) -> sa.String:
    return sa.String(length).with_variant(
        mysql.VARCHAR(length, charset="ascii", collation="ascii_bin"), "mysql", "mariadb"
    )


def upgrade() -> None:
    # None is what was before: an open door, guests who write, no helpers. Rooms that are there need no change.
    prose = sa.Text().with_variant(mysql.TEXT(charset="utf8mb4", collation="utf8mb4_bin"), "mysql")
    moment = sa.DateTime().with_variant(mysql.DATETIME(fsp=6), "mysql")
    op.add_column("rooms", sa.Column("door", ascii_text(16)))
    op.add_column("rooms", sa.Column("guests", ascii_text(16)))
    op.add_column("rooms", sa.Column("helpers", prose))
    op.add_column("messages", sa.Column("role", ascii_text(16)))
    for column in (
        sa.Column("role", ascii_text(16)),
        sa.Column("role_key", ascii_text(36)),
        sa.Column("muted_until", moment),
        sa.Column("banned", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("admitted", sa.Boolean, nullable=False, server_default=sa.true()),
        sa.Column("entered_with", ascii_text(64)),
        sa.Column("version", sa.Integer, nullable=False, server_default=sa.text("0")),
    ):
        op.add_column("participants", column)
    op.create_index(ROLE_INDEX, "participants", ["room_id", "role"])
    _those_inside_stay_inside()


def _those_inside_stay_inside() -> None:
    """Whoever is in a room with a password has given it: they need not enter it again (`app.chat.password_mark`)."""
    database = op.get_bind()
    locked = database.execute(sa.text("SELECT id, password_hash FROM rooms WHERE password_hash IS NOT NULL"))
    for room_id, password_hash in locked.all():
        database.execute(
            sa.text("UPDATE participants SET entered_with = :mark WHERE room_id = :room"),
            {"mark": sha256(password_hash.encode()).hexdigest()[:16], "room": room_id},
        )


def downgrade() -> None:
    op.drop_index(ROLE_INDEX, "participants")
    for column in PARTICIPANTS:
        op.drop_column("participants", column)
    op.drop_column("messages", "role")
    for column in ROOMS:
        op.drop_column("rooms", column)
