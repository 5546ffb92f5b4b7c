"""Foreign keys to partitioned tables: what they have for each partition, named as by PostgreSQL 15 and 18."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lint_indexes.ddl.errors import SqlError
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.names import QualifiedName

PARENT = """
create table p (id int primary key, r int) partition by range (id);
create table p1 partition of p for values from (1) to (10);
create table p2 partition of p for values from (10) to (20) partition by range (id);
create table p21 partition of p2 for values from (10) to (15);
"""
KEYS = PARENT + "create table t (a int references p, b int, constraint c1 foreign key (b) references p);"
PARTITIONED = (
    PARENT
    + """
create table t (a int, b int, constraint c1 foreign key (b) references p) partition by range (a);
create table t1 partition of t for values from (1) to (2);
create table t2 (a int, b int references p);
alter table t attach partition t2 for values from (2) to (3);
"""
)


def names(catalog: Catalog, table: str) -> list[str]:
    """The constraints of a table with what is kept for partitions: ``name`` or ``name->partition``."""
    found = catalog.tables[QualifiedName("public", table)]
    references = [f"{one.name}->{one.partition.name}" for one in found.partition_references]
    return [constraint.name for constraint in found.constraints] + references


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (
            15,
            "t_a_fkey c1 t_a_fkey1->p1 t_a_fkey2->p2 t_a_fkey3->p21"
            " t_b_fkey->p1 t_b_fkey1->p2 t_b_fkey2->p21",
        ),
        (
            18,
            "t_a_fkey c1 t_a_fkey_1->p1 t_a_fkey_2->p2 t_a_fkey_3->p21 c1_1->p1 c1_2->p2 c1_3->p21",
        ),
    ],
)
def test_a_foreign_key_has_a_constraint_for_each_partition(
    replay: Callable[..., Catalog], version: int, expected: str
) -> None:
    assert names(replay(KEYS, postgres_version=version), "t") == expected.split()


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        (15, ["t_a_fkey4->p22", "t_b_fkey3->p22", "t_a_fkey5->p3", "t_b_fkey4->p3"]),
        (18, ["t_a_fkey_2_1->p22", "c1_2_1->p22", "t_a_fkey_4->p3", "c1_4->p3"]),
    ],
)
def test_new_partitions_get_theirs(replay: Callable[..., Catalog], version: int, expected: list[str]) -> None:
    script = (
        KEYS
        + """
        create table p22 partition of p2 for values from (15) to (20);
        create table p3 (id int not null, r int);
        alter table p attach partition p3 for values from (30) to (40);
    """
    )
    assert names(replay(script, postgres_version=version), "t")[-4:] == expected


def test_a_detached_partition_takes_its_own_partitions_along(replay: Callable[..., Catalog]) -> None:
    catalog = replay(KEYS + "alter table p detach partition p2", postgres_version=15)
    assert names(catalog, "t") == ["t_a_fkey", "c1", "t_a_fkey1->p1", "t_b_fkey->p1"]


@pytest.mark.parametrize(
    ("version", "after"), [(15, ["t1_b_fkey->p1", "t1_b_fkey1->p2"]), (18, ["c1_4->p1", "c1_5->p2"])]
)
def test_a_partitions_foreign_key_is_its_parents(
    replay: Callable[..., Catalog], version: int, after: list[str]
) -> None:
    """Attaching merges an equal one, and detaching makes it a key of its own."""
    catalog = replay(PARTITIONED, postgres_version=version)
    assert (names(catalog, "t1"), names(catalog, "t2")) == (["c1"], ["t2_b_fkey"])
    catalog = replay("alter table t detach partition t1", catalog, postgres_version=version)
    assert names(catalog, "t1")[:3] == ["c1", *after]


def test_a_renamed_key_keeps_what_it_has_for_partitions(replay: Callable[..., Catalog]) -> None:
    script = "alter table t rename constraint t_a_fkey to k; alter table t rename constraint t_a_fkey1 to k1;"
    catalog = replay(KEYS + script + "alter table p1 rename to q")
    assert "k1->q" in names(catalog, "t")
    assert not [
        name for name in names(replay("alter table t drop constraint k", catalog), "t") if "a_" in name
    ]


def test_what_a_partition_needs_goes_with_cascade(replay: Callable[..., Catalog]) -> None:
    catalog = replay(PARTITIONED + "drop table p1 cascade")
    assert [names(catalog, table) for table in ("t", "t1", "t2")] == [[], [], []]


@pytest.mark.parametrize(
    ("setup", "statement", "sqlstate"),
    [
        (KEYS, "alter table t add constraint t_a_fkey1 check (a > 0)", "42710"),
        (KEYS, "alter table t add constraint t_a_fkey1 unique (a)", "42710"),
        (KEYS, "alter table t rename constraint c1 to t_a_fkey1", "42710"),
        (KEYS, "alter table t rename constraint t_a_fkey1 to c1", "42710"),
        (KEYS, "alter table t drop constraint t_a_fkey1", "42P16"),
        (KEYS, "drop table p1", "2BP01"),
        (KEYS, "drop table p21", "2BP01"),
        (PARTITIONED, "alter table t1 drop constraint c1", "42P16"),
        (PARTITIONED, "alter table t2 drop constraint t2_b_fkey", "42P16"),
    ],
)
def test_refused_as_by_postgresql(
    replay: Callable[..., Catalog], setup: str, statement: str, sqlstate: str
) -> None:
    with pytest.raises(SqlError) as caught:
        replay(statement, replay(setup))
    assert caught.value.sqlstate == sqlstate


def test_a_constraint_for_a_partition_can_be_validated(replay: Callable[..., Catalog]) -> None:
    replay("alter table t validate constraint t_a_fkey1", replay(KEYS))
