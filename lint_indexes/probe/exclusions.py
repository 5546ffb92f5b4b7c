"""The question what autogenerate would leave out, as it is put to the probe, and its answer."""

from __future__ import annotations

import json
from collections.abc import Mapping

from lint_indexes.model.catalog import Catalog, Index, Table
from lint_indexes.model.exclusions import Exclusions
from lint_indexes.model.names import QualifiedName
from lint_indexes.probe.wire import Fields


def described(catalog: Catalog) -> dict[str, object]:
    """The tables and indexes of a catalog, as far as include_object and include_name may look at them."""
    return {
        "tables": [_table(table) for table in catalog.sorted_tables()],
        "indexes": [_index(index) for index in catalog.sorted_indexes()],
    }


def questions(catalog: Catalog) -> Mapping[str, QualifiedName]:
    """Each table and index of a catalog by all that is said of it in that question."""
    tables = {json.dumps(_table(table)): table.name for table in catalog.tables.values()}
    return {**tables, **{json.dumps(_index(index)): index.name for index in catalog.indexes.values()}}


def _table(table: Table) -> dict[str, object]:
    columns = [column.name for column in table.columns]
    return {"schema": table.name.schema, "name": table.name.name, "columns": columns}


def _index(index: Index) -> dict[str, object]:
    return {
        "schema": index.name.schema,
        "name": index.name.name,
        "table": index.table.name,
        "columns": [key.column for key in index.keys if key.column is not None],
        "constraint": None if index.constraint is None else index.constraint.value,
    }


def exclusions_from(fields: Fields) -> Exclusions:
    """The answer to the command ``exclusions``."""
    return Exclusions(
        tables=frozenset(_names(fields, "tables")),
        indexes=frozenset(_names(fields, "indexes")),
        warnings=fields.texts("warnings"),
    )


def _names(fields: Fields, kind: str) -> list[QualifiedName]:
    pairs = [item for item in fields.values(kind) if isinstance(item, list)]
    return [QualifiedName(str(schema), str(name)) for schema, name in pairs]
