"""What supports a foreign key, and what meets a requirement."""

from __future__ import annotations

import pytest

from lint_indexes.compare.coverage import leads_with, supports_foreign_key
from lint_indexes.ddl.apply import apply
from lint_indexes.ddl.parse import parse
from lint_indexes.model.catalog import Catalog, Index

TABLE = """
CREATE TABLE parent (x integer, y text, PRIMARY KEY (x, y));
CREATE TABLE t (id integer PRIMARY KEY, a integer, b text, c integer NOT NULL);
"""


def catalog_with(sql: str) -> tuple[Catalog, Index]:
    """A catalog and its newest index of table t."""
    catalog = Catalog()
    before: set[str] = set()
    for statement in parse(TABLE + sql):
        before = {index.name.name for index in catalog.sorted_indexes()}
        for operation in statement.operations:
            catalog = apply(catalog, operation)
    [index] = [index for index in catalog.sorted_indexes() if index.name.name not in before]
    return catalog, index


@pytest.mark.parametrize(
    ("sql", "one", "two"),
    [
        pytest.param("CREATE INDEX i ON t (a)", True, False, id="the column"),
        pytest.param("CREATE INDEX i ON t (a, b)", True, True, id="both"),
        pytest.param("CREATE INDEX i ON t (b, a)", False, True, id="in any order"),
        pytest.param("CREATE INDEX i ON t (b, a, c)", False, True, id="longer"),
        pytest.param("CREATE INDEX i ON t (a DESC NULLS LAST)", True, False, id="in any direction"),
        pytest.param("CREATE INDEX i ON t (c, a)", False, False, id="not first"),
        pytest.param("CREATE INDEX i ON t (a, c, b)", True, False, id="not together"),
        pytest.param("CREATE INDEX i ON t (c) INCLUDE (a, b)", False, False, id="only included"),
        pytest.param("CREATE INDEX i ON t USING hash (a)", True, False, id="hash"),
        pytest.param("CREATE INDEX i ON t USING brin (a)", False, False, id="brin"),
        pytest.param(
            "CREATE EXTENSION btree_gist; CREATE INDEX i ON t USING gist (a gist_int4_ops)",
            False,
            False,
            id="gist",
        ),
        pytest.param("CREATE INDEX i ON t (a) WHERE a IS NOT NULL", True, False, id="without NULLs"),
        pytest.param(
            "CREATE INDEX i ON t (a, b) WHERE a IS NOT NULL AND b IS NOT NULL",
            False,
            True,
            id="without NULLs of either",
        ),
        pytest.param("CREATE INDEX i ON t (a) WHERE true", True, False, id="a predicate that is none"),
        pytest.param("CREATE INDEX i ON t (a) WHERE c IS NOT NULL", False, False, id="NULLs of another"),
        pytest.param("CREATE INDEX i ON t (a) WHERE a > 0", False, False, id="partial"),
        pytest.param(
            "CREATE INDEX i ON t (a) WHERE a IS NOT NULL AND c = 1", False, False, id="partial besides"
        ),
        pytest.param("CREATE INDEX i ON t (a, (lower(b)))", True, False, id="an expression"),
        pytest.param('CREATE INDEX i ON t (a, b COLLATE "C")', True, False, id="another collation"),
        pytest.param("CREATE UNIQUE INDEX i ON t (a)", True, False, id="unique index"),
        pytest.param("ALTER TABLE t ADD UNIQUE (b, a)", False, True, id="unique constraint"),
    ],
)
def test_foreign_key(sql: str, one: bool, two: bool) -> None:
    catalog, index = catalog_with(sql)
    assert supports_foreign_key(index, ("a",), catalog) is one
    assert supports_foreign_key(index, ("a", "b"), catalog) is two


def test_an_invalid_index_supports_nothing() -> None:
    partitioned = "CREATE TABLE p (a integer) PARTITION BY RANGE (a); CREATE TABLE p1 PARTITION OF p DEFAULT;"
    catalog, index = catalog_with(partitioned + "CREATE INDEX i ON ONLY p (a)")
    assert not index.valid
    assert not supports_foreign_key(index, ("a",), catalog)
    assert not leads_with(index, ("a",), catalog)


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("CREATE INDEX i ON t (a, b)", True),
        ("CREATE INDEX i ON t (a, b, c)", True),
        ("CREATE INDEX i ON t (a DESC, b)", True),
        ("ALTER TABLE t ADD UNIQUE (a, b)", True),
        ("CREATE INDEX i ON t (a, b) WHERE true", True),
        ("CREATE INDEX i ON t (b, a)", False),
        ("CREATE INDEX i ON t (a) INCLUDE (b)", False),
        ("CREATE INDEX i ON t (a, b) WHERE a IS NOT NULL", False),
        ("CREATE INDEX i ON t USING brin (a, b)", False),
        ("CREATE INDEX i ON t (a, (lower(b)))", False),
    ],
)
def test_requirement(sql: str, expected: bool) -> None:
    catalog, index = catalog_with(sql)
    assert leads_with(index, ("a", "b"), catalog) is expected


def test_a_primary_key_meets_a_requirement() -> None:
    catalog, _ = catalog_with("CREATE INDEX i ON t (a)")
    [key] = [index for index in catalog.sorted_indexes() if index.name.name == "parent_pkey"]
    assert leads_with(key, ("x",), catalog)
    assert not leads_with(key, ("y",), catalog)
