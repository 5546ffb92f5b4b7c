"""indexes for the dispatcher's screens

Revision ID: 2b84d6f1c9e0
Revises: 93de41f07b6a
Create Date: 2025-10-15 10:18:22.093347
"""

from alembic import op

revision = "2b84d6f1c9e0"
down_revision = "93de41f07b6a"
branch_labels = None
depends_on = None


def upgrade():
    op.create_index("ix_assignment_driver_status", "assignment", ["driver_id", "status"])
    op.create_index("ix_booking_company_status_scheduled", "booking", ["company_id", "status", "scheduled_time"])
    op.create_index("ix_dispatch_run_company_finished", "dispatch_run", ["company_id", "finished_at"])
    op.create_index("ix_driver_company_active", "driver", ["company_id", "active"])


def downgrade():
    op.drop_index("ix_driver_company_active", table_name="driver")
    op.drop_index("ix_dispatch_run_company_finished", table_name="dispatch_run")
    op.drop_index("ix_booking_company_status_scheduled", table_name="booking")
    op.drop_index("ix_assignment_driver_status", table_name="assignment")
