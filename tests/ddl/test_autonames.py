"""The names that PostgreSQL gives; every expected name was read from PostgreSQL 15."""

from __future__ import annotations

import pytest

from lint_indexes.ddl.autonames import (
    attribute_names,
    choose_foreign_key_name,
    expression_name,
    make_object_name,
)
from lint_indexes.ddl.index import parse_index_definition
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.names import QualifiedName


@pytest.mark.parametrize(
    ("table", "column", "label", "name"),
    [
        ("t", "a", "key", "t_a_key"),
        ("t", None, "pkey", "t_pkey"),
        ("t" * 40, "c" * 40, "idx", "t" * 29 + "_" + "c" * 29 + "_idx"),
        ("t" * 60, "a", "idx", "t" * 57 + "_a_idx"),
        ("t" * 63, None, "pkey", "t" * 58 + "_pkey"),
        ("é" * 31, "b", "idx", "é" * 28 + "_b_idx"),
    ],
)
def test_object_name_fits_in_63_bytes(table: str, column: str | None, label: str, name: str) -> None:
    assert make_object_name(table, column, label) == name


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        ("lower(b)", "lower"),
        ("pg_catalog.lower(b)", "lower"),
        ("a + 1", None),
        ("CASE WHEN a > 0 THEN 1 END", "case"),
        ("CASE WHEN a > 0 THEN 1 ELSE b END", "b"),
        ("COALESCE(a, 1)", "coalesce"),
        ("b::varchar", "b"),
        ("(a + 1)::text", "text"),
        ("(a + 1)::int", "int4"),
        ("NULLIF(a, 1)", "nullif"),
        ("GREATEST(a, 1)", "greatest"),
        ("LEAST(a, 1)", "least"),
        ("data ->> 'k'", None),
        ("tags[1]", "tags"),
        ("(c).x", "x"),
        ('b COLLATE "C"', "b"),
        ("EXTRACT(year FROM ts)", "extract"),
        ("ts AT TIME ZONE 'UTC'", "timezone"),
        ("substring(b from 1 for 2)", "substring"),
        ("trim(b)", "btrim"),
        ("ARRAY[a]", "array"),
        ("a IS NULL", None),
    ],
)
def test_expression_is_named(expression: str, name: str | None) -> None:
    assert expression_name(expression) == name


def test_extract_was_date_part_before_postgresql_14() -> None:
    assert expression_name("EXTRACT(year FROM ts)", 13) == "date_part"


def test_columns_of_an_index_are_numbered() -> None:
    index = parse_index_definition(
        "i",
        "t (b, (b || 'x'), (a + 1), lower(b), upper(b), lower(a)) INCLUDE (b)",
        unique=False,
        default_schema="public",
    )[1]
    assert attribute_names(index.keys, index.include) == (
        "b",
        "expr",
        "expr1",
        "lower",
        "upper",
        "lower1",
        "b1",
    )


@pytest.mark.parametrize(("version", "name"), [(16, "t_a_b_fkey"), (11, "t_a_fkey")])
def test_foreign_key_is_named_after_its_columns(version: int, name: str) -> None:
    assert choose_foreign_key_name(Catalog(), QualifiedName("public", "t"), ("a", "b"), (), version) == name
