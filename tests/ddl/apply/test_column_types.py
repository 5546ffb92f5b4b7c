"""What a change of a column's type makes of the indexes that read it: each row read from PostgreSQL 15.18."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lint_indexes.compare.equality import Different, Equal, compare_indexes
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.parse import parse
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.operations import CreateIndex

TO_NUMERIC = "ALTER TABLE t ALTER a TYPE numeric;"
INTEGERS = "CREATE TABLE t (a int); CREATE INDEX i ON t (a) WHERE a > 0;"
VARCHAR = "CREATE TABLE t (a varchar(9)); CREATE INDEX i ON t "

STORED = [
    pytest.param(INTEGERS + TO_NUMERIC, "t (a) WHERE (a > (0)::numeric)", id="int to numeric"),
    pytest.param(
        INTEGERS + TO_NUMERIC + "ALTER TABLE t ALTER a TYPE int USING a::int",
        "t (a) WHERE ((a)::numeric > (0)::numeric)",
        id="int to numeric and back",
    ),
    pytest.param(
        VARCHAR + "(lower(a)) WHERE a IN ('x', 'y'); ALTER TABLE t ALTER a TYPE text",
        "t (lower(a)) WHERE (a = ANY (ARRAY[('x'::varchar)::text, ('y'::varchar)::text]))",
        id="varchar to text",
    ),
    pytest.param(
        VARCHAR + "(a text_ops); ALTER TABLE t ALTER a TYPE int USING a::int",
        "t (a)",
        id="the default operator class of the old type",
    ),
    pytest.param(
        VARCHAR + "((CASE a WHEN 'x' THEN 1 ELSE length(a) END)); ALTER TABLE t ALTER a TYPE text",
        "t ((CASE a WHEN 'x'::text THEN 1 ELSE length(a) END))",
        id="case",
    ),
    pytest.param(
        VARCHAR + "(coalesce(a, 'x')); ALTER TABLE t ALTER a TYPE varchar(20)",
        "t (COALESCE(a, 'x'::character varying))",
        id="another length",
    ),
    pytest.param(
        "CREATE TABLE t (a int); CREATE TABLE u () INHERITS (t);"
        "CREATE INDEX i ON u (a) WHERE a = 1;" + TO_NUMERIC,
        "u (a) WHERE (a = (1)::numeric)",
        id="of a child",
    ),
]


@pytest.mark.parametrize(("script", "stored"), STORED)
def test_what_reads_the_column_is_stored_as_in_postgresql(
    replay: Callable[..., Catalog], script: str, stored: str
) -> None:
    catalog = replay(script)
    index = catalog.indexes[QualifiedName("public", "i")]
    ((operation,),) = (statement.operations for statement in parse(f"CREATE INDEX i ON {stored}"))
    assert isinstance(operation, CreateIndex)
    theirs = operation.definition.build(index.name, index.table)
    assert compare_indexes(index, catalog, theirs, catalog) == Equal()


def test_there_and_back_is_another_predicate(replay: Callable[..., Catalog]) -> None:
    before = replay(INTEGERS)
    after = replay(TO_NUMERIC + "ALTER TABLE t ALTER a TYPE int USING a::int", before)
    name = QualifiedName("public", "i")
    result = compare_indexes(before.indexes[name], before, after.indexes[name], after)
    assert isinstance(result, Different)


@pytest.mark.parametrize(
    ("setup", "change", "sqlstate"),
    [
        ("CREATE TABLE t (a text)", "a TYPE int", "42804"),
        ("CREATE TABLE t (a int DEFAULT 0)", "a TYPE date USING now()", "42804"),
        ("CREATE TABLE t (a int CHECK (a > 0))", "a TYPE text", "42883"),
        (INTEGERS, "a TYPE text", "42883"),
        ("CREATE TABLE t (a text); CREATE INDEX ON t (a text_pattern_ops)", "a TYPE int USING 1", "42804"),
        ('CREATE TABLE t (a text); CREATE INDEX ON t (a COLLATE "C")', "a TYPE int USING 1", "42804"),
        ("CREATE TABLE t (a int); CREATE INDEX ON t (a)", "a TYPE json USING null", "42704"),
        ("CREATE TABLE t (a int PRIMARY KEY, b int REFERENCES t)", "b TYPE text", "42804"),
        ("CREATE TABLE t (a timestamp); CREATE INDEX ON t (date(a))", "a TYPE timestamptz", "42P17"),
        ("CREATE TABLE t (a int GENERATED ALWAYS AS IDENTITY)", "a TYPE numeric", "22023"),
        ("CREATE TABLE t (a int)", "a TYPE text USING a || b", "42703"),
    ],
)
def test_a_type_that_does_not_fit_is_refused(
    replay: Callable[..., Catalog], setup: str, change: str, sqlstate: str
) -> None:
    with pytest.raises(SqlError) as caught:
        replay(f"ALTER TABLE t ALTER {change}", replay(setup))
    assert caught.value.sqlstate == sqlstate
