"""Primary keys and foreign keys: in which order their faults are found, read from PostgreSQL 15.20 and 18.6."""

# ruff: noqa: E501  (one row per line)

from __future__ import annotations

from collections.abc import Callable

import pytest

Sqlstate = Callable[[str, str, int], "str | None"]

# Set-up, statement, and what PostgreSQL 15 and 18 say of it: a SQLSTATE, or None.
# fmt: off
KEYS = [
    ("", "create table t (a int, primary key (a, b), primary key (a))", "42703", "42703"),
    ("", "create table t (a int, primary key (a), unique (b), primary key (a))", "42703", "42703"),
    ("", "create table t (a int, primary key (a), primary key (a, b))", "42P16", "42P16"),
    ("", "create table t (a int, primary key (a), primary key (a)) inherits (missing)", "42P16", "42P16"),
    ("", "create table t (a int, primary key (b), primary key (a)) inherits (missing)", "42P01", "42P01"),
    ("", "create table t (a int, primary key (a, a)) inherits (missing)", "42701", "42701"),
    ("", "create table t (a int, primary key (a), primary key (a), like missing)", "42P01", "42P01"),
    ("create table p (a int)", "create table t partition of p (primary key (b), primary key (a)) default", "42703", "42703"),
    ("create type c as (x int)", "create table t of c (primary key (y))", "42703", "42703"),
    ("create type c as (x int)", "create table t of c (primary key (x))", None, None),
]
# fmt: on


@pytest.mark.parametrize(("setup", "statement", "in_15", "in_18"), KEYS)
def test_keys_of_a_new_table(
    sqlstate: Sqlstate, setup: str, statement: str, in_15: str | None, in_18: str | None
) -> None:
    assert (sqlstate(setup, statement, 15), sqlstate(setup, statement, 18)) == (in_15, in_18)


# fmt: off
FOREIGN_KEYS = [
    ("create table t (c int, a int generated always as (c) stored, primary key (a))", "alter table t add foreign key (a) references t on update set null", "42601", "42601"),
    ("create table t (c int, a int generated always as (c) stored, primary key (a))", "alter table t add foreign key (a) references t on update cascade", "42601", "42601"),
    ("create table t (c int, a int generated always as (c) stored, primary key (a))", "alter table t add foreign key (a) references t on update restrict", None, None),
    ("create table t (c int, a int generated always as (c) stored, primary key (a))", "alter table t add foreign key (a) references t on delete cascade", None, None),
    ("create table t (c int, a int generated always as (c) stored, primary key (a))", "alter table t add foreign key (a) references t on delete set default", "42601", "42601"),
    ("create table t (c int, a int generated always as (c) stored, primary key (a, c))", "alter table t add foreign key (a) references t on update set null", "42601", "42601"),
    ("create table t (c text primary key, a int, b int generated always as (a) stored)", "alter table t add foreign key (b) references t on delete set null", "42601", "42601"),
    ("create table t (c int, a int generated always as (c) stored)", "alter table t add foreign key (a) references t (c) on delete set null", "42830", "42830"),
    ("create table t (c int, a int generated always as (c) stored)", "alter table t add foreign key (a) references t on delete set null", "42704", "42704"),
    ("create table t (c int, a int generated always as (c) stored, unique (c) deferrable)", "alter table t add foreign key (a) references t (c) on delete set null", "55000", "55000"),
    ("create table t (c int primary key)", "create table u (a int, b int generated always as (a) stored references t on delete set null)", "42601", "42601"),
    ("create table t (c int primary key); create table u (a int)", "alter table u add b int generated always as (a) stored references t on update cascade", "42601", "42601"),
    ("create table t (c int primary key)", "create table u (a int, foreign key (ctid) references t)", "0A000", "0A000"),
    ("create table t (c int primary key)", "create table u (a int references t (ctid))", "0A000", "0A000"),
    ("create table t (c int primary key); create table p (c int) partition by list (c)", "alter table p add foreign key (c) references t not valid", "42809", None),
    ("create table t (b int) partition by list (b)", "alter table only t add column c int references t", "42809", "42809"),
    ("create table t (d int not null)", "alter table t alter column d drop not null, add primary key (d, missing)", "42703", "42703"),
    ("create table t (d int not null)", "alter table t alter column d drop not null, add column e int, add primary key (d, e)", None, "42P16"),
    ("create table v (d int, c int, a int, primary key (d, c)) partition by range (c)", "create table p partition of v (check (d = 5) no inherit) for values from (1) to (2) partition by range (a)", "0A000", "0A000"),
    ("create table v (d int, c int) partition by range (c)", "create table p partition of v (check (d = 5) no inherit) for values from (1) to (2) partition by range (d)", "42P16", "42P16"),
    ("create table v (a int, e int) partition by list (a); create table u partition of v for values in (1)", "alter table only v add primary key (e)", "42P16", "XX000"),
    ("create table v (a int, e int) partition by list (a); create table u partition of v for values in (1)", "alter table only v alter column e set not null", "42P16", "42P16"),
    ("create table v (a int, e int) partition by list (a); create table u partition of v for values in (1); alter table u alter column e set not null", "alter table only v alter column e set not null", None, "42P16"),
    ("create table v (a int, e int) partition by list (a); create table u partition of v for values in (1); alter table u alter column e set not null, alter column a set not null", "alter table only v add primary key (a, e)", None, None),
    ("create table p (a int); create table c () inherits (p)", "alter table only p add primary key (a)", None, "XX000"),
    ("create table t (c int primary key); create table p (c int) partition by list (c)", "alter table p add foreign key (c) references missing not valid", "42P01", "42P01"),
    ("create table t (c int primary key); create table p (c int references t) partition by list (c); create table v (c int); alter table v add constraint k foreign key (c) references t not valid; alter table p attach partition v default", "alter table v drop constraint k", None, "42P16"),
    ("create table t (c int primary key); create table p (c int references t) partition by list (c); create table v (c int); alter table v add constraint k foreign key (c) references t not valid; alter table v validate constraint k; alter table p attach partition v default", "alter table v drop constraint k", "42P16", "42P16"),
]
# fmt: on


@pytest.mark.parametrize(("setup", "statement", "in_15", "in_18"), FOREIGN_KEYS)
def test_foreign_keys(
    sqlstate: Sqlstate, setup: str, statement: str, in_15: str | None, in_18: str | None
) -> None:
    assert (sqlstate(setup, statement, 15), sqlstate(setup, statement, 18)) == (in_15, in_18)
