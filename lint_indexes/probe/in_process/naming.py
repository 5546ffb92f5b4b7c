"""The names that the project's naming_convention would give to what it names by hand."""

from __future__ import annotations

from sqlalchemy.schema import Column, Index, PrimaryKeyConstraint, UniqueConstraint
from sqlalchemy.sql import naming
from sqlalchemy.sql.elements import conv
from sqlalchemy.sql.schema import DEFAULT_NAMING_CONVENTION

_JUDGED = (Index, PrimaryKeyConstraint, UniqueConstraint)
_LONGEST = 63
# Arguments of an index that change nothing of what it is.
_MANNER = frozenset(("postgresql_concurrently",))


def conventional_names(metadata):
    """What indexes, primary keys and unique constraints with a name of their own would be called.

    Only for a convention that the project has set, and only where it leaves one choice: not for what it
    cannot tell apart from another one (a partial index, or one of several columns when the convention names
    the first), nor where a token of the project's own fails.

    Returns:
        ``{"schema", "name", "expected"}`` for each, the last a list of names that are all right.
    """
    found = []
    for one in metadata:
        if dict(one.naming_convention) != dict(DEFAULT_NAMING_CONVENTION):
            for table in one.tables.values():
                found += _names_on(table, one.naming_convention)
    return found


def _names_on(table, convention):
    items = [item for item in (*table.indexes, *table.constraints) if isinstance(item, _JUDGED)]
    taken = {str(item.name) for item in items if isinstance(item.name, str)}
    found = []
    for item in sorted(items, key=lambda item: str(item.name)):
        expected = _expected(item, table, convention) if _is_named_by_hand(item) else []
        if expected and not taken.intersection(expected).difference((item.name,)):
            found.append({"schema": table.schema, "name": str(item.name), "expected": expected})
    return found


def _is_named_by_hand(item):
    """conv() marks a name that a convention has given, or that none shall change."""
    return isinstance(item.name, str) and not isinstance(item.name, conv)


def _expected(item, table, convention):
    if isinstance(item, Index) and not _is_plain(item):
        return []
    kinds = [type(item)]
    if isinstance(item, Index) and item.unique:
        kinds.append(UniqueConstraint)
    names = [_name(kind, item, table, convention) for kind in kinds]
    return [name for name in names if name is not None and _tells_apart(name, item)]


def _is_plain(index):
    """Whether nothing but its columns tells the index from others: no expression, predicate, method ..."""
    options = [
        value
        for name, value in index.dialect_kwargs.items()
        if name.startswith("postgresql_") and name not in _MANNER
    ]
    return all(isinstance(key, Column) for key in index.expressions) and all(
        value is None or value is False or (isinstance(value, (dict, list, tuple)) and not value)
        for value in options
    )


def _name(kind, item, table, convention):
    """The name that the convention gives, None where it gives none, or one that is cut."""
    template = naming._get_convention(convention, kind)
    if not isinstance(template, str) or "constraint_name" in template:
        return None
    try:
        name = template % naming.ConventionDict(item, table, convention)
    except Exception:  # a token of the project's own may do anything
        return None
    return name if len(name.encode()) <= _LONGEST else None


def _tells_apart(name, item):
    """Whether the name has all columns in it; a table has but one primary key."""
    if isinstance(item, PrimaryKeyConstraint):
        return True
    return all(column.name in name or column.key in name for column in item.columns)
