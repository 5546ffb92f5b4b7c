"""index pending bookings

Revision ID: 5a7c3e19d0b4
Revises: e60b2d84f971
Create Date: 2025-07-08 08:51:29.660412
"""

import sqlalchemy as sa
from alembic import op

revision = "5a7c3e19d0b4"
down_revision = "e60b2d84f971"
branch_labels = None
depends_on = None


def upgrade():
    with op.get_context().autocommit_block():
        op.create_index(
            "ix_booking_pending_scheduled",
            "booking",
            ["scheduled_time"],
            unique=False,
            postgresql_where=sa.text("status = 'PENDING'"),
            postgresql_concurrently=True,
        )


def downgrade():
    with op.get_context().autocommit_block():
        op.drop_index("ix_booking_pending_scheduled", table_name="booking", postgresql_concurrently=True)
