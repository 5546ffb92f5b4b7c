"""The indexes, foreign keys and checks after a script, read from PostgreSQL 15.18 for every row."""

# ruff: noqa: E501  (one row per line)

from __future__ import annotations

from collections.abc import Callable

import pytest

from lint_indexes.model.catalog import Catalog
from lint_indexes.model.names import QualifiedName

# What is shown, script, the indexes as table.index, the names of foreign keys and checks.
# fmt: off
STATES = [
    ('primary key and unique', 'create table t (a int primary key, b int unique, unique (a, b))', 't.t_a_b_key t.t_b_key t.t_pkey', ''),
    ('equal constraints are one index', 'create table t (a int primary key, b int, unique (a), unique (b), constraint named unique (b), unique (b) deferrable)', 't.named t.t_b_key t.t_pkey', ''),
    ('a merged primary key takes the name', 'create table t (a int unique primary key, constraint named unique (a))', 't.named', ''),
    ('primary key comes first', 'create table t (a int unique, b int, unique (b), primary key (a, b))', 't.t_a_key t.t_b_key t.t_pkey', ''),
    ('exclusion constraint', 'create table t (a int, exclude using btree (a with =), exclude using btree (abs(a) with =) where (a > 0))', 't.t_a_excl t.t_abs_excl', ''),
    ('index without a name', "create table t (a int, b text); create index on t (a); create index on t (a); create index on t (a, lower(b)) include (b); create index on t ((a + 1), (a || b), coalesce(b, ''))", 't.t_a_idx t.t_a_idx1 t.t_a_lower_b_idx t.t_expr_expr1_coalesce_idx', ''),
    ('name is taken by a table', 'create table t_a_idx (a int); create table t (a int); create index on t (a)', 't.t_a_idx1', ''),
    ('name is taken by a constraint', 'create table u (a int, constraint t_pkey check (a > 0)); create table t (a int primary key)', 't.t_pkey1', 't_pkey'),
    ('if not exists', 'create table t (a int, b int); create index i on t (a); create index if not exists i on t (b); create table if not exists t (c int unique)', 't.i', ''),
    ('renamed table keeps names', 'create table t (a int primary key, b int); create index on t (b); alter table t rename to u; create index on u (b)', 'u.t_b_idx u.t_pkey u.u_b_idx', ''),
    ('renamed column', 'create table t (a int, b int); create index i on t (a, abs(a)) include (b) where a > b; alter table t rename a to "A"; alter table t rename b to bb', 't.i', ''),
    ('names of copies are made before a rename', 'create table t (a int, b text); create index on t (a, lower(b)); alter table t rename a to aa; create table u (like t including indexes)', 't.t_a_lower_idx u.u_a_lower_idx', ''),
    ('like including all', 'create table t (a int primary key, b int unique check (b > 0)); create index named on t (b desc); create table u (like t including all, c int unique)', 't.named t.t_b_key t.t_pkey u.u_b_idx u.u_b_key u.u_c_key u.u_pkey', 't_b_check t_b_check'),
    ('like without indexes', 'create table t (a int primary key); create table u (like t including defaults)', 't.t_pkey', ''),
    ('inherits no indexes', 'create table t (a int primary key, b int check (b > 0)); create table u (c int unique) inherits (t)', 't.t_pkey u.u_c_key', 't_b_check t_b_check'),
    ('create table as', 'create table t (a int primary key); create table u as select * from t; create index on u (a)', 't.t_pkey u.u_a_idx', ''),
    ('materialized view', 'create table t (a int primary key, b int); create materialized view m as select a, count(*) from t group by a; create unique index on m (a); create index on m (count)', 'm.m_a_idx m.m_count_idx t.t_pkey', ''),
    ('view cascade drops materialized view', 'create table t (a int); create view v as select a from t; create materialized view m as select a from v; create index on m (a); drop view v cascade', '', ''),
    ('drop column drops what reads it', 'create table t (a int, b int, c int, unique (a, b)); create index k on t (a); create index e on t (abs(a)); create index p on t (b) where a > 0; create index i on t (b) include (a); create index o on t (c); alter table t drop a', 't.o', ''),
    ('drop column cascade drops exclusion', 'create table t (a int, b int, exclude using btree (b with =) where (a > 0)); alter table t drop a cascade', '', ''),
    ('drop generated column', 'create table t (a int, b int generated always as (a * 2) stored); create index on t (b); alter table t drop a cascade', '', ''),
    ('drop column of a parent', 'create table t (a int, b int); create table u () inherits (t); create index on u (a); alter table t drop a', '', ''),
    ('add column with constraints', 'create table r (a int primary key); create table t (a int); alter table t add b int unique references r, add c serial primary key, add d int check (d > 0)', 'r.r_pkey t.t_b_key t.t_pkey', 't_b_fkey t_d_check'),
    ('add column if not exists', 'create table t (a int); alter table t add if not exists a int unique; alter table t add if not exists b int unique', 't.t_b_key', ''),
    ('subcommands in passes', 'create table t (a int, b int unique); alter table t add constraint t_b_key unique (c), add c int, drop constraint t_b_key', 't.t_b_key', ''),
    ('using index', 'create table t (a int, b int, c int); create unique index i on t (a); create unique index j on t (b); create unique index k on t (c); alter table t add primary key using index i; alter table t add constraint u unique using index j; alter table t add unique using index k', 't.i t.k t.u', ''),
    ('rename index of a constraint', 'create table t (a int unique); alter index t_a_key rename to u; alter table t rename constraint u to v', 't.v', ''),
    ('alter table renames an index', 'create table t (a int); create index i on t (a); alter table i rename to j', 't.j', ''),
    ('drop constraint', 'create table t (a int primary key, b int unique); alter table t drop constraint t_pkey, drop constraint if exists nothing; alter table t drop constraint t_b_key', '', ''),
    ('drop constraint cascade', 'create table t (a int primary key); create table u (a int unique references t); alter table t drop constraint t_pkey cascade', 'u.u_a_key', ''),
    ('foreign key relies on the primary key', 'create table t (a int primary key); create unique index i on t (a); create table u (a int references t (a)); drop index i', 't.t_pkey', 'u_a_fkey'),
    ('drop table cascade', 'create table t (a int primary key); create table u (a int unique references t); drop table t cascade', 'u.u_a_key', ''),
    ('drop tables together', 'create table t (a int primary key); create table u (a int unique references t); create table w (a int unique); drop table t, u', 'w.w_a_key', ''),
    ('drop if exists', 'create table t (a int unique); drop table if exists nothing; drop index if exists nothing, nowhere.i; alter table if exists nothing drop a; drop type if exists nothing; drop table if exists nowhere.t', 't.t_a_key', ''),
    ('set schema', 'create schema s; create table t (a serial primary key); create index i on t (a); alter table t set schema s', 's.t.i s.t.t_pkey', ''),
    ('rename schema', 'create schema s; create table s.t (a serial primary key); alter schema s rename to u', 'u.t.t_pkey', ''),
    ('drop schema cascade', "create schema s; create table s.t (a int primary key); create table u (a int unique references s.t); create type s.e as enum ('x'); create table w (a s.e unique, b int unique); drop schema s cascade", 'u.u_a_key w.w_b_key', ''),
    ('create schema with elements', 'create schema s create table t (a int primary key) create index on t (a)', 's.t.t_a_idx s.t.t_pkey', ''),
    ('search path', 'create schema s; set search_path to nowhere, s, public; create table t (a int unique); set search_path to public; create table t (a int unique); set search_path to s; alter table t rename constraint t_a_key to k; drop table public.t', 's.t.k', ''),
    ("partition has the parent's indexes", 'create table t (a int primary key, b int, unique (a, b)) partition by range (a); create index on t (b); create index on t (abs(b)); create table p partition of t for values from (0) to (9)', 'p.p_a_b_key p.p_abs_idx p.p_b_idx p.p_pkey t.t_a_b_key t.t_abs_idx t.t_b_idx t.t_pkey', ''),
    ('index on a partitioned table', 'create table t (a int, b int) partition by range (a); create table p partition of t for values from (0) to (9); create table q partition of t for values from (10) to (19) partition by range (b); create table r partition of q default; create index named on t (b)', 'p.p_b_idx q.q_b_idx r.r_b_idx t.named', ''),
    ('attach adopts matching indexes', 'create table t (a int, b int) partition by range (a); create index on t (b); create unique index on t (a); create table p (a int, b int); create index mine on p (b); create index other on p (a); alter table t attach partition p default', 'p.mine p.other p.p_a_idx t.t_a_idx t.t_b_idx', ''),
    ('index on only', 'create table t (a int, b int) partition by range (a); create table p partition of t default; create index i on only t (b); create index j on p (b); alter index i attach partition j', 'p.j t.i', ''),
    ('index on only without attach', 'create table t (a int, b int) partition by range (a); create table p partition of t default; create index i on only t (b)', 't.i', ''),
    ('detach', 'create table t (a int primary key) partition by range (a); create table p partition of t default; alter table t detach partition p; drop table t', 'p.p_pkey', ''),
    ('drop partitioned table', 'create table t (a int primary key) partition by range (a); create table p partition of t default; drop table t', '', ''),
    ('drop partitioned index', 'create table t (a int) partition by range (a); create table p partition of t default; create index i on t (a); drop index i', '', ''),
    ('drop constraint of a partitioned table', 'create table t (a int primary key) partition by range (a); create table p partition of t default; alter table t drop constraint t_pkey', '', ''),
    ('add constraint to a partitioned table', 'create table t (a int, b int) partition by range (a); create table p partition of t default; alter table t add primary key (a); alter table t add constraint named unique (a, b)', 'p.p_a_b_key p.p_pkey t.named t.t_pkey', ''),
    ('rename partitioned index', 'create table t (a int) partition by range (a); create table p partition of t default; create index i on t (a); alter index i rename to j; drop index j', '', ''),
    ('identity and serial', 'create table t (a serial, b int generated always as identity primary key); alter table t alter b drop identity; alter table t alter a drop default, alter a add generated always as identity', 't.t_pkey', ''),
    ('type cascade', "create type e as enum ('x'); create table t (a e unique, b int unique); create index i on t (b) where a = 'x'; drop type e cascade", 't.t_b_key', ''),
    ('renamed type', "create type e as enum ('x'); create table t (a e unique, b e[]); alter type e rename to f; alter type f rename value 'x' to 'y'; drop type f cascade", '', ''),
    ('domain', 'create domain d as varchar(9); create table t (a d unique); drop domain d cascade', '', ''),
    ('extension cascade', 'create extension citext; create table t (a citext unique, b int unique); drop extension citext cascade', 't.t_b_key', ''),
    ('function cascade', "create function f(int) returns int language sql immutable as 'select 1'; create table t (a int); create index i on t (f(a)); create index j on t (a) where f(a) > 0; create index k on t (abs(a)); drop function f cascade", 't.k', ''),
    ('renamed function', "create function f(int) returns int language sql immutable as 'select 1'; create table t (a int); create index i on t (f(a)); alter function f rename to g; create table u (like t including indexes)", 't.i u.u_f_idx', ''),
    ('composite type', 'create type c as (a int, b text); create table t of c (primary key (a))', 't.t_pkey', ''),
    ('temporary tables hide others', 'create table t (a int unique); create temporary table t (a int primary key); drop table t; create index on t (a)', 't.t_a_idx t.t_a_key', ''),
    ('self reference', 'create table t (a int primary key, b int references t); alter table t drop constraint t_pkey cascade', '', ''),
    ('long names', 'create table abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz (abcdefghijklmnopqrstuvwxyzabcdefghij int unique primary key, b int unique, unique (abcdefghijklmnopqrstuvwxyzabcdefghij, b)); create index on abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz (b); create index on abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz (b, abcdefghijklmnopqrstuvwxyzabcdefghij)', 'abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz.abcdefghijklmnopqrstuvwxyzabc_abcdefghijklmnopqrstuvwxyzabc_key abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz.abcdefghijklmnopqrstuvwxyzabc_b_abcdefghijklmnopqrstuvwxyza_idx abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz.abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz_b_idx abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz.abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz_b_key abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz.abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz_pkey', ''),
    ('written names are cut', 'create table t (a int); create index abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz on t (a)', 't.abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijk', ''),
    ('constraint names', 'create table q (a int, b int, primary key (a, b)); create table r (a int primary key, b int unique); create table t (a int references r, b int references r (b) check (b > 0), c int check (c > 0), check (a > b), check (c < 9), foreign key (a, b) references q (a, b)); create table v (a int references r, b int, foreign key (a, b) references q, foreign key (a, b) references q (a, b))', 'q.q_pkey r.r_b_key r.r_pkey', 't_a_b_fkey t_a_fkey t_b_check t_b_fkey t_c_check t_c_check1 t_check v_a_b_fkey v_a_b_fkey1 v_a_fkey'),
    ('a child keeps its own column', 'create table t (a int, b int); create table u (a int) inherits (t); create index on u (a); create index on u (b); alter table t drop a; alter table t drop b', 'u.u_a_idx', ''),
    ('only the parent loses the column', 'create table t (a int); create table u () inherits (t); create index on u (a); alter table only t drop a', 'u.u_a_idx', ''),
    ('detached partition keeps its columns', 'create table t (a int, b int) partition by range (a); create table p partition of t default; create index on p (b); alter table t detach partition p; alter table t drop b', 'p.p_b_idx', ''),
    ('attached partition loses the column', 'create table t (a int, b int) partition by range (a); create table p (a int, b int); create index on p (b); alter table t attach partition p default; alter table t drop b', '', ''),
]
# fmt: on


def dotted(name: QualifiedName) -> str:
    return name.name if name.schema == "public" else f"{name.schema}.{name.name}"


@pytest.mark.parametrize(
    ("script", "indexes", "others"), [row[1:] for row in STATES], ids=[row[0] for row in STATES]
)
def test_indexes_and_constraints_are_named_as_in_postgresql(
    replay: Callable[..., Catalog], script: str, indexes: str, others: str
) -> None:
    catalog = replay(script)
    found = {f"{dotted(index.table)}.{index.name.name}" for index in catalog.sorted_indexes()}
    constraints = [
        constraint.name
        for table in catalog.sorted_tables()
        for constraint in table.constraints
        if not constraint.kind.has_index
    ]
    assert found == set(indexes.split())
    assert sorted(constraints) == sorted(others.split())
