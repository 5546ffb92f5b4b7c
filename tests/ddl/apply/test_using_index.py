"""Which indexes can become constraints: SQLSTATEs read from PostgreSQL 15.20 and 18.6."""

# ruff: noqa: E501  (one row per line)

from __future__ import annotations

from collections.abc import Callable

import pytest

Sqlstate = Callable[[str, str, int], "str | None"]

# Set-up, statement, and what PostgreSQL 15 and 18 say of it: a SQLSTATE, or None.
# fmt: off
INDEXES = [
    ("create table t (a varchar(9)); create unique index i on t (a text_ops)", "alter table t add unique using index i", None, None),
    ("create table t (a varchar(9)); create unique index i on t (a varchar_ops)", "alter table t add unique using index i", "42809", "42809"),
    ("create table t (a varchar(9)); create unique index i on t (a text_pattern_ops)", "alter table t add unique using index i", "42809", "42809"),
    ("create table t (a text); create unique index i on t (a text_ops)", "alter table t add unique using index i", None, None),
    ("create table t (a int); create unique index i on t (a int4_ops)", "alter table t add unique using index i", None, None),
    ("create table t (a timestamp); create unique index i on t (a timestamp_ops)", "alter table t add unique using index i", None, None),
    ("create table t (a text); create unique index i on t (a collate \"C\")", "alter table t add unique using index i", "42809", "42809"),
    ("create table t (a text collate \"C\"); create unique index i on t (a collate \"C\")", "alter table t add unique using index i", None, None),
    ("create table t (a text collate \"C\"); create unique index i on t (a)", "alter table t add unique using index i", None, None),
    ("create table t (a text); create unique index i on t (a collate \"default\")", "alter table t add unique using index i", None, None),
    ("create table t (a text collate \"C\"); create unique index i on t (a collate \"default\")", "alter table t add unique using index i", "42809", "42809"),
    ("create table t (a text collate \"C\"); create unique index i on t (a collate pg_catalog.\"C\")", "alter table t add unique using index i", None, None),
    ("create table t (a int); create unique index i on t (a desc)", "alter table t add unique using index i", "42809", "42809"),
    ("create type e as enum ('x'); create table t (a e); create unique index i on t (a enum_ops)", "alter table t add unique using index i", None, None),
    ("create domain d as text; create table t (a d); create unique index i on t (a text_ops)", "alter table t add unique using index i", None, None),
    ("create table t (a int[]); create unique index i on t (a array_ops)", "alter table t add unique using index i", None, None),
    ("create table t (a name); create unique index i on t (a name_ops)", "alter table t add unique using index i", None, None),
    ("create table t (a char(3)); create unique index i on t (a bpchar_ops)", "alter table t add unique using index i", None, None),
    ("create table t (a char(3)); create unique index i on t (a bpchar_pattern_ops)", "alter table t add unique using index i", "42809", "42809"),
    ("create extension citext; create table t (a citext); create unique index i on t (a citext_ops)", "alter table t add unique using index i", None, None),
    ("create table t (a cidr); create unique index i on t (a inet_ops)", "alter table t add unique using index i", None, None),
    ("create table t (a cidr); create unique index i on t (a cidr_ops)", "alter table t add unique using index i", "42809", "42809"),
    ("create table t (a text); create unique index i on t (a text_ops)", "alter table t add primary key using index i", None, None),
]
# fmt: on


@pytest.mark.parametrize(("setup", "statement", "in_15", "in_18"), INDEXES)
def test_what_sorts_by_default_can_become_a_constraint(
    sqlstate: Sqlstate, setup: str, statement: str, in_15: str | None, in_18: str | None
) -> None:
    assert (sqlstate(setup, statement, 15), sqlstate(setup, statement, 18)) == (in_15, in_18)
