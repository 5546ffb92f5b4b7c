"""The system catalogs as relations with rows, made from the catalog when they are asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from lint_indexes.emulator.backend import Backend
from lint_indexes.emulator.catalog_columns import COLUMNS, EMPTY_RELATIONS
from lint_indexes.emulator.values import UNKNOWN
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.dataclass import dataclass

Row = tuple[Any, ...]
Rows = Iterator[Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Relation:
    """Named columns and rows. ``complete`` is false where further columns or rows may exist."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    complete: bool = True


_SOURCES: dict[str, Callable[[Backend], Rows]] = {}

SYSTEM_SCHEMAS = ("pg_catalog", "information_schema")


def system_relation(name: str) -> Callable[[Callable[[Backend], Rows]], Callable[[Backend], Rows]]:
    """Register what fills a relation: a function that yields its rows as mappings by column."""

    def register(source: Callable[[Backend], Rows]) -> Callable[[Backend], Rows]:
        _SOURCES[name] = source
        return source

    return register


class SystemCatalogs:
    """The relations of pg_catalog and information_schema as one backend sees them."""

    def __init__(self, backend: Backend) -> None:
        self._backend = backend
        self._catalog: Catalog | None = None
        self._made: dict[str, Relation] = {}

    def find(self, schema: str, name: str) -> Relation | None:
        """The relation of a system schema; None for one that is not known."""
        qualified = f"{schema}.{name}"
        if qualified not in COLUMNS:
            return self._empty(name) if schema == "pg_catalog" else None
        if self._catalog is not self._backend.catalog:
            self._catalog, self._made = self._backend.catalog, {}
        if qualified not in self._made:
            self._made[qualified] = self._fill(qualified)
        return self._made[qualified]

    def _empty(self, name: str) -> Relation | None:
        if name in EMPTY_RELATIONS:
            return Relation(EMPTY_RELATIONS[name])
        if name.startswith(("pg_stat", "pg_statio")):
            return Relation((), complete=False)
        return None

    def _fill(self, qualified: str) -> Relation:
        columns = COLUMNS[qualified]
        # Nearly every column of information_schema that is not filled is NULL in PostgreSQL too.
        missing = None if qualified.startswith("information_schema.") else UNKNOWN
        source = _SOURCES.get(qualified)
        rows = source(self._backend) if source is not None else iter(())
        return Relation(columns, tuple(tuple(row.get(column, missing) for column in columns) for row in rows))


def is_system(schema: str | None, name: str) -> bool:
    """Whether a name means a relation of a system schema: pg_catalog is searched before the search_path."""
    if schema is not None:
        return schema in SYSTEM_SCHEMAS
    return name.startswith("pg_")
