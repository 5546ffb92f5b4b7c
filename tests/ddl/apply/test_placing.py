"""Where new relations go, and what is looked at before: SQLSTATEs read from PostgreSQL 15.20 and 18.6."""

# ruff: noqa: E501  (one row per line)

from __future__ import annotations

from collections.abc import Callable

import pytest

Sqlstate = Callable[[str, str, int], "str | None"]

# Set-up, statement, and what PostgreSQL 15 and 18 say of it: a SQLSTATE, or None.
# fmt: off
PLACED = [
    ("create temporary table t (a int)", "create view s2.y as select * from t", "3F000", "3F000"),
    ("create temporary table t (a int)", "create or replace view public.y as select * from t", "42P16", "42P16"),
    ("create temporary table t (a int)", "create view pg_temp.y as select * from t", None, None),
    ("create temporary table t (a int)", "create view s2.y (b, c) as select * from t", "42601", "42601"),
    ("create temporary table t (a int)", "create materialized view s2.y as select * from t", "0A000", "0A000"),
    ("", "create temporary table public.t (a int)", "42P16", "42P16"),
    ("", "create temporary table s2.t (a int)", "3F000", "3F000"),
    ("", "create temporary table pg_temp.t (a int)", None, None),
    ("", "create temporary table public.t as select 1 as a", "42P16", "42P16"),
    ("", "create temporary view public.t as select 1 as a", "42P16", "42P16"),
    ("", "create temporary view s2.t as select 1 as a", "3F000", "3F000"),
    ("", "create temporary sequence public.s", "42P16", "42P16"),
    ("", "create temporary sequence s2.s", "3F000", "3F000"),
    ("", "create temporary table public.t (a serial, primary key (b))", "42P16", "42P16"),
    ("", "create temporary table if not exists public.t (a int)", "42P16", "42P16"),
    ("create table t (a int)", "create temporary table if not exists public.t (a int)", "42P16", "42P16"),
    ("create table t (a int)", "create view s2.y (b, c) as select * from t", "42601", "42601"),
    ("create table t (a int)", "create view t (b, c) as select * from t", "42601", "42601"),
    ("create table t (a int)", "create table t (b, c) as select * from t", "42P07", "42P07"),
    ("create table t (a int)", "create table s2.t (b, c) as select * from t", "3F000", "3F000"),
    ("create table t (a int)", "create materialized view t (b, c) as select * from t", "42P07", "42P07"),
    ("create table t (a int)", "create materialized view s2.t (b, c) as select * from t", "3F000", "3F000"),
    ("create table t (a int)", "create view t as select a, a from t", "42701", "42701"),
    ("create table t (a int)", "create view s2.t as select a, a from t", "3F000", "3F000"),
    ("create table t (a int)", "create table s2.t as select a, a from t", "3F000", "3F000"),
    ("create table t (a int)", "create table t as select a, a from t", "42P07", "42P07"),
    ("create table t (a int)", "create materialized view t as select a, a from t", "42P07", "42P07"),
    ("create table t (a int); create view v as select a from t", "create or replace view v as select a, a from t", "42701", "42701"),
    ("create table t (a int); create view v as select a from t", "create or replace view v (b, c) as select a from t", "42601", "42601"),
]
# fmt: on


@pytest.mark.parametrize(("setup", "statement", "in_15", "in_18"), PLACED)
def test_where_a_relation_goes(
    sqlstate: Sqlstate, setup: str, statement: str, in_15: str | None, in_18: str | None
) -> None:
    assert (sqlstate(setup, statement, 15), sqlstate(setup, statement, 18)) == (in_15, in_18)
