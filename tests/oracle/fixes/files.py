"""The files of a generated project that are always the same."""

from __future__ import annotations

ALEMBIC_INI = "[alembic]\nscript_location = migrations\nprepend_sys_path = .\n"

ENV = '''
"""Runs the migrations in the database that DATABASE_URL names."""

import os

import sqlalchemy as sa
from alembic import context

from app.models import Base

engine = sa.create_engine(os.environ.get("DATABASE_URL", "postgresql+pg8000://"))
with engine.connect() as connection:
    context.configure(connection=connection, target_metadata=Base.metadata, include_schemas=True)
    with context.begin_transaction():
        context.run_migrations()
'''.lstrip()

TEMPLATE = '''
"""${message}"""

from alembic import op
import sqlalchemy as sa
${imports if imports else ""}

revision = ${repr(up_revision)}
down_revision = ${repr(down_revision)}


def upgrade():
    ${upgrades if upgrades else "pass"}


def downgrade():
    ${downgrades if downgrades else "pass"}
'''.lstrip()
