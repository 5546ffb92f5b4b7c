"""index bookings by status and time

Revision ID: 93de41f07b6a
Revises: 5a7c3e19d0b4
Create Date: 2025-08-21 17:34:48.271950
"""

from alembic import op

revision = "93de41f07b6a"
down_revision = "5a7c3e19d0b4"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("CREATE INDEX ix_booking_status_scheduled ON booking (status, scheduled_time)")


def downgrade():
    op.execute("DROP INDEX ix_booking_status_scheduled")
