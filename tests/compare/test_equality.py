"""The verdicts on two indexes, and the words for what differs."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lint_indexes.compare.equality import Different, Equal, Undecided, compare_indexes
from lint_indexes.ddl.apply import apply
from lint_indexes.ddl.index import parse_index_definition
from lint_indexes.ddl.parse import parse
from lint_indexes.model.catalog import Catalog, ConstraintKind, Index

SCHEMA = """
    CREATE TYPE st AS ENUM ('active', 'done');
    CREATE DOMAIN email_address AS text;
    CREATE FUNCTION slug(value text) RETURNS text LANGUAGE sql AS $$ SELECT $1 $$;
    CREATE TABLE t (a integer, b integer, email varchar(255), name text, status st, price numeric(10,2),
        kind varchar, created timestamp, at timestamptz, mail email_address, tags text[], data jsonb,
        code text COLLATE "C", other unseen, flag boolean);
"""


def catalog_from(sql: str) -> Catalog:
    catalog = Catalog()
    for statement in parse(sql):
        for operation in statement.operations:
            catalog = apply(catalog, operation, lenient=True)
    return catalog


CATALOG = catalog_from(SCHEMA)


def index_on(definition: str, *, unique: bool = False) -> Index:
    return parse_index_definition("i", definition, unique=unique, default_schema="public")[1]


def compare(left: str, right: str) -> Equal | Different | Undecided:
    return compare_indexes(index_on(left), CATALOG, index_on(right), CATALOG)


def described(left: str, right: str) -> list[str]:
    result = compare(left, right)
    assert isinstance(result, Different)
    return [difference.describe("the models", "the migrations") for difference in result.differences]


EQUAL = [
    ("t (a)", "t USING btree (a ASC NULLS LAST)"),
    ("t (a DESC)", "t (a DESC NULLS FIRST)"),
    ("t ((a))", "t (a)"),
    ("t (name text_ops)", "t (name)"),
    ("t (email text_ops)", "t (email)"),
    ("t (created timestamp_ops)", "t (created)"),
    ("t (status enum_ops)", "t (status)"),
    ("t (mail text_ops)", "t (mail)"),
    ("t (tags array_ops)", "t (tags)"),
    ("t USING gin (data jsonb_ops)", "t USING gin (data)"),
    ('t (name COLLATE "default")', "t (name)"),
    ('t (code COLLATE "C")', "t (code)"),
    ('t ((name COLLATE "C"))', 't (name COLLATE pg_catalog."C")'),
    ("t (a) WITH (fillfactor = 70)", "t (a) WITH (fillfactor = '70')"),
    ("t USING gin (data) WITH (fastupdate = off)", "t USING gin (data) WITH (fastupdate = false)"),
    ("t (a) TABLESPACE pg_default", "t (a)"),
    ("t (a) WHERE true", "t (a)"),
    ("t (a) WHERE (a > 0 AND (b > 0 AND flag))", "t (a) WHERE a > 0 AND b > 0 AND flag"),
    ("t (a) WHERE kind = ANY (ARRAY['x'::varchar, 'y'::varchar]::text[])", "t (a) WHERE kind IN ('x', 'y')"),
    ("t (a) WHERE status = 'active'", "t (a) WHERE (status = 'active'::st)"),
    ("t (a) WHERE status = 'active'", "t (a) WHERE (status = 'active'::public.st)"),
    ("t (a) WHERE mail = 'x'", "t (a) WHERE ((mail)::text = 'x'::text)"),
    ("t ((created AT TIME ZONE 'UTC'))", "t (timezone('UTC'::text, created))"),
    ("t (slug(email))", "t (public.slug((email)::text))"),
    ("t (a) WHERE slug(email) = 'x'", "t (a) WHERE (public.slug((email)::text) = 'x'::text)"),
    ("t (a) WHERE at > '2020-01-01'", "t (a) WHERE at > '2020-1-1 00:00'"),
    ("t (CAST(name AS email_address) text_ops)", "t (CAST(name AS email_address))"),
    ("t (unknown_function(a, 'x'))", "t (unknown_function(a, 'x'))"),
]


@pytest.mark.parametrize(("left", "right"), EQUAL)
def test_equal(left: str, right: str) -> None:
    assert compare(left, right) == Equal()
    assert compare(right, left) == Equal()


DIFFERENT = [
    ("t (a, b)", "t (b, a)", "columns: (a, b) in the models, (b, a) in the migrations"),
    ("t (a, b DESC)", "t (a, b)", "key 2: DESC in the models, ASC in the migrations"),
    ("t (a)", "t (a NULLS FIRST)", "key 1: ASC NULLS LAST in the models, ASC NULLS FIRST in the migrations"),
    (
        "t (a) WHERE status = 'active'",
        "t (a)",
        "predicate: WHERE status = 'active' in the models, none in the migrations",
    ),
    ("t (lower(email))", "t (email)", "keys: (lower(email)) in the models, (email) in the migrations"),
    (
        "t (name text_pattern_ops)",
        "t (name)",
        "key 1 operator class: text_pattern_ops in the models, the default in the migrations",
    ),
    (
        'name COLLATE "C"',
        "name",
        "key 1 collation: C in the models, the default in the migrations",
    ),
    ("t USING gin (data)", "t USING gist (data)", "method: gin in the models, gist in the migrations"),
    ("t (a) INCLUDE (b)", "t (a)", "INCLUDE: (b) in the models, none in the migrations"),
    ("t (a) INCLUDE (b, kind)", "t (a) INCLUDE (kind, b)", "INCLUDE: (b, kind) in the models, (kind, b) in"),
    (
        "t (a) WITH (fillfactor=70)",
        "t (a)",
        "option fillfactor: 70 in the models, none in the migrations",
    ),
    ("t (a) NULLS NOT DISTINCT", "t (a)", "nulls: NULLS NOT DISTINCT in the models, NULLS DISTINCT in"),
    ("t (a) TABLESPACE fast", "t (a)", "tablespace: fast in the models, the default in the migrations"),
]


@pytest.mark.parametrize(("left", "right", "words"), DIFFERENT)
def test_different_in_words(left: str, right: str, words: str) -> None:
    left, right = (text if text.startswith("t ") else f"t ({text})" for text in (left, right))
    [description] = described(left, right)
    assert description.startswith(words)


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ("t (CAST(a AS text))", "t (a)"),
        ("t (CAST(a AS text))", "t (CAST(a AS varchar))"),
        ("t (CAST(name AS varchar(10)))", "t (CAST(name AS varchar(11)))"),
        ("t (CAST(price AS numeric(10,1)))", "t (CAST(price AS numeric(10,3)))"),
        ("t (a) WHERE kind = 'x'", "t (a) WHERE kind = 'X'"),
        ("t (a) WHERE kind = 'x'", "t (a) WHERE 'x' = kind"),
        ("t (a) WHERE a > 0 AND b > 0", "t (a) WHERE b > 0 AND a > 0"),
        ("t (a) WHERE kind IN ('x', 'y')", "t (a) WHERE kind IN ('y', 'x')"),
        ("t (a) WHERE price > 1", "t (a) WHERE price > 1.0"),
        ("t (a) WHERE created > '2020-01-01'", "t (a) WHERE created > '2020-01-02'"),
        ("t (a) WHERE at > '2020-01-01'", "t (a) WHERE at > '2020-01-02'"),
        ("t (a) WHERE at > '2020-01-01'", "t (a) WHERE at > '2020-01-03 00:00:00+00'"),
        ("t (lower(name))", "t (upper(name))"),
        ('t (lower(name) COLLATE "C")', "t (lower(name))"),
        ("t (a) WHERE unknown_function(a, 'x')", "t (a) WHERE unknown_function(b, 'x')"),
        ("t (a) WHERE other = 1", "t (a) WHERE other > 1"),
    ],
)
def test_different(left: str, right: str) -> None:
    assert isinstance(compare(left, right), Different)
    assert isinstance(compare(right, left), Different)


@pytest.mark.parametrize(
    ("left", "right", "reason"),
    [
        (
            "t (a) WHERE other = 'x'",
            "t (a) WHERE (other = 'x'::text)",
            "the type of column other is not known",
        ),
        (
            "t (unknown_function(email))",
            "t (unknown_function((email)::text))",
            "function unknown_function is not known",
        ),
        ("t (a) WHERE at > '2020-01-01'", "t (a) WHERE at > '2020-01-01 00:00:00+00'", "cannot be compared"),
        ("t (other text_ops)", "t (other)", "the key's type is not known"),
        (
            "t (a) WHERE other IN ('x', 'y')",
            "t (a) WHERE other = ANY (ARRAY['x'::text, 'y'::text])",
            "not known",
        ),
    ],
)
def test_undecided_says_why(left: str, right: str, reason: str) -> None:
    result = compare(left, right)
    assert isinstance(result, Undecided)
    assert reason in result.reason


def test_a_sure_difference_outweighs_what_is_undecided() -> None:
    result = compare("t (a) WHERE other = 'x'", "t (b) WHERE other = 'x'::text")
    assert isinstance(result, Different)
    assert [difference.attribute for difference in result.differences] == ["columns"]


def test_every_difference_is_named() -> None:
    assert [
        text.partition(":")[0] for text in described("t (a, b DESC) WHERE a > 0", "t USING gist (a, b)")
    ] == [
        "method",
        "key 2",
        "predicate",
    ]


def test_uniqueness() -> None:
    result = compare_indexes(index_on("t (a)", unique=True), CATALOG, index_on("t (a)"), CATALOG)
    assert isinstance(result, Different)
    assert result.differences[0].describe("A", "B") == "uniqueness: unique in A, not unique in B"


def test_a_unique_constraint_equals_the_unique_index_behind_it() -> None:
    index = index_on("t (a)", unique=True)
    assert (
        compare_indexes(replace(index, constraint=ConstraintKind.UNIQUE), CATALOG, index, CATALOG) == Equal()
    )


def test_exclusion_operators() -> None:
    index = index_on("t USING gist (a)")
    excluding = replace(index, keys=(replace(index.keys[0], exclude_operator="="),))
    result = compare_indexes(excluding, CATALOG, index, CATALOG)
    assert isinstance(result, Different)
    assert result.differences[0].attribute == "key 1 operator"


def test_another_column_type_is_no_difference_of_the_index() -> None:
    other = catalog_from(SCHEMA.replace("email varchar(255)", "email text"))
    for declared, stored in (
        ("t (lower(email))", "t (lower((email)::text))"),
        ("t (a) WHERE email = 'x'", "t (a) WHERE ((email)::text = 'x'::text)"),
    ):
        assert compare_indexes(index_on(declared), other, index_on(stored), CATALOG) == Equal()
        assert compare_indexes(index_on(stored), CATALOG, index_on(declared), other) == Equal()


def test_columns_that_one_side_does_not_know() -> None:
    bare = catalog_from("CREATE TABLE t (id integer)")
    left, right = index_on("t (a) WHERE status = 'active'"), index_on("t (a) WHERE status = 'active'::st")
    assert compare_indexes(left, bare, right, CATALOG) == Equal()
    assert compare_indexes(left, CATALOG, right, bare) == Equal()
    assert isinstance(compare_indexes(left, bare, right, bare), Undecided)
    assert compare_indexes(index_on("t (x, y)"), bare, index_on("t (x, y)"), bare) == Equal()
    assert isinstance(compare_indexes(index_on("t (x, y)"), bare, index_on("t (y, x)"), bare), Different)
