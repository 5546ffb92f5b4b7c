"""Parents and children, and the CHECKs of both: SQLSTATEs read from PostgreSQL 15.20 and 18.6."""

# ruff: noqa: E501  (one row per line)

from __future__ import annotations

from collections.abc import Callable

import pytest

from lint_indexes.model.catalog import Catalog
from lint_indexes.model.names import QualifiedName

Sqlstate = Callable[[str, str, int], "str | None"]

# Set-up, statement, and what PostgreSQL 15 and 18 say of it: a SQLSTATE, or None.
# fmt: off
CHECKS = [
    ("create table t (c int, constraint k check (c > 0)); create table v () inherits (t); alter table only t drop c", "alter table v drop constraint k", "42P16", "42P16"),
    ("create table t (c int, constraint k check (c > 0)); create table v (c int) inherits (t); alter table t drop c", "alter table v drop constraint k", "42P16", "42P16"),
    ("create table t (c int, constraint k check (c > 0)); create table v (c int) inherits (t); alter table t drop c", "alter table v rename constraint k to m", "42P16", "42P16"),
    ("create table t (c int, constraint k check (c > 0)); create table v (c int) inherits (t); alter table t drop c", "alter table v drop c", None, None),
    ("create table t (c int, constraint k check (c > 0)); create table v (c int) inherits (t); alter table t drop c; alter table v no inherit t", "alter table v drop constraint k", "42P16", "42P16"),
    ("create table t (c int, constraint k check (c > 0)); create table v (c int) inherits (t); alter table t drop c; alter table t add c int; alter table t add constraint k check (c > 0)", "alter table t rename constraint k to m", "42P16", "42P16"),
    ("create table t (c int, constraint k check (c > 0)); create table v (c int) inherits (t); alter table t drop c; alter table t add c int; alter table t add constraint k check (c > 0); alter table t drop constraint k", "alter table v drop constraint k", "42P16", "42P16"),
    ("create table t (c int, d int, constraint k check (c > d)); create table v (c int) inherits (t); alter table t drop d", "alter table v drop constraint k", "42704", "42704"),
    ("create table t (c int, d int, constraint k check (c > d)); create table v (c int, d int) inherits (t); alter table t drop d", "alter table v drop constraint k", "42P16", "42P16"),
    ("create table t (c int, constraint k check (c > 0)); create table v (c int) inherits (t); create table w () inherits (v); alter table t drop c", "alter table w drop constraint k", "42P16", "42P16"),
    ("create table t (c int, constraint k check (c > 0)); create table v (c int) inherits (t); create table w () inherits (v); alter table t drop c; alter table w no inherit v", "alter table w drop constraint k", None, None),
    ("create table t (c int) partition by list (c); create table v partition of t default", "alter table only t add check (c > 0)", "42P16", "42P16"),
    ("create table t (c int) partition by list (c); create table v partition of t default", "alter table only t add check (d > 0)", "42703", "42703"),
    ("create table t (c int); create table v () inherits (t)", "alter table only t add check (c > 0)", "42P16", "42P16"),
    ("create table t (c int); create table v () inherits (t)", "alter table only t add check (c > 0) no inherit", None, None),
    ("create table t (c int)", "alter table only t add check (c > 0)", None, None),
    ("create table t (c int, constraint k check (c > 0)); create table v () inherits (t)", "alter table only t rename constraint k to m", "42P16", "42P16"),
    ("create table t (c int, constraint k check (c > 0)); create table u (c int, constraint k check (c > 0)); create table v () inherits (t, u)", "alter table t rename constraint k to m", "42P16", "42P16"),
    ("create table t (c int, constraint k check (c > 0)); create table v () inherits (t); create table w () inherits (t, v)", "alter table t rename constraint k to m", None, None),
    ("create table t (c int); create table v () inherits (t); alter table t add constraint k check (c > 0) no inherit", "alter table v add constraint k check (c > 1)", None, None),
    ("create table t (c int, constraint k check (c > 0) no inherit); create table v () inherits (t)", "alter table v drop constraint k", "42704", "42704"),
    ("create table t (c int, constraint k check (c > 0) no inherit); create table v (c int)", "alter table v inherit t", None, None),
    ("create table t (c int, constraint k check (c > 0)); create table v (c int, constraint k check (c > 0) no inherit)", "alter table v inherit t", "42P17", "42P17"),
    ("create table t (c int, constraint k check (c > 0))", "create table v (c int, constraint k check (c > 0) no inherit) inherits (t)", "42P17", "42P17"),
    ("create table t (c int); create table v () inherits (t); alter table v add constraint k check (c > 0) no inherit", "alter table t add constraint k check (c > 0)", "42P17", "42P17"),
    ("create table t (c int, constraint k check (c > 0) no inherit); create table v () inherits (t); alter table v add constraint k check (c > 1); alter table t drop constraint k", "alter table v drop constraint k", None, None),
    ("create table t (c int, constraint k check (c > 0) no inherit); create table v () inherits (t); alter table v add constraint k check (c > 1); alter table t rename constraint k to m", "alter table v drop constraint k", None, None),
    ("create table t (c int, constraint k check (c > 0) no inherit); create table v (like t including constraints); create table w () inherits (v)", "alter table w drop constraint k", "42704", "42704"),
    ("", "create table t (c int, constraint k check (c > 0) no inherit) partition by list (c)", "42P16", "42P16"),
    ("create table t (c int) partition by list (c)", "alter table t add check (c > 0) no inherit", "42P16", "42P16"),
    ("create table t (c int, constraint k check (c > 0)); create table v (c int); alter table v add constraint k check (c > 0) not valid", "alter table v inherit t", "42P17", "42P17"),
    ("create table t (c int); create table v () inherits (t); alter table v add constraint k check (c > 0) not valid", "alter table t add constraint k check (c > 0)", "42P17", "42P17"),
    ("create table t (c int); create table v () inherits (t); alter table v add constraint k check (c > 0) not valid", "alter table t add constraint k check (c > 0) not valid", None, None),
    ("create table t (c int); create table v () inherits (t); alter table t add constraint k check (c > 0) not valid", "alter table only t validate constraint k", "42P16", "42P16"),
    ("create table t (c int); create table v () inherits (t); alter table t add constraint k check (c > 0)", "alter table only t validate constraint k", None, None),
    ("create table t (c int, constraint k check (c > 0) not valid); create table v () inherits (t)", "alter table only t validate constraint k", None, None),
    ("create table t (c int); alter table t add constraint k check (c > 0) not valid; create table v () inherits (t); create table w (c int, constraint k check (c > 0))", "alter table v inherit w", None, None),
    ("create table t (c int) partition by list (c); create table v (c int); alter table t add constraint k check (c > 0) not valid; alter table v add constraint k check (c > 0) not valid", "alter table t attach partition v default", None, None),
    ("create table t (c int) partition by list (c); create table v (c int); alter table t add constraint k check (c > 0) not valid; alter table t validate constraint k; alter table v add constraint k check (c > 0) not valid", "alter table t attach partition v default", "42P17", "42P17"),
]
# fmt: on


@pytest.mark.parametrize(("setup", "statement", "in_15", "in_18"), CHECKS)
def test_checks_of_parents_and_children(
    sqlstate: Sqlstate, setup: str, statement: str, in_15: str | None, in_18: str | None
) -> None:
    assert (sqlstate(setup, statement, 15), sqlstate(setup, statement, 18)) == (in_15, in_18)


# fmt: off
INHERIT = [
    ("create table w (a int) partition by list (a)", "alter table w inherit missing", "42809", "42809"),
    ("create table w (a int) partition by list (a)", "alter table w no inherit missing", "42P01", "42P01"),
    ("create table p (a int) partition by list (a); create table w partition of p default", "alter table w inherit missing", "42809", "42809"),
    ("create table p (a int) partition by list (a); create table w partition of p default", "alter table w no inherit missing", "42809", "42809"),
    ("create table p (a int) partition by list (a); create table w partition of p default partition by list (a)", "alter table w inherit p", "42809", "42809"),
    ("create type c as (x int); create table w of c", "alter table w inherit missing", "42809", "42809"),
    ("create type c as (x int); create table w of c", "alter table w no inherit missing", "42P01", "42P01"),
    ("create view v as select 1 as a; create table t (a int)", "alter table t no inherit v", "42P01", "42P01"),
    ("create view v as select 1 as a; create table t (a int)", "alter table t inherit v", "42809", "42809"),
    ("create view v as select 1 as a; create table t (a int)", "alter table v inherit missing", "42809", "42809"),
    ("create view v as select 1 as a; create table t (a int)", "alter table v no inherit missing", "42809", "42809"),
    ("create table p (a int) partition by list (a); create table t (a int)", "alter table t inherit p", "42809", "42809"),
    ("create table t (a int); create index i on t (a)", "alter table t inherit i", "42809", "42809"),
    ("create table v (d varchar collate \"C\", a int); create table u as select d from v", "alter table v inherit u", None, None),
    ("create table v (d varchar collate \"C\", a int); create table u as select d as d from v", "alter table v inherit u", None, None),
    ("create table v (d varchar collate \"C\", a int); create table u as select * from v", "alter table v inherit u", None, None),
    ("create table v (d varchar collate \"C\", a int); create table u as select x.d from v as x", "alter table v inherit u", None, None),
    ("create table v (d varchar, a int); create table u as select d collate \"C\" as d from v", "alter table v inherit u", "42P21", "42P21"),
    ("create table v (d varchar, a int); create table u as select d collate \"C\" from v", "alter table v inherit u", "42P21", "42P21"),
    ("create table v (d varchar collate \"C\", a int); create table u as with w as (select d from v) select w.d from w", "alter table v inherit u", None, None),
]
# fmt: on


@pytest.mark.parametrize(("setup", "statement", "in_15", "in_18"), INHERIT)
def test_what_inherits_from_what(
    sqlstate: Sqlstate, setup: str, statement: str, in_15: str | None, in_18: str | None
) -> None:
    assert (sqlstate(setup, statement, 15), sqlstate(setup, statement, 18)) == (in_15, in_18)


@pytest.mark.parametrize("only", ["", "only "])
def test_a_child_that_keeps_the_column_keeps_the_check(replay: Callable[..., Catalog], only: str) -> None:
    script = "create table t (c int, constraint k check (c > 0)); create table v (c int) inherits (t);"
    catalog = replay(script + f"alter table {only}t drop c")
    assert [one.name for one in catalog.tables[QualifiedName("public", "v")].constraints] == ["k"]
    assert catalog.tables[QualifiedName("public", "t")].constraints == ()
