"""What an extension owns: types, operator classes and functions that tables and indexes use."""

from __future__ import annotations

from functools import lru_cache

from lint_indexes.ddl import system_catalog
from lint_indexes.ddl.apply import type_names
from lint_indexes.ddl.apply.columns import drop_column
from lint_indexes.ddl.apply.expressions import calls, index_texts
from lint_indexes.ddl.apply.indexes import remove_index
from lint_indexes.ddl.apply.references import depended_on
from lint_indexes.model.catalog import Catalog, Column, Index, Table


@lru_cache(maxsize=64)
def _types(extension: str) -> frozenset[str]:
    known = system_catalog.types().values()
    return frozenset(owned.name for owned in known if owned.extension == extension)


@lru_cache(maxsize=64)
def _functions(extension: str) -> frozenset[str]:
    return frozenset(
        name
        for name in system_catalog.function_names()
        if all(routine.extension == extension for routine in system_catalog.functions_named(name))
    )


@lru_cache(maxsize=64)
def _operator_classes(extension: str) -> frozenset[str]:
    return frozenset(
        opclass.name
        for classes in system_catalog.operator_classes().values()
        for opclass in classes
        if opclass.extension == extension
    )


def _uses(index: Index, extension: str) -> bool:
    classes = _operator_classes(extension)
    if any((key.opclass or "").rpartition(".")[2] in classes for key in index.keys):
        return True
    texts = index_texts(index)
    return any(calls(text, name) for text in texts for name in _functions(extension) if name in text)


def _columns(catalog: Catalog, extension: str) -> list[tuple[Table, Column]]:
    owned = _types(extension)
    return [
        (table, column)
        for table in catalog.sorted_tables()
        for column in table.columns
        if owned and type_names.element_name(column.type).name in owned
    ]


def drop_extension_members(catalog: Catalog, extension: str, *, cascade: bool) -> Catalog:
    """Drop the columns and indexes that use what an extension owns.

    Raises:
        SqlError: 2BP01 where there are some and ``cascade`` is false.
    """
    columns = _columns(catalog, extension)
    indexes = [index for index in catalog.sorted_indexes() if _uses(index, extension)]
    if (columns or indexes) and not cascade:
        raise depended_on(f"extension {extension}")
    for index in indexes:
        catalog = remove_index(catalog, index)
    for table, column in columns:
        current = catalog.tables.get(table.name)
        if current is not None and current.column(column.name) is not None:
            catalog = drop_column(catalog, table.name, column.name, cascade=True)
    return catalog
