"""Names over 63 bytes: those that PostgreSQL cuts, and those that SQLAlchemy refuses by itself."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lint_indexes.model.catalog import Catalog
from lint_indexes.model.history import Run, Statement
from lint_indexes.model.names import QualifiedName, truncate_identifier
from lint_indexes.model.naming import LongName

_REFUSAL = re.compile(r"Identifier '(.+)' exceeds maximum length of \d+ characters")


def refused_name(run: Run) -> str | None:
    """The name whose length ended a run (sqlalchemy.exc.IdentifierError), or None."""
    if run.failure is None or run.failure.sqlstate is not None:
        return None
    found = _REFUSAL.search(run.failure.message)
    return found[1] if found else None


def long_names(statement: Statement) -> Iterator[LongName]:
    """The long names in a statement that name an index, a constraint or a table.

    Others do no harm here: a type, a function or a column is found under its cut name as well.
    """
    for name in statement.long_names if statement.steps else ():
        cut = truncate_identifier(name)
        catalogs = (statement.after, *(step.before for step in statement.steps))
        found = next((place for catalog in catalogs if (place := _place(cut, catalog))), None)
        if found is not None:
            stored, table = found
            yield LongName(name, stored, table, statement.origin)


def _place(name: str, catalog: Catalog) -> tuple[QualifiedName, QualifiedName] | None:
    """What has the name in a catalog, in any schema, and its table."""
    for index in catalog.indexes.values():
        if index.name.name == name:
            return index.name, index.table
    for constraint, tables in catalog.constraint_names.items():
        if constraint.name == name:
            return constraint, min(tables)
    return next(((table, table) for table in catalog.tables if table.name == name), None)
