"""Which index of a table makes which other superfluous."""

from __future__ import annotations

import pytest

from lint_indexes.compare.redundancy import redundancies
from lint_indexes.ddl.apply import apply
from lint_indexes.ddl.parse import parse
from lint_indexes.model.catalog import Catalog, Index
from lint_indexes.model.names import QualifiedName

TABLE = """
CREATE TABLE t (id integer PRIMARY KEY, a integer, b integer, c text, d integer[], e integer);
"""


def catalog_after(sql: str) -> Catalog:
    catalog = Catalog()
    for statement in parse(TABLE + sql):
        for operation in statement.operations:
            catalog = apply(catalog, operation)
    return catalog


def by_name(index: Index) -> tuple[int, int, int, str]:
    return (0, 0, 0, index.name.name)


def found(sql: str) -> list[str]:
    catalog = catalog_after(sql)
    table = catalog.tables[QualifiedName("public", "t")]
    return [
        f"{one.index.name.name} {one.kind.value} {one.other.name.name}"
        for one in redundancies(catalog, table, by_name)
    ]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        pytest.param("x ON t (a) | y ON t (b)", [], id="apart"),
        pytest.param("x ON t (a) | y ON t (a)", ["y duplicate x"], id="equal"),
        pytest.param("x ON t (a) | y ON t USING btree (a ASC)", ["y duplicate x"], id="spelt otherwise"),
        pytest.param("x ON t (a) | y ON t (a, b)", ["x prefix y"], id="prefix"),
        pytest.param("x ON t (b) | y ON t (a, b)", [], id="not the leading key"),
        pytest.param("x ON t (b, a) | y ON t (a, b)", [], id="another order of keys"),
        pytest.param("x ON t (a DESC) | y ON t (a, b)", ["x prefix y"], id="all mirrored"),
        pytest.param("x ON t (a DESC) | y ON t (a)", ["y prefix x"], id="mirrored, once only"),
        pytest.param("x ON t (a, b DESC) | y ON t (a, b, e)", [], id="mixed directions"),
        pytest.param("x ON t (a, b) | y ON t (a DESC, b DESC, e)", ["x prefix y"], id="two mirrored"),
        pytest.param("x ON t (a NULLS FIRST) | y ON t (a, b)", [], id="NULLS FIRST"),
        pytest.param('x ON t (c COLLATE "C") | y ON t (c, b)', [], id="collation"),
        pytest.param("x ON t (c text_pattern_ops) | y ON t (c, b)", [], id="operator class"),
        pytest.param("x ON t (a) WHERE b > 0 | y ON t (a, b)", [], id="partial beside full"),
        pytest.param("x ON t (a) | y ON t (a, b) WHERE b > 0", [], id="full beside partial"),
        pytest.param(
            "x ON t (a) WHERE b > 0 | y ON t (a, e) WHERE (b > 0)", ["x prefix y"], id="one predicate"
        ),
        pytest.param("x ON t (lower(c)) | y ON t (lower(c), a)", ["x prefix y"], id="equal expressions"),
        pytest.param("x ON t (lower(c)) | y ON t (upper(c), a)", [], id="other expressions"),
        pytest.param("x ON t (a) INCLUDE (b) | y ON t (a, b)", ["x prefix y"], id="included in the other"),
        pytest.param("x ON t (a) INCLUDE (e) | y ON t (a, b)", [], id="includes more"),
        pytest.param("x ON t USING hash (a) | y ON t (a, b)", [], id="another method"),
        pytest.param("x ON t USING hash (a) | y ON t USING hash (a)", ["y duplicate x"], id="two of hash"),
        pytest.param("x ON t USING brin (a) | y ON t USING brin (a, b)", [], id="a part of brin"),
        pytest.param("UNIQUE x ON t (a) | y ON t (a, b)", [], id="unique is never redundant to more keys"),
        pytest.param("UNIQUE x ON t (a) | y ON t (a)", ["y prefix x"], id="the unique one is kept"),
        pytest.param("UNIQUE x ON t (a) | UNIQUE y ON t (a)", ["y duplicate x"], id="two unique"),
        pytest.param("x ON t (id)", ["x constraint t_pkey"], id="primary key"),
        pytest.param("UNIQUE x ON t (id)", ["x constraint t_pkey"], id="unique, like the primary key"),
        pytest.param("x ON t (id DESC)", ["x constraint t_pkey"], id="primary key mirrored"),
        pytest.param("x ON t (id, a)", [], id="longer than the primary key"),
        pytest.param(
            "x ON t (a) | y ON t (a, b) | z ON t (a, b)", ["x prefix y", "z duplicate y"], id="three"
        ),
    ],
)
def test_redundancy(sql: str, expected: list[str]) -> None:
    statements = []
    for part in sql.split(" | "):
        unique = part.startswith("UNIQUE ")
        statements.append(f"CREATE {'UNIQUE ' if unique else ''}INDEX {part.removeprefix('UNIQUE ')};")
    assert found("".join(statements)) == expected


def test_a_constraint_is_never_superfluous() -> None:
    assert found("ALTER TABLE t ADD UNIQUE (a); CREATE INDEX z ON t (a, b)") == []
    assert found("ALTER TABLE t ADD CONSTRAINT u UNIQUE (a, b); CREATE INDEX z ON t (a)") == ["z prefix u"]
    assert found("ALTER TABLE t ADD CONSTRAINT u UNIQUE (a); CREATE INDEX z ON t (a)") == ["z constraint u"]


def test_what_a_foreign_key_relies_on_stays() -> None:
    sql = "CREATE UNIQUE INDEX y ON t (a); CREATE TABLE child (a integer REFERENCES t (a));"
    assert found(sql + "CREATE UNIQUE INDEX z ON t (a)") == ["z duplicate y"]
    assert found("CREATE UNIQUE INDEX z ON t (a); CREATE TABLE child (a integer REFERENCES t (a));") == []


def test_an_index_made_only_for_the_parent_replaces_none() -> None:
    sql = "CREATE TABLE p (a integer, b integer) PARTITION BY RANGE (a);"
    sql += "CREATE TABLE p1 PARTITION OF p DEFAULT;"
    catalog = catalog_after(sql + "CREATE INDEX x ON p (a); CREATE INDEX y ON ONLY p (a, b);")
    table = catalog.tables[QualifiedName("public", "p")]
    assert list(redundancies(catalog, table, by_name)) == []
