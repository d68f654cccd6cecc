"""When a raid on a room was noticed, and until when its doors stay half shut."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    prose = sa.Text().with_variant(mysql.TEXT(charset="utf8mb4", collation="utf8mb4_bin"), "mysql")
    op.add_column("rooms", sa.Column("raid", prose))


def downgrade() -> None:
    op.drop_column("rooms", "raid")
