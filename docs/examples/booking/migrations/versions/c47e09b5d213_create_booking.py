"""create booking

Revision ID: c47e09b5d213
Revises: 8d1f6c20a4e7
Create Date: 2025-03-18 14:40:03.118764
"""

import sqlalchemy as sa
from alembic import op

revision = "c47e09b5d213"
down_revision = "8d1f6c20a4e7"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "booking",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum("PENDING", "ASSIGNED", "COMPLETED", "CANCELLED", name="booking_status"),
            nullable=False,
        ),
        sa.Column("scheduled_time", sa.DateTime(timezone=True), nullable=False),
        sa.Column("customer_name", sa.String(length=120), nullable=False),
        sa.Column("pickup", sa.Text(), nullable=False),
        sa.Column("dropoff", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_booking_company_id_company"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_booking")),
    )
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_booking_company_id"), ["company_id"], unique=False)


def downgrade():
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_booking_company_id"))

    op.drop_table("booking")
    op.execute("DROP TYPE booking_status")
