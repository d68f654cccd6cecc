"""A room may be shown in a frame on other sites."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # None means that it may not, so that rooms that are there already need no change.
    prose = sa.Text().with_variant(mysql.TEXT(charset="utf8mb4", collation="utf8mb4_bin"), "mysql")
    op.add_column("rooms", sa.Column("embed", prose))


def downgrade() -> None:
    op.drop_column("rooms", "embed")
