"""Lenient runs, histories with unseen objects, doubts, and what an origin is kept for."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lint_indexes.ddl.apply import apply
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.parse import parse
from lint_indexes.ddl.render import create_index
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.names import ObjectName, QualifiedName
from lint_indexes.model.operations import Opaque
from lint_indexes.model.origin import Origin, Source

T = QualifiedName("public", "t")


def index_names(catalog: Catalog) -> list[str]:
    return [str(index.name) for index in catalog.sorted_indexes()]


def test_lenient_run_makes_the_missing_table_an_incomplete_one(replay: Callable[..., Catalog]) -> None:
    catalog = replay("create index i on app.t (a)", lenient=True)
    assert not catalog.tables[QualifiedName("app", "t")].complete
    assert "app" in catalog.schemas
    assert index_names(catalog) == ["app.i"]


def test_lenient_run_leaves_what_exists(replay: Callable[..., Catalog]) -> None:
    before = replay("create table t (a int); create index i on t (a)")
    after = replay(
        "create table t (b int); create index i on t (b); alter table t add a text", before, lenient=True
    )
    assert after.same_schema(before)


def test_lenient_run_drops_what_depends(replay: Callable[..., Catalog]) -> None:
    before = replay("create table t (a int primary key); create table u (a int unique references t)")
    assert index_names(replay("drop table t", before, lenient=True)) == ["public.u_a_key"]


def test_lenient_run_leaves_out_what_cannot_be_done(replay: Callable[..., Catalog]) -> None:
    before = replay("create table t (a int); create view v as select a from t")
    assert replay("create index on v (a)", before, lenient=True) == before


@pytest.mark.parametrize(
    "sql",
    [
        "create index i on t (a)",
        "alter table t add a int",
        "alter table t drop a",
        "alter table t drop constraint c",
        "alter table t alter a set not null",
        "alter table t rename a to b",
        "alter table t rename constraint a to b",
        "alter table u rename to t",
        "alter table t add foreign key (a) references u",
        "alter table t add foreign key (a) references u (b)",
        "alter table t add unique using index i",
        "drop index i",
        "drop table t",
        "drop type e",
        "drop sequence s",
        "drop view v",
        "drop schema s",
        "drop extension citext",
        "drop function f",
        "alter index i rename to j",
        "alter index i set (fillfactor = 70)",
        "alter type e add value 'x'",
        "alter type e rename to f",
        "alter sequence s owned by none",
        "create table u (a missing, b int references t)",
        "create view v as select a from missing",
    ],
)
def test_unseen_objects_are_accepted_in_an_open_world(replay: Callable[..., Catalog], sql: str) -> None:
    catalog = replay(sql, Catalog(open_world=True))
    assert all(not table.complete for table in catalog.tables.values() if table.name == T)


def test_table_that_an_open_history_created_is_known(replay: Callable[..., Catalog]) -> None:
    catalog = replay("create table t (a int)", Catalog(open_world=True))
    with pytest.raises(SqlError, match='column "b" does not exist'):
        replay("create index on t (b)", catalog)


def test_table_that_if_not_exists_may_have_found_is_not_known(replay: Callable[..., Catalog]) -> None:
    catalog = replay("create table if not exists t (a int)", Catalog(open_world=True))
    assert not catalog.tables[T].complete


def test_incomplete_table_accepts_unknown_columns_and_drops(replay: Callable[..., Catalog]) -> None:
    start = replay("alter table t add a int", Catalog(open_world=True))
    catalog = replay(
        "create index i on t (x); alter table t drop column y; alter table t drop constraint c; drop index j",
        start,
    )
    assert index_names(catalog) == ["public.i"]


def test_failed_operation_leaves_the_catalog_as_it_was(replay: Callable[..., Catalog]) -> None:
    before = replay("create table t (a int)")
    with pytest.raises(SqlError):
        replay("alter table t add b int, add c missing", before)
    assert before == replay("create table t (a int)")


def test_opaque_operation_makes_its_tables_uncertain(replay: Callable[..., Catalog]) -> None:
    before = replay("create table t (a int); create table u (a int)")
    assert dict(apply(before, Opaque("why", (ObjectName("t"),))).uncertain) == {T: "why"}
    assert len(apply(before, Opaque("why")).uncertain) == 2


def test_what_is_created_carries_its_origin() -> None:
    origin = Origin(Source.MIGRATIONS, "versions/a.py", 7, revision="a")
    [statement] = parse("create table t (a int primary key, b int check (b > 0))")
    catalog = apply(Catalog(), statement.operations[0], origin=origin)
    assert catalog.tables[T].origin == origin
    assert {constraint.origin for constraint in catalog.tables[T].constraints} == {origin}
    assert {index.origin for index in catalog.sorted_indexes()} == {origin}


@pytest.mark.parametrize(
    ("sql", "generated"),
    [
        ("create table t (a int); create index on t (a)", True),
        ("create table t (a int unique)", True),
        ("create table t (a int); create index i on t (a)", False),
        ("create table t (a int, constraint c unique (a))", False),
        ("create table t (a int unique); alter index t_a_key rename to i", False),
    ],
)
def test_names_that_postgresql_chose_are_marked(
    replay: Callable[..., Catalog], sql: str, generated: bool
) -> None:
    assert [index.generated_name for index in replay(sql).sorted_indexes()] == [generated]


@pytest.mark.parametrize(
    ("sql", "definition"),
    [
        (
            "create table t (a int, b int); create index i on t (a, (a + b)) include (a) where a > b; "
            'alter table t rename a to "A"; alter table t rename to u',
            'CREATE INDEX i ON public.u USING btree ("A", ("A" + b)) INCLUDE ("A") WHERE ("A" > b)',
        ),
        (
            "create table t (a int); create index i on t (a) with (fillfactor=70, deduplicate_items=off); "
            "alter index i set (fillfactor = 50); alter index i reset (deduplicate_items)",
            "CREATE INDEX i ON public.t USING btree (a) WITH (fillfactor='50')",
        ),
        (
            "create schema s; create table t (a int); create index i on t (a); alter table t set schema s",
            "CREATE INDEX i ON s.t USING btree (a)",
        ),
        (
            "create function f(int) returns int language sql as ''; create table t (a int); "
            "create index i on t (f(a)) where f(a) > 0; alter function f rename to g",
            "CREATE INDEX i ON public.t USING btree (g(a)) WHERE (g(a) > 0)",
        ),
    ],
)
def test_definitions_follow_what_is_renamed(
    replay: Callable[..., Catalog], sql: str, definition: str
) -> None:
    assert [create_index(index) for index in replay(sql).sorted_indexes()] == [definition]


def test_index_made_on_only_is_invalid_until_every_partition_has_one(replay: Callable[..., Catalog]) -> None:
    partitioned = "create table t (a int) partition by range (a); create table p partition of t default; "
    catalog = replay(partitioned + "create index i on only t (a); create index j on p (a)")
    assert not catalog.indexes[QualifiedName("public", "i")].valid
    catalog = replay("alter index i attach partition j", catalog)
    assert catalog.indexes == replay(partitioned + "create index j on p (a); create index i on t (a)").indexes


def test_search_path_has_no_schema_of_the_user(replay: Callable[..., Catalog]) -> None:
    assert replay('set search_path to "$user", app').search_path == ("app",)
    assert replay("set search_path to app; reset search_path").search_path == ("public",)


@pytest.mark.parametrize(
    ("query", "columns"),
    [
        (
            "select a, b as x, count(*), 1 from t group by 1, 2",
            ["a integer", "x text", "count bigint", "?column? integer"],
        ),
        ("select * from t", ["a integer", "b text"]),
        ("select u.*, t.a as ta from t join t u on true", ["a integer", "b text", "ta integer"]),
        ("select s.y from (select b as y from t) s", ["y text"]),
        ("with w (z) as (select a from t) select z, z::text as y from w", ["z integer", "y text"]),
        ("select a from t union select 1", ["a integer"]),
        ("values (1, 2)", ["column1 unknown", "column2 unknown"]),
        ("select lower(b), a + 1 as n from t", ["lower unknown", "n unknown"]),
    ],
)
def test_columns_of_a_view(replay: Callable[..., Catalog], query: str, columns: list[str]) -> None:
    catalog = replay(f"create table t (a int, b text); create materialized view v as {query}")
    view = catalog.tables[QualifiedName("public", "v")]
    assert [f"{column.name} {column.type}" for column in view.columns] == columns
    assert view.complete


def test_view_over_an_unknown_function_is_not_wholly_known(replay: Callable[..., Catalog]) -> None:
    catalog = replay("create view v as select * from f() x")
    assert not catalog.tables[QualifiedName("public", "v")].complete
