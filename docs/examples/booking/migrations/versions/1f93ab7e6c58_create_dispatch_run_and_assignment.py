"""create dispatch_run and assignment

Revision ID: 1f93ab7e6c58
Revises: c47e09b5d213
Create Date: 2025-04-09 11:05:57.902133
"""

import sqlalchemy as sa
from alembic import op

revision = "1f93ab7e6c58"
down_revision = "c47e09b5d213"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "dispatch_run",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["company_id"], ["company.id"], name=op.f("fk_dispatch_run_company_id_company"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_dispatch_run")),
        sa.UniqueConstraint("company_id", "day", name=op.f("uq_dispatch_run_company_id")),
    )
    op.create_table(
        "assignment",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("booking_id", sa.Integer(), nullable=False),
        sa.Column("dispatch_run_id", sa.Integer(), nullable=False),
        sa.Column("driver_id", sa.Integer(), nullable=True),
        sa.Column("status", sa.String(length=20), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), server_default=sa.text("now()"), nullable=False),
        sa.ForeignKeyConstraint(
            ["booking_id"], ["booking.id"], name=op.f("fk_assignment_booking_id_booking"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["dispatch_run_id"],
            ["dispatch_run.id"],
            name=op.f("fk_assignment_dispatch_run_id_dispatch_run"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["driver_id"], ["driver.id"], name=op.f("fk_assignment_driver_id_driver"), ondelete="SET NULL"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_assignment")),
        sa.UniqueConstraint("booking_id", "dispatch_run_id", name=op.f("uq_assignment_booking_id")),
    )
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_assignment_driver_id"), ["driver_id"], unique=False)


def downgrade():
    with op.batch_alter_table("assignment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_assignment_driver_id"))

    op.drop_table("assignment")
    op.drop_table("dispatch_run")
