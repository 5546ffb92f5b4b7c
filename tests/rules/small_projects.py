"""Small projects on disk: what they are made of, and how they are written."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path

MODELS_PRELUDE = """\
from sqlalchemy import Boolean, Column, DateTime, ForeignKey, Index, Integer, String, UniqueConstraint, text
from sqlalchemy.orm import declarative_base

Base = declarative_base()


"""

MODELS = """\
class Booking(Base):
    __tablename__ = "booking"

    id = Column(Integer, primary_key=True)
    status = Column(String(20))
    company_id = Column(Integer)
"""

MIGRATION_PRELUDE = """\
import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {parent!r}


"""

FIRST_MIGRATION = """\
def upgrade():
    op.create_table(
        "booking",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("status", sa.String(20)),
        sa.Column("company_id", sa.Integer),
    )


def downgrade():
    op.drop_table("booking")
"""

ENV = """\
from alembic import context

from models import Base

context.configure(url="postgresql://localhost/nowhere", target_metadata=Base.metadata)
with context.begin_transaction():
    context.run_migrations()
"""

BASE_FILES = {
    "alembic.ini": "[alembic]\nscript_location = migrations\nprepend_sys_path = .\n",
    "migrations/env.py": ENV,
    "pyproject.toml": "",
    "models.py": MODELS,
    "versions/0001_create_booking.py": FIRST_MIGRATION,
}


def write_project(root: Path, files: Mapping[str, str]) -> None:
    """Write the base project with some of its files replaced or added; the preludes are put before them.

    A migration of the name ``versions/0002_x.py`` gets the revision 0002 and the parent 0001, unless its
    text gives them.
    """
    for name, text in {**BASE_FILES, **files}.items():
        path = root / (f"migrations/{name}" if name.startswith("versions/") else name)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(_prelude(path, text) + text)


def _prelude(path: Path, text: str) -> str:
    if path.name == "models.py":
        return MODELS_PRELUDE
    if path.name == "pyproject.toml":
        return '[tool.lint-indexes]\nmetadata = "models:Base"\n\n'
    if path.parent.name == "versions":
        number = int(path.name[:4])
        parent = f"{number - 1:04}" if number > 1 else None
        return MIGRATION_PRELUDE.format(revision=f"{number:04}", parent=parent)
    return ""


def git(folder: Path, *arguments: str) -> None:
    identity = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", "-C", folder, *identity, *arguments], check=True, capture_output=True)
