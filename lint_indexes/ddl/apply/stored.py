"""The expressions that a table keeps: in its indexes, CHECKs and generated columns."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from lint_indexes.ddl import autonames, nodes
from lint_indexes.ddl.apply.lookup import replace_column
from lint_indexes.ddl.normalize import Form, normalize, write
from lint_indexes.model.catalog import Catalog, Constraint, Index
from lint_indexes.model.names import QualifiedName

Change = Callable[[str], str]


def change_index(index: Index, change: Change) -> Index:
    """The index with its expressions and its predicate changed; its own columns keep their names."""
    names = autonames.attribute_names(index.keys, index.include)
    keys = tuple(
        key if key.expression is None else replace(key, expression=change(key.expression), attribute=name)
        for key, name in zip(index.keys, names, strict=False)
    )
    predicate = None if index.predicate is None else change(index.predicate)
    return replace(index, keys=keys, predicate=predicate)


def change_constraint(constraint: Constraint, change: Change) -> Constraint:
    """The constraint with its condition changed."""
    if constraint.expression is None:
        return constraint
    return replace(constraint, expression=change(constraint.expression))


def change_expressions(catalog: Catalog, at: QualifiedName, change: Change) -> Catalog:
    """Change every expression that a table keeps."""
    for index in catalog.indexes_on(at):
        changed = change_index(index, change)
        if changed != index:
            catalog = catalog.with_index(changed)
    table = catalog.tables[at]
    constraints = tuple(change_constraint(constraint, change) for constraint in table.constraints)
    table = replace(table, constraints=constraints)
    for column in table.columns:
        if column.generated is not None:
            table = replace_column(table, column.name, replace(column, generated=change(column.generated)))
    return catalog.with_table(table) if table != catalog.tables[at] else catalog


def explicit(catalog: Catalog, at: QualifiedName, column: str) -> Change:
    """Writes an expression that reads a column with all its casts, as PostgreSQL prints it."""

    def change(text: str) -> str:
        return _written(text, catalog, at) if column in nodes.columns_of(text) else text

    return change


def _written(text: str, catalog: Catalog, at: QualifiedName) -> str:
    form: Form = normalize(text, at, (catalog,)).form
    return write(form) or text
