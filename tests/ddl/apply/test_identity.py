"""Identity columns of partitions, which PostgreSQL 17 is the first to have: read from 15.20 and 18.6."""

# ruff: noqa: E501  (one row per line)

from __future__ import annotations

from collections.abc import Callable

import pytest

Sqlstate = Callable[[str, str, int], "str | None"]

# Set-up, statement, and what PostgreSQL 15 and 18 say of it: a SQLSTATE, or None.
# fmt: off
IDENTITY = [
    ("create table t (c int not null) partition by list (c); create table v partition of t default", "alter table v alter c drop identity if exists", None, "42P16"),
    ("create table t (c int not null) partition by list (c); create table v partition of t default", "alter table v alter d drop identity", "42703", "42P16"),
    ("create table t (c int not null) partition by list (c); create table v partition of t default", "alter table v alter c add generated always as identity", None, "42P16"),
    ("create table t (c int not null) partition by list (c); create table v partition of t default", "alter table v alter d add generated always as identity", "42703", "42703"),
    ("create table t (c text not null) partition by list (c); create table v partition of t default", "alter table v alter c add generated always as identity", "22023", "22023"),
    ("create table t (c int not null) partition by list (c)", "alter table only t alter c add generated always as identity", None, "42P16"),
    ("create table t (c int not null) partition by list (c)", "alter table only t alter c drop identity if exists", None, "42P16"),
    ("create table t (c int not null); create table v () inherits (t); alter table t alter c add generated always as identity", "alter table v alter c set default 3", None, None),
    ("create table t (c int not null, d int) partition by list (d); create table v partition of t default partition by list (d); create table w partition of v default; alter table t alter c add generated always as identity", "alter table w alter c set default 3", None, "42601"),
    ("create table t (c int not null, d int) partition by list (d); create table v partition of t (c default 3) default", "alter table t alter c add generated always as identity", None, "55000"),
    ("create table t (c int generated always as identity) partition by list (c); create table v partition of t default", "alter table v alter c set default 3", None, "42601"),
    ("create table t (c int generated always as identity) partition by list (c); create table v partition of t default", "alter table v alter c drop not null", "42P16", "42601"),
    ("create table t (c int generated always as identity) partition by list (c); create table v partition of t default; alter table t alter c drop identity", "alter table v alter c set default 3", None, None),
    ("create table t (c int generated always as identity) partition by list (c); create table v (c int not null default 3); alter table t attach partition v default", "alter table v alter c set default 3", None, "42601"),
    ("create table t (c int generated always as identity) partition by list (c); create table v partition of t default; alter table t detach partition v", "alter table v alter c set default 3", None, None),
    ("create table t (c int generated always as identity, d int) partition by list (d); create table v (c int not null, d int) partition by list (d); create table w partition of v default; alter table t attach partition v default", "alter table t detach partition v", None, "55000"),
    ("create table t (d int) partition by list (d); create table v partition of t default", "alter table t add e int generated always as identity", "42P16", None),
    ("create table t (d int); create table v () inherits (t)", "alter table t add e int generated always as identity", "42P16", "42P16"),
    ("create materialized view m as select 1 as a", "alter table m alter b add generated always as identity", "42809", "42809"),
]
# fmt: on


@pytest.mark.parametrize(("setup", "statement", "in_15", "in_18"), IDENTITY)
def test_identity_of_partitions(
    sqlstate: Sqlstate, setup: str, statement: str, in_15: str | None, in_18: str | None
) -> None:
    assert (sqlstate(setup, statement, 15), sqlstate(setup, statement, 18)) == (in_15, in_18)
