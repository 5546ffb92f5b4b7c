"""add driver phone

Revision ID: e60b2d84f971
Revises: 1f93ab7e6c58
Create Date: 2025-05-27 16:22:10.447095
"""

import sqlalchemy as sa
from alembic import op

revision = "e60b2d84f971"
down_revision = "1f93ab7e6c58"
branch_labels = None
depends_on = None


def upgrade():
    with op.batch_alter_table("driver", schema=None) as batch_op:
        batch_op.add_column(sa.Column("phone", sa.String(length=30), nullable=True))


def downgrade():
    with op.batch_alter_table("driver", schema=None) as batch_op:
        batch_op.drop_column("phone")
