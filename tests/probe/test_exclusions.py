"""What env.py keeps out of autogenerate, asked with the same arguments as Alembic asks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lint_indexes.emulator.session import Session
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.exclusions import Exclusions
from lint_indexes.model.origin import Origin, Source

MIGRATED = """
CREATE SCHEMA audit;
CREATE TABLE booking (id int PRIMARY KEY, status varchar(20), at int, CONSTRAINT uq_at UNIQUE (at));
CREATE INDEX ix_booking_status_at ON booking (status, at);
CREATE INDEX ix_legacy ON booking (lower(status));
CREATE TABLE spatial_ref_sys (srid int PRIMARY KEY);
CREATE TABLE audit.log (id int);
"""
CONFIGURE = """
from alembic import context
from models import Base
from sqlalchemy import create_engine

{functions}

context.configure(connection=create_engine(None).connect(), target_metadata=Base.metadata, {options})
context.run_migrations()
"""

Ask = Callable[..., Exclusions]


@pytest.fixture
def excluded(project, start) -> Ask:
    def ask(options: str = "", functions: str = "", **env: str) -> Exclusions:
        project.write("migrations/env.py", CONFIGURE.format(functions=functions, options=options))
        session = Session(Catalog())
        session.execute(MIGRATED, (), Origin(Source.MIGRATIONS, "1.py", 1))
        return start(**env).load_exclusions(session.catalog)

    return ask


def tables(found: Exclusions) -> set[str]:
    return {str(name) for name in found.tables}


def indexes(found: Exclusions) -> set[str]:
    return {name.name for name in found.indexes}


def test_other_schemas_are_left_out_unless_they_are_included(excluded: Ask) -> None:
    assert tables(excluded()) == {"audit.log"}
    assert tables(excluded("include_schemas=True")) == set()


def test_include_object_is_asked_for_each_side(excluded: Ask) -> None:
    found = excluded(
        "include_object=include",
        """
seen = {}
def include(object, name, type_, reflected, compare_to):
    seen[type_, name] = (reflected, compare_to is not None)
    if (type_, name) == ("unique_constraint", "uq_at"):
        assert seen == {
            ("table", "spatial_ref_sys"): (True, False),
            ("table", "booking"): (False, True),
            ("index", "ix_booking_at"): (False, False),
            ("index", "ix_booking_status_at"): (False, True),
            ("index", "ix_legacy"): (True, False),
            ("unique_constraint", "uq_at"): (True, False),
        }, seen
        assert [column.name for column in object.columns] == ["at"]
        assert object.table.schema is None
        return False
    return name not in ("spatial_ref_sys", "ix_legacy", "ix_booking_at")
""",
    )

    assert found.warnings == ()
    assert tables(found) == {"audit.log", "public.spatial_ref_sys"}
    assert indexes(found) == {"uq_at", "ix_legacy", "ix_booking_at"}


def test_include_name_is_asked_for_what_is_in_the_database(excluded: Ask) -> None:
    found = excluded(
        "include_name=include, include_schemas=True",
        """
def include(name, type_, parents):
    if type_ == "schema":
        return name in (None, "public")
    if type_ == "table":
        return parents["schema_qualified_table_name"] != "spatial_ref_sys"
    assert parents["table_name"] == "booking", parents
    return type_ != "index" or not name.endswith("legacy")
""",
    )

    assert found.warnings == ()
    assert tables(found) == {"audit.log", "public.spatial_ref_sys"}
    assert indexes(found) == {"ix_legacy"}


def test_all_of_several_runs_have_to_leave_it_out(excluded: Ask) -> None:
    functions = """
for name in ("spatial_ref_sys", "booking"):
    context.configure(
        connection=create_engine(None).connect(),
        target_metadata=Base.metadata,
        include_schemas=True,
        include_object=lambda object, name, type_, *rest, this=name: name != this and name != "ix_legacy",
    )
    context.run_migrations(engine_name=name)
"""
    found = excluded(
        "include_schemas=True, include_object=lambda object, name, *rest: name is None", functions
    )

    assert tables(found) == set()
    assert indexes(found) == {"ix_legacy"}


def test_a_function_that_fails_leaves_nothing_out(excluded: Ask) -> None:
    found = excluded("include_schemas=True, include_object=lambda *arguments: 1 / 0")

    assert (found.tables, found.indexes) == (frozenset(), frozenset())
    [warning] = found.warnings
    assert "include_object failed" in warning
    assert "ZeroDivisionError" in warning
