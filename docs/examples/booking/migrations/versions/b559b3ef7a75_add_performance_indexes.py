"""add performance indexes

Revision ID: b559b3ef7a75
Revises: 2b84d6f1c9e0
Create Date: 2025-10-20 16:01:27.151468
"""

from alembic import op

revision = "b559b3ef7a75"
down_revision = "2b84d6f1c9e0"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_assignment_booking_created", "assignment", ["booking_id", "created_at"])
    op.create_index("ix_assignment_dispatch_run_status", "assignment", ["dispatch_run_id", "status"])
    op.create_index("ix_booking_status_scheduled_company", "booking", ["status", "scheduled_time", "company_id"])


def downgrade():
    op.drop_index("ix_booking_status_scheduled_company", table_name="booking")
    op.drop_index("ix_assignment_dispatch_run_status", table_name="assignment")
    op.drop_index("ix_assignment_booking_created", table_name="assignment")
