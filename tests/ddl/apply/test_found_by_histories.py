"""The smallest cases of what generated histories found: SQLSTATEs read from PostgreSQL 15.18 and 18.6."""

# ruff: noqa: E501  (one row per line)

from __future__ import annotations

from collections.abc import Callable

import pytest

from lint_indexes.ddl.errors import SqlError
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.names import QualifiedName

# Set-up, statement, SQLSTATE.
# fmt: off
REFUSED = [
    ("", "create table t (a text check (a > 0))", "42883"),
    ("", "create table t (a int check (a))", "42804"),
    ("", "create table t (a int check (a = 'x'))", "22P02"),
    ("create table t (a text, b int)", "create index on t ((a + b))", "42883"),
    ("create table t (a text)", "create index on t (nothing(a))", "42883"),
    ("create table t (a timestamptz)", "create index on t (date_trunc('day', a))", "42P17"),
    ("create type e as enum ('x'); create table t (a e)", "create index on t ((a::text))", "42P17"),
    ("create function f(int) returns int language plpgsql as 'begin return 1; end'; create table t (a int)", "create index on t (f(a))", "42P17"),
    ("create table t (a char(3))", "create index on t (a text_ops)", "42804"),
    ("create table t (a text)", "create index on t using gin (a gin_trgm_ops)", "42704"),
    ("create table t (a int)", "create index on t using gin (a)", "42704"),
    ("create table t (a int[])", "create index on t ((a + a))", "42883"),
    ("create table t (a int)", "create index on t (a collate \"C\")", "42804"),
    ("create table t (e text, b int)", "create unique index on t (missing) where e >= 1.5", "42883"),
    ("create table t (b text) partition by range (b)", "create index concurrently on t ((b + b))", "42883"),
    ("create table t (a uuid primary key)", "create table u (a date references t)", "42804"),
    ("create temporary table t (a int primary key)", "create table u (a int references t)", "42P16"),
    ("create table t (a int unique deferrable)", "create table u (a int references t (a))", "55000"),
    ("create table t (a int primary key); create table p (a int) partition by range (a)", "alter table only p add foreign key (a) references t", "42809"),
    ("create table t (a int unique)", "alter table t validate constraint t_a_key", "42809"),
    ("create table t (a int)", "alter table t validate constraint missing", "42704"),
    ("", "alter table missing alter a set statistics 9", "42P01"),
    ("create table t (a int)", "create table t (a int, primary key (b))", "42703"),
    ("", "create table t (a int, primary key (a, a))", "42701"),
    ("", "create table t (a int, constraint c check (a > 0), constraint c check (a > 0))", "42710"),
    ("", "create table t (a serial generated always as identity)", "42601"),
    ("", "create table t (a text generated always as identity)", "22023"),
    ("create table t (a text not null)", "alter table t alter a add generated always as identity", "22023"),
    ("", "create table t (a int default 1 generated always as (2) stored)", "42601"),
    ("", "create table t (a timestamptz, b timestamptz generated always as (date_trunc('day', a)) stored)", "42P17"),
    ("", "create table t (a text, b int generated always as (lower(a)) stored)", "42804"),
    ("create table t (a date)", "alter table t alter a set default nextval('missing')", "42P01"),
    ("create sequence q; create table t (a date)", "alter table t alter a set default nextval('q')", "42804"),
    ("", "create table t (a int, b int default a)", "0A000"),
    ("create table t (a int)", "create table u () inherits (t, t)", "42P07"),
    ("create table t (a int); create table u (a text)", "create table v () inherits (t, u)", "42804"),
    ("create temporary table t (a int)", "create table u () inherits (t)", "42809"),
    ("create table t (a int)", "alter table t no inherit t", "42P01"),
    ("create table p (a int) partition by range (a)", "create table u partition of p (b unique) default", "42703"),
    ("create table t (a int) partition by range (a); alter table t rename a to b", "alter table t drop b", "42P16"),
    ("create table t (a int) partition by range (abs(a))", "alter table t drop a", "42P16"),
    ("create table t (a int) partition by range (a); create index i on t (a)", "alter index i set (fillfactor = 70)", "42809"),
    ("create temporary table t (a int)", "create materialized view v as select a from t", "0A000"),
    ("create table t (a bool); create index on t (a) where a or a = true", "alter table t alter a type text", "42804"),
    ("create table t (a int); create table u () inherits (t); create view v as select a from u", "alter table t alter a type text", "0A000"),
    ("create temporary table t (a int)", "create view public.v as select a from t", "42P16"),
    ("create temporary table t (a int)", "alter table t set schema public", "0A000"),
    ("create table t (a int)", "create materialized view v as select a from t where b > 0", "42703"),
    ("create extension citext", "create table t as select * from missing", "42P01"),
    ("create table t (a int)", "create sequence q owned by t.b", "42703"),
    ("create schema s; create table t (a int)", "create sequence s.q owned by t.a", "55000"),
    ("set search_path = nowhere", "create extension citext", "3F000"),
    ("create function f(int) returns int language sql as 'select 1'; create function f(text) returns int language sql as 'select 1'", "alter function f rename to g", "42725"),
    ("create function f(int) returns int language sql as 'select 1'", "alter function f rename to f", "42723"),
    ("", "drop function nowhere.f(int)", "3F000"),
    ("create table t (a int); create unique index i on t (a, a)", "alter table t add unique using index i", "42701"),
    ("create table t (a int)", "alter table t add unique using index t", "42809"),
    ("create table t (a int)", "alter table t add unique (a, a)", "42701"),
    ("create table t (a int)", "alter table t add unique (b)", "42703"),
    ("create table p (a int) partition by range (a); create temporary table u (b int)", "alter table p attach partition u default", "42809"),
    ("create temporary table p (a int) partition by range (a); create table u (b int)", "alter table p attach partition u default", "42809"),
    ("create table p (a int) partition by range (a); create table u (a int, b int); create table v () inherits (u)", "alter table p attach partition u default", "42809"),
    ("create table p (a int) partition by range (a); create table u (a int); create table v () inherits (u)", "alter table p attach partition v default", "42809"),
    ("create table p (a int) partition by range (a); create view v as select 1 as a", "alter table p attach partition v default", "42809"),
    ("create table p (a int, b text collate \"C\") partition by range (a); create table u (a int, b text)", "alter table p attach partition u default", "42P21"),
    ("create table p (a int, b int generated always as (a) stored) partition by range (a); create table u (a int, b int)", "alter table p attach partition u default", "42804"),
    ("create table p (a int) partition by range (a)", "create table u partition of p (a generated always as identity) default", "0A000"),
    ("create table p (a int) partition by range (a)", "create table u partition of p (missing generated always as identity) default", "0A000"),
    ("create table t (a int generated always as identity)", "alter table t alter a drop default", "42601"),
    ("create table t (a int generated always as (1) stored)", "alter table t alter a set default 2", "42601"),
    ("create table t (a int)", "alter table t alter ctid set not null", "0A000"),
    ("create table t (a int)", "alter table t add b text generated always as (missing::bigint) stored", "42703"),
    ("create table t (a int)", "alter table t add b text generated always as (b || 'x') stored", "42P17"),
    ("create table t (a int)", "alter table t add b text generated always as (ctid::text) stored", "42P10"),
    ("create table t (a int); create index i on t (a)", "create view v as select a from i", "42809"),
    ("create table t (a int); create index i on t (a)", "alter table i rename column b to c", "42703"),
    ("create table t (a int, b int); create index i on t (a, b)", "alter table i rename column b to a", "42701"),
    ("create sequence s", "alter table s rename column last_value to a", "42809"),
    ("create table t (a int); create unique index i2 on t (a); create unique index i1 on t (a); create table u (a int references t (a))", "drop index i2", "2BP01"),
    ("create table t (a int[])", "create index on t ((nullif(a, '')))", "22P02"),
    ("create table t (a int[])", "create index on t (a) where a = '{x}'", "22P02"),
    ("create table t (a date)", "create index on t ((coalesce(a, 'x')))", "22007"),
    ("create table t (a date)", "create index on t (a) where a > '2020-13-01'", "22008"),
    ("create table t (a smallint)", "create index on t ((nullif(a, '70000')))", "22003"),
    ("create table t (a jsonb)", "create index on t (a) where a @> '{'", "22P02"),
    ("", "create table t (a int[] default '')", "22P02"),
    ("create materialized view v as select 1 as a", "create sequence q owned by v.a", "42809"),
    ("create table t (d timestamptz)", "create index on t ((date_trunc('day', d)), missing)", "42P17"),
    ("create view v as select 1 as a", "create index on v ((missing + 1))", "42703"),
    ("create table t (a int); create index i on t (a)", "create index on i ((missing + 1))", "42703"),
    ("create table t (a int); create index i on t (a)", "create index on i ((a + 1))", "42809"),
    ("create table p (a int unique) partition by range (a); create table u partition of p default", "alter table p add foreign key (a) references u", "42704"),
    ("create table p (a int) partition by range (a); create table u partition of p default; alter table u add unique (a)", "alter table p add foreign key (a) references u (a)", "55006"),
    ("create table p (a text) partition by range (a)", "create unique index on p (a collate \"C\")", "0A000"),
    ("create table t (a int); create table u () inherits (t)", "alter table u alter a drop expression if exists", "42P16"),
    ("create table t (); create table u (a text) inherits (t)", "alter table t add a int", "42804"),
    ("create table t (a int); create table u () inherits (t)", "alter table only t add b int", "42P16"),
    ("create table t (a int); create table u () inherits (t)", "alter table only t alter a type text", "42P16"),
    ("create table t (a int); create table u () inherits (t)", "alter table only t rename a to b", "42P16"),
    ("create table t (a int); create table u (b int) inherits (t)", "alter table t rename a to b", "42701"),
    ("create table t (a int); create table u () inherits (t)", "alter table t add b int generated always as identity", "42P16"),
    ("create table p (a int, b int) partition by range (a); create table u partition of p default", "alter table only p drop b", "42P16"),
    ("create table p (a int, b int) partition by range (a); create table u partition of p default partition by range (b)", "alter table p alter b type bigint", "42P16"),
    ("create table p (a int, b int) partition by range (a); create table u partition of p default partition by range (b)", "alter table p drop b", "42P16"),
    ("create temporary table t (a int); create index i on t (a)", "alter table i set schema public", "42809"),
    ("", "create table t (a int, b int, check (a > 0), constraint t_a_check check (b > 0))", "42710"),
    ("create table t (a text)", "create table u (a text collate \"C\") inherits (t)", "42P21"),
    ("create table t (a int)", "create materialized view v as select a, a from t", "42701"),
    ("create extension btree_gist; alter schema public rename to s", "drop schema s", "2BP01"),
    ("create table t (x int, constraint k check (x > 0)); create table u (x int, constraint k check (x > 0)); create table v () inherits (t, u); alter table t drop constraint k", "alter table v drop constraint k", "42P16"),
    ("create table p (a int) partition by list (a); create table p1 partition of p for values in (1); create table p2 partition of p default", "alter table p detach partition p1 concurrently", "55000"),
    ("create table t (x int, constraint k check (x > 0)); create table u (x int, constraint k check (x > 1))", "create table v () inherits (t, u)", "42710"),
    ("create table t (x int, constraint k check (x > 0))", "create table v (constraint k check (x > 1)) inherits (t)", "42710"),
    ("create table t (x int, constraint k check (x > 0)); create table u (x int, constraint k check (x > 1))", "create table v (like t including constraints) inherits (u)", "42710"),
    ("create table t (x int); create table u () inherits (t); alter table u add constraint k check (x > 1)", "alter table t add constraint k check (x > 0)", "42710"),
    ("create table t (x int, constraint k check (x > 0)); create table u (x int, constraint k check (x > 1))", "alter table u inherit t", "42804"),
    ("create table t (x int)", "create table u (a int, a int) inherits (t, t)", "42P07"),
    ("create type c as (x int); create table t of c", "alter table t drop column x", "42809"),
    ("create type c as (x int); create table t of c", "alter table t add column y int", "42809"),
    ("create type c as (x int); create table t of c", "alter table t alter x type bigint", "42809"),
    ("create type c as (x int); create table t of c", "alter table t rename x to y", "42809"),
    ("create type c as (x int); create table t of c; create table u (x int)", "alter table t inherit u", "42809"),
    ("create type c as (x int); create table t of c; alter type c rename to d", "drop type d", "2BP01"),
    ("create type c as (x int); create table t of c; drop type c cascade", "drop table t", "42P01"),
    ("create table t (a int primary key)", "alter table t_pkey rename constraint t_pkey to k", "42704"),
    ("create table t (a text)", "create view v as select a from t where a = 3", "42883"),
    ("create table t (a int)", "create table u as select x.a from t as x where x.a", "42804"),
    ("create table t (a int); create view v as select a from t", "alter table v alter a drop expression if exists", "42809"),
    ("create materialized view v as select 1 as a", "alter table v alter a drop identity if exists", "42809"),
    ("create view v as select 1 as a", "alter table v alter a set statistics 9", "42809"),
    ("create table t (a int primary key, b int); create unique index i on t (b)", "alter table t add constraint t_pkey primary key using index i", "42P07"),
    ("create table t (a int, constraint c check (a > 0)); create unique index i on t (a)", "alter table t add constraint c unique using index i", "23505"),
    ("create table t (a date) partition by range (a)", "alter table t alter a type int using a::int", "42846"),
    ("create table t (a int)", "alter table t alter missing type text using a::jsonb", "42846"),
]
# fmt: on


@pytest.mark.parametrize(("setup", "statement", "sqlstate"), REFUSED)
def test_refused_as_by_postgresql(
    replay: Callable[..., Catalog], setup: str, statement: str, sqlstate: str
) -> None:
    with pytest.raises(SqlError) as caught:
        replay(statement, replay(setup))
    assert caught.value.sqlstate == sqlstate


# Set-up, statement, SQLSTATE (None where it is taken), the first and the last major version of which that is true.
# fmt: off
VERSIONED: list[tuple[str, str, str | None, tuple[int, int]]] = [
    ("create table p (a int not null) partition by range (a); create table u partition of p default", "alter table u alter a drop not null", "42P16", (15, 17)),
    ("", "create table t (a int primary key, b int primary key, exclude (a with =)) partition by range (b)", "0A000", (15, 16)),
    ("create table t (a int not null); create unique index i on t (a) nulls not distinct", "alter table t add primary key using index i", "42P16", (17, 18)),
    ("create table t (a int, b int) partition by range (b)", "alter table t add exclude (a with =) where (missing > 0)", "0A000", (15, 16)),
    ("create table t (a int not null)", "alter table t alter a drop not null, add primary key (a)", "42P16", (18, 18)),
    ("create table t (a int not null)", "alter table t alter a drop not null, add primary key (a)", None, (15, 17)),
    ("create table t (a int)", "alter table t alter a drop not null, add primary key (a)", None, (15, 18)),
    ("create table p (a int, constraint k check (a > 0)) partition by list (a); create table q partition of p default", "alter table only p drop constraint k", "42P16", (15, 17)),
    ("create table p (a int, constraint k check (a > 0)) partition by list (a); create table q partition of p default", "alter table only p drop constraint k", None, (18, 18)),
    ("create table t (a int not null)", "alter table t alter a drop not null, alter a set not null, add primary key (a)", None, (15, 18)),
    ("create table t (a int not null); create unique index i on t (a)", "alter table t add primary key using index i, alter a drop not null", None, (15, 18)),
    ("create table t (a int not null); create table u () inherits (t)", "alter table u alter a drop not null", "42P16", (18, 18)),
    ("create table t (a int not null); create table u () inherits (t)", "alter table u alter a drop not null", None, (15, 17)),
]
# fmt: on


@pytest.mark.parametrize(("setup", "statement", "sqlstate", "versions"), VERSIONED)
def test_as_in_some_versions(
    replay: Callable[..., Catalog],
    setup: str,
    statement: str,
    sqlstate: str | None,
    versions: tuple[int, int],
) -> None:
    for version in versions:
        state = replay(setup, postgres_version=version)
        if sqlstate is None:
            replay(statement, state, postgres_version=version)
            continue
        with pytest.raises(SqlError) as caught:
            replay(statement, state, postgres_version=version)
        assert caught.value.sqlstate == sqlstate


# fmt: off
TAKEN = [
    ("create table t (a int, b text)", "create index on t ((a || b))"),
    ("create function f(int) returns int language sql as 'select 1'; create table t (a int)", "create index on t (f(a))"),
    ("create table t (a bigint primary key)", "create table u (a int references t)"),
    ("create table t (a text primary key)", "create table u (a varchar(9) references t)"),
    ("create extension btree_gist; create table t (a int, b int4range)", "alter table t add exclude using gist (a with =, b with &&)"),
    ("create table t (a int) partition by range (a)", "create unique index on t ((a::int))"),
    ("create table t (a int default 0)", "alter table t alter a drop default, drop a"),
    ("create cast (text as int) with inout as implicit; create table t (a text)", "create index on t ((a + 1))"),
    ("create function f(int) returns int language plpgsql as 'begin return 1; end'; alter function f immutable; create table t (a int)", "create index on t (f(a))"),
    ("create table p (a int, b text collate \"C\") partition by range (a); create table u (a int, b text collate pg_catalog.\"C\")", "alter table p attach partition u default"),
    ("create temporary table p (a int) partition by range (a); create temporary table u (a int)", "alter table p attach partition u default"),
    ("create table t (a int[])", "create index on t ((coalesce(a, '[1:2]={1,2}')))"),
    ("create table t (a date)", "create table u (b date default 'today')"),
    ("create table \"T\" (a serial) partition by range (a)", "create table u partition of \"T\" (a check (a > 0)) default"),
]
# fmt: on


@pytest.mark.parametrize(("setup", "statement"), TAKEN)
def test_taken_as_by_postgresql(replay: Callable[..., Catalog], setup: str, statement: str) -> None:
    replay(statement, replay(setup))


def test_a_view_of_a_temporary_table_is_temporary(replay: Callable[..., Catalog]) -> None:
    catalog = replay("create temporary table t (a int); create view v as select a from t")
    assert QualifiedName("pg_temp", "v") in catalog.tables


def test_a_cast_to_the_columns_own_type_is_none(replay: Callable[..., Catalog]) -> None:
    catalog = replay("create table t (a bigint); create index i on t ((a::bigint))")
    assert catalog.indexes[QualifiedName("public", "i")].keys[0].column == "a"


def test_indexes_are_copied_in_the_order_in_which_they_were_made(replay: Callable[..., Catalog]) -> None:
    """Both copies would be u_a_idx: the older one is."""
    script = "create table t (a int, b int); create index y on t (a); create index x on t (a) where b > 0;"
    catalog = replay(script + "create table u (like t including indexes)")
    [older, younger] = catalog.indexes_by_age(QualifiedName("public", "u"))
    assert (older.name.name, older.predicate) == ("u_a_idx", None)
    assert (younger.name.name, younger.predicate) == ("u_a_idx1", "b > 0")


@pytest.mark.parametrize("again", ["reindex index concurrently y", "alter table t alter a type bigint"])
def test_an_index_made_again_is_the_youngest(replay: Callable[..., Catalog], again: str) -> None:
    script = "create table t (a int, b int); create index y on t (a); create index x on t (b);"
    catalog = replay(script + again)
    ages = [index.name.name for index in catalog.indexes_by_age(QualifiedName("public", "t"))]
    assert ages == ["x", "y"]


def test_an_index_of_a_partitioned_table_is_not_made_again(replay: Callable[..., Catalog]) -> None:
    script = "create table p (a int, b int) partition by range (a); create table q partition of p default;"
    script += "create index y on p (a); create index x on p (b); reindex index concurrently y"
    catalog = replay(script)
    ages = {
        name: [index.name.name for index in catalog.indexes_by_age(QualifiedName("public", name))]
        for name in ("p", "q")
    }
    assert ages == {"p": ["y", "x"], "q": ["q_b_idx", "q_a_idx"]}


def test_a_renamed_column_of_an_index_names_its_copies(replay: Callable[..., Catalog]) -> None:
    script = "create table t (a int, b int); create index i on t (a) include (b);"
    script += "alter table i rename column a to x; alter table i rename column b to y;"
    catalog = replay(script + "create table u (like t including indexes)")
    assert QualifiedName("public", "u_x_y_idx") in catalog.indexes


def test_included_columns_keep_their_names_in_the_index(replay: Callable[..., Catalog]) -> None:
    script = "create table t (a int, b int); create index on t (a) include (b); alter table t rename b to c;"
    catalog = replay(script + "create table u (like t including indexes)")
    assert QualifiedName("public", "u_a_b_idx") in catalog.indexes


# Set-up, statement, a table, and the CHECKs and columns that it has afterwards.
# fmt: off
KEPT = [
    ("create table t (x int, constraint k check (x > 0)); create table u (constraint k check (x > 0)) inherits (t)", "alter table t drop constraint k", "u", "k x"),
    ("create table t (x int, constraint k check (x > 0)); create table u () inherits (t)", "alter table t drop constraint k", "u", "x"),
    ("create table t (x int); create table u () inherits (t); alter table u add constraint k check ((x) > 0)", "alter table t add constraint k check (x > 0)", "u", "k x"),
    ("create table t (x int, constraint k check (x > 0)); create table u (x int, constraint k check (x > 0))", "create table v (like u including constraints) inherits (t)", "v", "k x"),
    ("create table t (x int, constraint k check (x > 0)); create table u () inherits (t)", "alter table only t drop constraint k", "u", "k x"),
    ("create table t (x int, constraint k check (x > 0)); create table u () inherits (t); alter table u no inherit t", "alter table t drop constraint k", "u", "k x"),
    ("create table t (x int, constraint k check (x > 0)) partition by list (x); create table u (x int, constraint k check (x > 0)); alter table t attach partition u default", "alter table t drop constraint k", "u", "x"),
    ("create table t (x int); create table u (x int); create table v () inherits (t, u)", "alter table t drop column x", "v", "x"),
    ("create table t (x int); create table u (x int); create table v () inherits (t, u); alter table t drop column x", "alter table u drop column x", "v", ""),
    ("create table p (a int) partition by range (a); create table p1 partition of p for values from (1) to (2)", "alter table p detach partition p1 concurrently", "p1", "p1_a_check a"),
    ("create table p (a int) partition by range (a); create table p1 partition of p for values from (1) to (2)", "alter table p detach partition p1", "p1", "a"),
    ("create table p (a int) partition by hash (a); create table p1 partition of p for values with (modulus 2, remainder 0)", "alter table p detach partition p1 concurrently", "p1", "a"),
    ("create table p (a int, b int) partition by range (a, b); create table p1 partition of p for values from (1, 1) to (2, 1)", "alter table p detach partition p1 concurrently", "p1", "p1_check a b"),
    ("create table p (a int) partition by range (a); create table t (a int not null, constraint k check (a < 9 and a >= 1)); alter table p attach partition t for values from (1) to (9)", "alter table p detach partition t concurrently", "t", "k a"),
    ("create table p (a int) partition by list (a); create table p1 partition of p for values in (1, null)", "alter table p detach partition p1 concurrently", "p1", "p1_a_check a"),
]
# fmt: on


@pytest.mark.parametrize(("setup", "statement", "table", "left"), KEPT)
def test_what_a_table_keeps_of_its_parents(
    replay: Callable[..., Catalog], setup: str, statement: str, table: str, left: str
) -> None:
    found = replay(statement, replay(setup)).tables[QualifiedName("public", table)]
    kept = [constraint.name for constraint in found.constraints] + [column.name for column in found.columns]
    assert kept == left.split()
