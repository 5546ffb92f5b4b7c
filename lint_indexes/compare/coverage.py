"""Does an index serve a foreign key, or a requirement of the policy?"""

from __future__ import annotations

from lint_indexes.ddl.normalize import NormalIndex, normalize_index
from lint_indexes.ddl.normalize.predicates import column_not_null, conjuncts
from lint_indexes.model.catalog import Catalog, Index

_FINDS_EQUAL_KEYS = ("btree", "hash")


def supports_foreign_key(index: Index, columns: tuple[str, ...], catalog: Catalog) -> bool:
    """Whether deleting a parent row finds its children by the index.

    It must be a valid B-tree or hash index whose first keys are the referencing columns in any order, under
    their own collation, with no predicate or only that referencing columns are not NULL: rows with a NULL
    reference nothing (PostgreSQL manual, 5.5.5 Foreign Keys).
    """
    if not index.valid or index.method not in _FINDS_EQUAL_KEYS or not columns:
        return False
    if {key.column for key in index.keys[: len(columns)]} != set(columns):
        return False
    form = normalize_index(index, (catalog,))
    leading = form.keys[: len(columns)]
    return all(key.collation is None for key in leading) and _only_not_null(form, columns)


def leads_with(index: Index, columns: tuple[str, ...], catalog: Catalog) -> bool:
    """Whether the first keys of a valid B-tree over all rows are these columns, in this order.

    A longer index does, and so do those behind primary keys and unique constraints.
    """
    if not index.valid or index.method != "btree":
        return False
    if tuple(key.column for key in index.keys[: len(columns)]) != columns:
        return False
    return normalize_index(index, (catalog,)).predicate is None


def _only_not_null(index: NormalIndex, columns: tuple[str, ...]) -> bool:
    if index.predicate is None:
        return True
    return all(column_not_null(form) in columns for form in conjuncts(index.predicate.form))
