"""Bounds of partitions: SQLSTATEs read from PostgreSQL 15.18 and 18.6."""

# ruff: noqa: E501  (one row per line)

from __future__ import annotations

from collections.abc import Callable

import pytest

from lint_indexes.ddl.apply.bounds import partitions_in_order
from lint_indexes.ddl.errors import SqlError
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.names import QualifiedName

RANGE = "create table p (a int, b text) partition by range (a); create table p1 partition of p for values from (1) to (10);"
LIST = "create table p (a text) partition by list (a); create table p1 partition of p for values in ('a', '1', null);"
HASH = "create table p (a int) partition by hash (a); create table p1 partition of p for values with (modulus 4, remainder 0);"
TWO = "create table p (a int, b text) partition by range (a, b); create table p1 partition of p for values from (1, minvalue) to (1, 'a');"

# Set-up, FOR VALUES or DEFAULT of the partition p2, SQLSTATE; None where it is taken.
# fmt: off
CASES = [
    (RANGE, "for values in (1)", "42P16"),
    (RANGE, "for values with (modulus 3, remainder 0)", "42P16"),
    (RANGE, "for values from (12) to (12)", "42P17"),
    (RANGE, "for values from (12, 1) to (13, 1)", "42P16"),
    (RANGE, "for values from ('x') to (12)", "22P02"),
    (RANGE, "for values from (a) to (12)", "0A000"),
    (RANGE, "for values from (null) to (12)", "42P17"),
    (RANGE, "for values from (9) to (12)", "42P17"),
    (RANGE, "for values from (minvalue) to (maxvalue)", "42P17"),
    (RANGE, "for values from (0.7) to (12)", "42P17"),
    (RANGE, "for values from (10) to (maxvalue)", None),
    (RANGE, "for values from (minvalue) to (1)", None),
    (RANGE, "default", None),
    (RANGE + "create table p3 partition of p default;", "default", "42P17"),
    (LIST, "for values from (1) to (2)", "42P16"),
    (LIST, "for values in ('b', 'a')", "42P17"),
    (LIST, "for values in (1)", "42P17"),
    (LIST, "for values in (null)", "42P17"),
    (LIST, "for values in ('b', 'b')", None),
    (HASH, "default", "42P16"),
    (HASH, "for values with (modulus 0, remainder 0)", "42P16"),
    (HASH, "for values with (modulus 4, remainder 4)", "42P16"),
    (HASH, "for values with (modulus 6, remainder 1)", "42P17"),
    (HASH, "for values with (modulus 8, remainder 4)", "42P17"),
    (HASH, "for values with (modulus 8, remainder 5)", None),
    (TWO, "for values from (minvalue, 'a') to (maxvalue, maxvalue)", "42804"),
    (TWO, "for values from (1, minvalue) to (1, 'b')", "42P17"),
    (TWO, "for values from (1, 'a') to (1, maxvalue)", None),
    (TWO, "for values from (2, maxvalue) to (3, minvalue)", None),
    ("create type e as enum ('z', 'a'); create table p (a e) partition by range (a);", "for values from ('a') to ('z')", "42P17"),
    ("create type e as enum ('z', 'a'); create table p (a e) partition by range (a);", "for values from ('z') to ('a')", None),
    ("create table p (a float) partition by range (a);", "for values from (2) to ('1.5')", "42P17"),
    ("create table p (a date) partition by range (a);", "for values from ('2020-02-01') to ('2020-01-01')", "42P17"),
    ("create table p (a uuid) partition by range (a);", "for values from ('a0000000-0000-0000-0000-000000000000') to ('90000000-0000-0000-0000-000000000000')", "42P17"),
    ("create table p (a char(3)) partition by list (a); create table p1 partition of p for values in ('a ');", "for values in ('a')", "42P17"),
    ("create table p (a timestamptz) partition by range (a);", "for values from (now()) to ('2020-01-01')", None),
    (RANGE, "for values from (1) to (2) partition by range (missing)", "42P17"),
]
# fmt: on


@pytest.mark.parametrize(("setup", "bound", "sqlstate"), CASES)
def test_a_partition_is_refused_by_its_bound(
    replay: Callable[..., Catalog], setup: str, bound: str, sqlstate: str | None
) -> None:
    statement, state = f"create table p2 partition of p {bound}", replay(setup)
    if sqlstate is None:
        replay(statement, state)
        return
    with pytest.raises(SqlError) as caught:
        replay(statement, state)
    assert caught.value.sqlstate == sqlstate


@pytest.mark.parametrize(
    ("partition", "bound", "sqlstate"),
    [
        ("missing", "for values in (1)", "42P16"),
        ("missing", "for values from (5) to (4)", "42P01"),
        ("t", "for values from (5) to (15)", "42P17"),
        ("u", "for values from (5) to (15)", "42804"),
    ],
)
def test_a_table_is_not_attached_for_its_bound(
    replay: Callable[..., Catalog], partition: str, bound: str, sqlstate: str
) -> None:
    state = replay(RANGE + "create table t (a int); create table u (a int, b text, c int)")
    with pytest.raises(SqlError) as caught:
        replay(f"alter table p attach partition {partition} {bound}", state)
    assert caught.value.sqlstate == sqlstate


def test_a_detached_partition_leaves_its_values(replay: Callable[..., Catalog]) -> None:
    script = "alter table p detach partition p1; create table p2 partition of p for values from (1) to (10)"
    assert QualifiedName("public", "p2") in replay(RANGE + script).tables


@pytest.mark.parametrize(
    ("key", "bounds"),
    [
        ("range (a)", ["from (minvalue) to (-5)", "from (-5) to (7)", "from (10) to (20)", "default"]),
        ("list (a)", ["in (3, 1)", "in (2)", "in (10)", "in (null)", "default"]),
        ("hash (a)", ["with (modulus 4, remainder 3)", "with (modulus 8, remainder 1)"]),
    ],
)
def test_partitions_have_an_order(replay: Callable[..., Catalog], key: str, bounds: list[str]) -> None:
    """It is that of their bounds, whatever their names and in whatever order they were made."""
    names = [f"p{9 - number}" for number in range(len(bounds))]
    made = [
        f"create table {name} partition of p {bound if bound == 'default' else f'for values {bound}'};"
        for name, bound in zip(names, bounds, strict=True)
    ]
    catalog = replay(f"create table p (a int) partition by {key};" + "".join(reversed(made)))
    ordered = partitions_in_order(catalog, catalog.tables[QualifiedName("public", "p")])
    assert [table.name.name for table in ordered] == names
