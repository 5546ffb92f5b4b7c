"""How operations name things as directives: tables, types and columns."""

from __future__ import annotations

from lint_indexes.emulator.columntypes import resolve_type
from lint_indexes.model.catalog import Catalog, RelationKind, TypeKind
from lint_indexes.model.names import ObjectName
from lint_indexes.model.operations import ColumnDefinition
from lint_indexes.model.restoring import IrreversibleError
from lint_indexes.probe.protocol import Directive

Written = list[tuple[bool, Directive]]
"""Pairs of whether it must run outside the transaction, and the directive."""


class Writer:
    """What is known while one operation after the other is written; ``state`` is what the next one finds.

    ``concurrently`` is whether indexes of tables that are there before are made without blocking writes.
    """

    def __init__(self, before: Catalog, concurrently: bool) -> None:
        self.state = before
        self._existing = before
        self._concurrently = concurrently

    def place(self, name: ObjectName) -> dict[str, object]:
        """``table`` and ``schema`` of a table."""
        return {"table": name.name, "schema": self.relative(name).schema}

    def relative(self, name: ObjectName) -> ObjectName:
        """A name without its schema where that is the default one, which another search_path may replace."""
        return ObjectName(name.name) if name.schema == self.state.current_schema else name

    def without_blocking(self, table: ObjectName) -> bool:
        """Whether the indexes of a table are built and dropped CONCURRENTLY.

        PostgreSQL refuses that for partitioned tables, and a new table has no readers.
        """
        found = self._existing.find_table(table)
        return self._concurrently and found is not None and found.kind is not RelationKind.PARTITIONED_TABLE

    def type(self, name: str) -> dict[str, object]:
        """A type as the inspector describes it."""
        found = resolve_type(self.state, name)
        labels = list(found.labels) if found.kind is TypeKind.ENUM else None
        schema = None if found.schema in ("pg_catalog", self.state.current_schema) else found.schema
        return {"name": name, "enum": labels, "schema": schema}

    def column(self, column: ColumnDefinition) -> dict[str, object]:
        return {
            "name": column.name,
            "type": self.type(column.type),
            "nullable": not column.not_null,
            "default": column.default,
            "generated": column.generated,
            "identity": column.identity,
        }

    def column_type(self, table: ObjectName, column: str) -> dict[str, object]:
        found = self.state.find_table(table)
        existing = found.column(column) if found else None
        if existing is None:
            raise IrreversibleError(f"column {column} of {table} is not known")
        return self.type(existing.type)
