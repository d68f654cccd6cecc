"""What a room has looked at before a message is shown."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import mysql

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # None means as it comes, so that rooms that are there already need no change.
    prose = sa.Text().with_variant(mysql.TEXT(charset="utf8mb4", collation="utf8mb4_bin"), "mysql")
    op.add_column("rooms", sa.Column("safety", prose))


def downgrade() -> None:
    op.drop_column("rooms", "safety")
