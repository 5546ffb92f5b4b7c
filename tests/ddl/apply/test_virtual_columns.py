"""Virtual generated columns, which PostgreSQL 18 is the first to have: SQLSTATEs read from 18.6."""

# ruff: noqa: E501  (one row per line)

from __future__ import annotations

from collections.abc import Callable

import pytest

from lint_indexes.emulator.session import Session
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.origin import Origin, Source

Sqlstate = Callable[[str, str, int], "str | None"]

# Set-up, statement, SQLSTATE or None.
# fmt: off
VIRTUAL = [
    ("", "create table t (a int, b int generated always as (a) virtual)", None),
    ("create table t (a int)", "alter table t add b int generated always as (a) virtual", None),
    ("create table t (a int, b int generated always as (a) virtual)", "create index on t (b)", "0A000"),
    ("create table t (a int, b int generated always as (a) virtual)", "create index on t ((b + 1))", "0A000"),
    ("create table t (a int, b int generated always as (a) virtual)", "create index on t (a) where b > 1", "0A000"),
    ("create table t (a int, b int generated always as (a) virtual)", "create index on t (a) include (b)", "0A000"),
    ("create table t (a int, b int generated always as (a) virtual)", "create index on t (b) include (c)", "42703"),
    ("create table t (a int, b int generated always as (a) virtual)", "create index on t (b, c)", "42703"),
    ("create table t (a int, b int generated always as (a) virtual)", "create unique index on t (b)", "0A000"),
    ("create table t (a int, b int generated always as (a) virtual)", "alter table t add unique (b)", "0A000"),
    ("create table t (a int, b int generated always as (a) virtual)", "alter table t add primary key (b)", "0A000"),
    ("create table t (a int, b int generated always as (a) virtual)", "alter table t add exclude (b with =)", "0A000"),
    ("create table t (a int, b int generated always as (a) virtual)", "alter table t add check (b > 0)", None),
    ("", "create table t (a int, b int generated always as (a) virtual primary key)", "0A000"),
    ("", "create table t (a int, b int generated always as (a) virtual unique)", "0A000"),
    ("", "create table t (a int, b int generated always as (a) virtual not null)", None),
    ("create table t (a int, b int generated always as (a) virtual)", "alter table t alter b set not null", None),
    ("create table t (a int, b int generated always as (a) virtual)", "alter table t alter b drop expression", "0A000"),
    ("create table t (a int, b int generated always as (a) virtual)", "alter table t alter b drop expression if exists", "0A000"),
    ("create table t (a int, b int generated always as (a) virtual)", "alter table t alter b set default 3", "42601"),
    ("create table t (a int, b int generated always as (a) virtual)", "alter table t alter b type bigint", None),
    ("create table t (a int, b int generated always as (a) virtual)", "alter table t alter a type bigint", "0A000"),
    ("create table t (a int, b int generated always as (a) virtual)", "alter table t drop a", "2BP01"),
    ("create table t (a int, b int generated always as (a) virtual)", "create table u (b int generated always as (3) stored) inherits (t)", "42611"),
    ("create table t (a int, b int generated always as (a) virtual)", "create table u (b int) inherits (t)", None),
    ("create table t (a int, b int generated always as (a) virtual); create table u (a int, b int generated always as (a) stored)", "alter table u inherit t", "42804"),
    ("create table t (a int, b int generated always as (a) virtual); create table u (a int, b int)", "alter table u inherit t", "42804"),
    ("create table t (a int, b int generated always as (a) virtual)", "create table u (like t including generated including indexes); create index on u (b)", "0A000"),
    ("create table t (a int, b int generated always as (a) virtual)", "create table u (like t); create index on u (b)", None),
    ("", "create table t (a int, b int generated always as (a) virtual) partition by list (b)", "42P17"),
    ("create domain d as int", "create table t (a int, b d generated always as (a) virtual)", "0A000"),
    ("create table t (c int primary key)", "create table u (a int, b int generated always as (a) virtual references t)", "0A000"),
    ("create table t (c int primary key)", "create table u (a int, b int generated always as (a) virtual references t on delete set null)", "42601"),
    ("create table t (a int, b int generated always as (a) virtual)", "create view v as select b from t", None),
    ("create table t (a int, b int generated always as (a) virtual)", "create materialized view v as select b from t; create index on v (b)", None),
    ("create table t (a int, b int generated always as (a) virtual); create materialized view v as select b from t", "create index on v (b)", None),
    ("create type e as enum ('x')", "create table t (a int, b e generated always as ('x') virtual)", "0A000"),
    ("create type e as enum ('x')", "create table t (a e, b int generated always as (3) virtual)", None),
]
# fmt: on


@pytest.mark.parametrize(("setup", "statement", "expected"), VIRTUAL)
def test_virtual_columns(sqlstate: Sqlstate, setup: str, statement: str, expected: str | None) -> None:
    assert sqlstate(setup, statement, 18) == expected


@pytest.mark.parametrize("kind", ["", " virtual"])
def test_older_versions_do_not_know_them(sqlstate: Sqlstate, kind: str) -> None:
    column = f"b int generated always as (a){kind}"
    assert sqlstate("", f"create table t (a int, {column})", 17) == "42601"
    assert sqlstate("create table t (a int)", f"alter table t add {column}", 15) == "42601"


def test_a_table_is_not_partitioned_by_a_generated_column(sqlstate: Sqlstate) -> None:
    columns = "(a int, b int generated always as (a) stored)"
    for key in ("b", "(b + 1)", "a, b"):
        assert sqlstate("", f"create table t {columns} partition by range ({key})", 15) == "42P17"


def test_the_inspector_tells_them() -> None:
    session = Session(Catalog(), postgres_version=18)
    origin = Origin(Source.MIGRATIONS)
    session.execute("create table t (a int, b int generated always as (a))", (), origin)
    [_, column] = session.inspect("get_columns", {"table_name": "t", "schema": None}, origin)  # type: ignore[misc]  # JSON
    assert column["computed"] == {"sqltext": "a", "persisted": False}
    kinds = session.execute("select attgenerated from pg_attribute where attname = 'b'", (), origin)
    assert kinds.rows == (("v",),)
