"""add cancel_reason

Revision ID: 7c0e5b92a3d6
Revises: 44a28b52dc46
Create Date: 2025-11-07 09:37:15.604281
"""

import sqlalchemy as sa
from alembic import op

revision = "7c0e5b92a3d6"
down_revision = "44a28b52dc46"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.add_column(sa.Column("cancel_reason", sa.String(length=200), nullable=True))


def downgrade():
    with op.batch_alter_table("booking", schema=None) as batch_op:
        batch_op.drop_column("cancel_reason")
