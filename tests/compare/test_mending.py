"""The edits that give models and migrations an index, above all where it has another name already."""

from __future__ import annotations

from dataclasses import replace

import pytest

from lint_indexes.compare.mending import bring_about
from lint_indexes.ddl.apply import apply
from lint_indexes.ddl.parse import parse
from lint_indexes.model.catalog import Catalog, Index
from lint_indexes.model.edits import DeclareIndex, Edit, Migrate
from lint_indexes.model.index_operations import creation_of, removal_of
from lint_indexes.model.names import ObjectName, QualifiedName
from lint_indexes.model.operations import AddConstraint, RenameConstraint, RenameTable
from lint_indexes.model.origin import Source

TABLE = "CREATE TABLE t (a integer, b integer);"
NEW = "CREATE INDEX new ON t (a);"
OLD = "CREATE INDEX old ON t (a);"
RENAMING = Migrate((RenameTable(ObjectName("old", "public"), "new", "index"),))


def catalog_of(sql: str) -> Catalog:
    catalog = Catalog()
    for statement in parse(TABLE + sql):
        for operation in statement.operations:
            catalog = apply(catalog, operation)
    return catalog


def index_of(sql: str) -> Index:
    [index] = catalog_of(sql).indexes.values()
    return index


def brought_about(models: str, migrations: str, wanted: str = NEW) -> tuple[Edit, ...]:
    return bring_about(index_of(wanted), catalog_of(models), catalog_of(migrations))


CREATION = Migrate((creation_of(index_of(NEW)),))
DECLARATION = DeclareIndex(index_of(NEW))


def test_what_is_missing_is_made_on_both_sides() -> None:
    assert brought_about("", "") == (DECLARATION, CREATION)
    assert brought_about(NEW, "") == (CREATION,)
    assert brought_about("", NEW) == (DECLARATION,)
    assert brought_about(NEW, NEW) == ()


def test_what_differs_is_replaced() -> None:
    other = "CREATE INDEX new ON t (b);"
    assert brought_about(other, other) == (
        DeclareIndex(index_of(NEW), index_of(other)),
        Migrate((removal_of(index_of(other)), creation_of(index_of(NEW)))),
    )


@pytest.mark.parametrize(
    ("models", "declared"),
    [(NEW, ()), ("", (DECLARATION,)), (OLD, (DeclareIndex(index_of(NEW), index_of(OLD)),))],
    ids=["the models have it", "nor the models", "the models say it too"],
)
def test_an_index_of_another_name_is_renamed(models: str, declared: tuple[Edit, ...]) -> None:
    assert brought_about(models, OLD) == (*declared, RENAMING)


def test_what_has_the_name_makes_room_for_it() -> None:
    other = "CREATE INDEX new ON t (b);"
    assert brought_about(NEW, other + OLD) == (Migrate((removal_of(index_of(other)), *RENAMING.operations)),)


@pytest.mark.parametrize(
    ("models", "migrations"),
    [
        pytest.param(NEW + OLD, OLD, id="the models want both"),
        pytest.param("CREATE INDEX old ON t (b);", OLD, id="the models mean another by it"),
        pytest.param(NEW, "CREATE INDEX old ON t (a) WHERE b > 0;", id="it is not the same"),
        pytest.param(NEW, "ALTER TABLE t ADD CONSTRAINT old UNIQUE (a);", id="it is a constraint's"),
    ],
)
def test_or_it_is_made_where_the_other_stays(models: str, migrations: str) -> None:
    assert CREATION in brought_about(models, migrations)


def test_what_the_policy_requires_keeps_its_name() -> None:
    required = {QualifiedName("public", "old")}
    edits = bring_about(index_of(NEW), catalog_of(NEW), catalog_of(OLD), required=required)
    assert edits == (CREATION,)


def test_what_the_models_cannot_rename_keeps_its_name() -> None:
    layers = frozenset({Source.MIGRATIONS})
    assert bring_about(index_of(NEW), catalog_of(OLD), catalog_of(OLD), layers) == (CREATION,)
    assert bring_about(index_of(NEW), catalog_of(""), catalog_of(OLD), layers) == (RENAMING,)


def test_a_table_that_nobody_has_seen_being_made_is_not_mended_by_halves() -> None:
    unseen = replace(Catalog(), open_world=True)
    altered = apply(unseen, parse("ALTER TABLE t ADD COLUMN c integer")[0].operations[0])

    assert bring_about(index_of(NEW), catalog_of(""), unseen) == ()
    assert bring_about(index_of(NEW), catalog_of(""), altered) == (DECLARATION, CREATION)


def test_a_unique_constraint_stays_one() -> None:
    constraint = "ALTER TABLE t ADD CONSTRAINT {} UNIQUE (a);"
    wanted = "CREATE UNIQUE INDEX new ON t (a);"
    models = constraint.format("new")

    [renaming] = brought_about(models, constraint.format("old"), wanted)
    [making] = brought_about(models, "", wanted)

    assert renaming == Migrate((RenameConstraint(ObjectName("t", "public"), "old", "new"),))
    assert isinstance(making, Migrate)
    assert isinstance(making.operations[0], AddConstraint)
    assert brought_about("", models, wanted) == (DeclareIndex(index_of(models)),)
