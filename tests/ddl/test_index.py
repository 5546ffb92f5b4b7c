"""CREATE INDEX to a definition, and back to the layout of pg_get_indexdef."""

from __future__ import annotations

import pytest

from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.index import parse_index_definition
from lint_indexes.ddl.render import create_index
from lint_indexes.model.catalog import Index
from lint_indexes.model.names import ObjectName, QualifiedName


def definition(on: str, *, unique: bool = False) -> Index:
    return parse_index_definition("i", on, unique=unique, default_schema="public")[1]


# Right: what PostgreSQL 15 prints.
@pytest.mark.parametrize(
    ("on", "stored"),
    [
        ("t (a, b)", "public.t USING btree (a, b)"),
        ("s.t (a)", "s.t USING btree (a)"),
        ('"T" ("A", "order")', 'public."T" USING btree ("A", "order")'),
        ("t (a DESC)", "public.t USING btree (a DESC)"),
        ("t (a ASC NULLS LAST)", "public.t USING btree (a)"),
        ("t (a DESC NULLS FIRST)", "public.t USING btree (a DESC)"),
        ("t (a DESC NULLS LAST)", "public.t USING btree (a DESC NULLS LAST)"),
        ("t (a NULLS FIRST)", "public.t USING btree (a NULLS FIRST)"),
        ("t USING gin (tags)", "public.t USING gin (tags)"),
        ("t USING gin (name gin_trgm_ops)", "public.t USING gin (name gin_trgm_ops)"),
        (
            "t USING gist (tsv tsvector_ops(siglen=32))",
            "public.t USING gist (tsv tsvector_ops (siglen='32'))",
        ),
        ("t (a) INCLUDE (b, c)", "public.t USING btree (a) INCLUDE (b, c)"),
        ("t (a) WITH (fillfactor=70)", "public.t USING btree (a) WITH (fillfactor='70')"),
        ("t USING gin (g) WITH (fastupdate = off)", "public.t USING gin (g) WITH (fastupdate=off)"),
        ("t (a) WHERE b IS NULL", "public.t USING btree (a) WHERE (b IS NULL)"),
        ("t (a) WHERE flag", "public.t USING btree (a) WHERE flag"),
        ("t (a) WHERE t.b IS NULL", "public.t USING btree (a) WHERE (b IS NULL)"),
        ("t (lower(name))", "public.t USING btree (lower(name))"),
        ("t ((n + 1))", "public.t USING btree ((n + 1))"),
        ("t ((a))", "public.t USING btree (a)"),
        ('t ((a COLLATE "C"))', 'public.t USING btree (a COLLATE "C")'),
        (
            't (a COLLATE "C" text_pattern_ops DESC)',
            'public.t USING btree (a COLLATE "C" text_pattern_ops DESC)',
        ),
        ("t (COALESCE(a, b))", "public.t USING btree (COALESCE(a, b))"),
        ("ONLY t (a)", "ONLY public.t USING btree (a)"),
    ],
)
def test_definition_is_laid_out_as_postgresql_does(on: str, stored: str) -> None:
    assert create_index(definition(on)) == f"CREATE INDEX i ON {stored}"


def test_unique_with_nulls_not_distinct() -> None:
    index = definition("t (a) NULLS NOT DISTINCT", unique=True)
    assert create_index(index) == "CREATE UNIQUE INDEX i ON public.t USING btree (a) NULLS NOT DISTINCT"


def test_columns_are_those_of_keys_expressions_include_and_predicate() -> None:
    index = definition("t (a, lower(b)) INCLUDE (c) WHERE t.d > 0")
    assert index.columns == {"a", "b", "c", "d"}
    assert index.keys[1].columns == ("b",)


def test_table_is_returned_as_written_and_qualified_by_the_default_schema() -> None:
    table, index = parse_index_definition("i", "t (a)", unique=False, default_schema="app")
    assert table == ObjectName("t")
    assert (index.name, index.table) == (QualifiedName("app", "i"), QualifiedName("app", "t"))


@pytest.mark.parametrize(
    ("on", "message"),
    [
        ("t (a", "syntax error at end of input"),
        ("t (a) WHEER b", 'syntax error at or near "WHEER"'),
        ("t (a); DROP TABLE t", "more than one statement"),
    ],
)
def test_unreadable_definition_is_a_syntax_error(on: str, message: str) -> None:
    with pytest.raises(SqlError) as caught:
        definition(on)
    assert (caught.value.sqlstate, caught.value.message) == ("42601", message)
