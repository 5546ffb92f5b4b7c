"""Writes the files of a synthetic project."""

from __future__ import annotations

import textwrap
from pathlib import Path

from synthetic.history import Growth, Size
from synthetic.operations import Body
from synthetic.schema import Constraint, Table, index_arguments

TABLES_PER_MODULE = 20
PACKAGE = "synthetic_app"

CONFIGURATION = """\
[project]
name = "synthetic-app"
version = "1"

[tool.lint-indexes]
metadata = "synthetic_app.models:Base.metadata"
"""
INI = """\
[alembic]
script_location = migrations
prepend_sys_path = .
"""
ENV = """\
import os

from alembic import context
from sqlalchemy import create_engine

from synthetic_app.models import Base

engine = create_engine(os.environ.get("DATABASE_URL", "postgresql://"))

with engine.connect() as connection:
    # A migration that waits for a lock makes everyone wait behind it.
    connection.exec_driver_sql("SET lock_timeout = '5s'")
    connection.commit()
    context.configure(
        connection=connection, target_metadata=Base.metadata, transaction_per_migration=True
    )
    with context.begin_transaction():
        context.run_migrations()
"""
TEMPLATE = '''\
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
'''
MIGRATION = '''\
"""{message}"""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = {down_revision}
branch_labels = None
depends_on = None


def upgrade() -> None:
{upgrade}


def downgrade() -> None:
{downgrade}
'''
BASE = '''\
"""The base of all models."""

from sqlalchemy.orm import DeclarativeBase


class Base(DeclarativeBase):
    pass
'''
MODULE = '''\
"""Models."""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    String,
    UniqueConstraint,
    text,
)

from .base import Base

'''


def write_project(folder: Path, size: Size, seed: int = 0) -> None:
    """Write a project of this size into a folder that is new or empty.

    Args:
        seed: Another one makes another project of the same size.
    """
    growth = Growth(size, seed)
    versions = folder / "migrations" / "versions"
    versions.mkdir(parents=True)
    for number, body in enumerate(growth.bodies()):
        revision = revision_id(number)
        (versions / f"{revision}_change_{number:05}.py").write_text(migration(number, body))
    (folder / "pyproject.toml").write_text(CONFIGURATION)
    (folder / "alembic.ini").write_text(INI)
    (folder / "migrations" / "env.py").write_text(ENV)
    (folder / "migrations" / "script.py.mako").write_text(TEMPLATE)
    _write_models(folder / PACKAGE / "models", growth.tables)


def revision_id(number: int) -> str:
    """Twelve hexadecimal digits, as Alembic has them, that do not stand in the order of the history."""
    return f"{number * 0x9E3779B97F4A & 0xFFFFFFFFFFFF:012x}"


def migration(number: int, body: Body) -> str:
    """The text of the migration with a number, counted from 0, that follows the one before."""
    return MIGRATION.format(
        message=f"change {number}",
        revision=revision_id(number),
        down_revision=f'"{revision_id(number - 1)}"' if number else None,
        upgrade=textwrap.indent("\n".join(body.upgrade or ["pass"]), "    "),
        downgrade=textwrap.indent("\n".join(body.downgrade or ["pass"]), "    "),
    )


def _write_models(folder: Path, tables: list[Table]) -> None:
    folder.mkdir(parents=True)
    (folder.parent / "__init__.py").write_text("")
    (folder / "base.py").write_text(BASE)
    names = []
    for first in range(0, len(tables), TABLES_PER_MODULE):
        name = f"part_{first // TABLES_PER_MODULE:03}"
        classes = [_model(table) for table in tables[first : first + TABLES_PER_MODULE]]
        (folder / f"{name}.py").write_text(MODULE + "\n\n".join(["", *classes]).lstrip("\n"))
        names.append(name)
    imports = f"from . import {', '.join(names)}\nfrom .base import Base\n"
    (folder / "__init__.py").write_text(f'{imports}\n__all__ = ["Base", {str(names)[1:]}\n')


def _model(table: Table) -> str:
    references = {one.column: one for one in table.constraints if one.kind == "foreign key"}
    lines = [f"class {table.name.title().replace('_', '')}(Base):", f'    __tablename__ = "{table.name}"', ""]
    for column in table.columns:
        reference = references.get(column.name)
        key = f', ForeignKey("{reference.text}.id", name="{reference.name}")' if reference else ""
        options = f", {column.options}" if column.options else ""
        lines.append(f"    {column.name} = Column({column.type}{key}{options})")
    arguments = [_constraint(one) for one in table.constraints if one.kind != "foreign key"]
    for index in table.indexes:
        keys, options = index_arguments(index)
        arguments.append(f'Index("{index.name}", {keys}{options})')
    if arguments:
        listed = "".join(f"\n        {argument}," for argument in arguments)
        lines += ["", f"    __table_args__ = ({listed}\n    )"]
    return "\n".join(lines) + "\n"


def _constraint(constraint: Constraint) -> str:
    if constraint.kind == "unique":
        return f'UniqueConstraint("{constraint.column}", name="{constraint.name}")'
    return f'CheckConstraint("{constraint.text}", name="{constraint.name}")'
