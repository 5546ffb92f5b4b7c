"""What a policy entry names, looked for in the catalogs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from lint_indexes.model.catalog import Catalog, Index
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.names import QualifiedName, nearest_name, quote_identifier


@dataclass(frozen=True, slots=True)
class UnknownTarget:
    """A table (``columns`` is empty) or columns of it that no catalog has, with the nearest names."""

    table: QualifiedName
    columns: tuple[str, ...] = ()
    nearest: tuple[str, ...] = ()

    def __str__(self) -> str:
        table = f"table {_label(self.table)}"
        if not self.columns:
            return table
        names = " and ".join(map(quote_identifier, self.columns))
        return f"{'column' if len(self.columns) == 1 else 'columns'} {names} of {table}"


def unknown_target(index: Index, catalogs: Sequence[Catalog]) -> UnknownTarget | None:
    """The table, or the columns, of an index that none of the catalogs has; None where all may be there.

    A table that is not completely known may have any column; so may any table of an open world.
    """
    if any(catalog.open_world or index.table in catalog.uncertain for catalog in catalogs):
        return None
    tables = [catalog.tables[index.table] for catalog in catalogs if index.table in catalog.tables]
    if not tables:
        labels = (_label(name) for catalog in catalogs for name in catalog.tables)
        return UnknownTarget(index.table, nearest=_nearest([_label(index.table)], labels))
    known = {column.name for table in tables for column in table.columns}
    missing = sorted(index.columns - known)
    if not missing or not all(table.complete for table in tables):
        return None
    return UnknownTarget(index.table, tuple(missing), _nearest(missing, known))


def _nearest(names: Iterable[str], known: Iterable[str]) -> tuple[str, ...]:
    candidates = tuple(known)
    return tuple(found for name in names if (found := nearest_name(name, candidates)) is not None)


def _label(table: QualifiedName) -> str:
    """A table's name as people say it: without the schema that everybody has."""
    return quote_identifier(table.name) if table.schema == "public" else str(table)
