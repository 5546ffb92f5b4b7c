"""Pairing the indexes of two catalogs."""

from __future__ import annotations

from lint_indexes.compare.match import Matching, match_indexes
from lint_indexes.ddl.apply import apply
from lint_indexes.ddl.parse import parse
from lint_indexes.model.catalog import Catalog, Index

TABLES = "CREATE TABLE t (a integer, b integer, email varchar(255)); CREATE TABLE u (a integer);"


def catalog_of(sql: str) -> Catalog:
    catalog = Catalog()
    for statement in parse(sql):
        for operation in statement.operations:
            catalog = apply(catalog, operation)
    return catalog


def match(left: str, right: str) -> Matching:
    return match_indexes(catalog_of(TABLES + left), catalog_of(TABLES + right))


def names(indexes: tuple[Index, ...]) -> list[str]:
    return [index.name.name for index in indexes]


def test_nothing() -> None:
    assert match("", "") == Matching()


def test_by_name_whatever_the_definition() -> None:
    matching = match("CREATE INDEX i ON t (a)", "CREATE INDEX i ON t (b)")
    assert [(one.name, other.name) for one, other in matching.same_name] == [
        (matching.same_name[0][0].name, matching.same_name[0][0].name)
    ]
    assert (matching.left_only, matching.right_only, matching.renamed) == ((), (), ())


def test_only_on_one_side_sorted() -> None:
    matching = match(
        "CREATE INDEX z ON t (a); CREATE INDEX y ON t (a DESC)",
        "CREATE INDEX x ON t (b); CREATE INDEX w ON t (b DESC)",
    )
    assert names(matching.left_only) == ["y", "z"]
    assert names(matching.right_only) == ["w", "x"]


def test_renamed_is_found_through_other_spellings() -> None:
    matching = match(
        "CREATE INDEX old ON t (lower(email)) WHERE a IN (1, 2)",
        "CREATE INDEX new ON t (lower((email)::text)) WHERE (a = ANY (ARRAY[1, 2]))",
    )
    assert [(one.name.name, other.name.name) for one, other in matching.renamed] == [("old", "new")]
    assert (matching.left_only, matching.right_only) == ((), ())


def test_equal_definitions_pair_one_to_one_in_order() -> None:
    matching = match(
        "CREATE INDEX l2 ON t (a); CREATE INDEX l1 ON t (a)",
        "CREATE INDEX r3 ON t (a); CREATE INDEX r1 ON t (a); CREATE INDEX r2 ON t (a)",
    )
    assert [(one.name.name, other.name.name) for one, other in matching.renamed] == [
        ("l1", "r1"),
        ("l2", "r2"),
    ]
    assert names(matching.right_only) == ["r3"]


def test_a_rename_stays_on_its_table_and_keeps_uniqueness() -> None:
    matching = match(
        "CREATE INDEX one ON t (a); CREATE INDEX plain ON t (b)",
        "CREATE INDEX two ON u (a);CREATE UNIQUE INDEX uq ON t (b)",
    )
    assert matching.renamed == ()
    assert names(matching.left_only) == ["one", "plain"]
    assert names(matching.right_only) == ["two", "uq"]


def test_one_name_on_two_tables_is_no_pair() -> None:
    matching = match("CREATE INDEX i ON t (a)", "CREATE INDEX i ON u (a)")
    assert matching.same_name == ()
    assert names(matching.left_only) == names(matching.right_only) == ["i"]


def test_a_constraint_is_the_index_behind_it() -> None:
    matching = match("ALTER TABLE t ADD CONSTRAINT uq UNIQUE (a)", "CREATE UNIQUE INDEX uq_a ON t (a)")
    assert [(one.name.name, other.name.name) for one, other in matching.renamed] == [("uq", "uq_a")]


def test_tables_that_one_side_lacks_keep_their_indexes_out_of_the_lists() -> None:
    matching = match(
        "CREATE TABLE only_left (x integer PRIMARY KEY); CREATE INDEX i ON only_left (x)",
        "CREATE TABLE only_right (x integer PRIMARY KEY)",
    )
    assert [table.name.name for table in matching.left_tables] == ["only_left"]
    assert [table.name.name for table in matching.right_tables] == ["only_right"]
    assert (matching.left_only, matching.right_only, matching.same_name) == ((), (), ())


def test_names_are_compared_as_postgresql_cuts_them() -> None:
    long = "ix_" + "é" * 40
    left, right = catalog_of(TABLES), catalog_of(TABLES + f"CREATE INDEX {long} ON t (a)")
    [index] = right.sorted_indexes()
    written = Index(type(index.name)("public", long), index.table, index.keys)
    matching = match_indexes(left.with_index(written), right)
    assert [(one.name.name, other.name.name) for one, other in matching.same_name] == [
        (long, index.name.name)
    ]
