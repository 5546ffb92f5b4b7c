"""Types by the text that format_type() prints, looked up in the catalog."""

from __future__ import annotations

import re
from dataclasses import replace

from lint_indexes.ddl import system_catalog
from lint_indexes.ddl.apply.context import Context
from lint_indexes.ddl.apply.lookup import replace_column
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.types import STANDARD_NAMES
from lint_indexes.model.catalog import Catalog, Column, Table
from lint_indexes.model.names import ObjectName, QualifiedName, quote_identifier

_PARTS = re.compile(r'"(?:[^"]|"")+"|[^."]+')
_MODIFIERS = re.compile(r"\([^)]*\)")


def element_name(text: str) -> ObjectName:
    """The name in a type's text, without its modifiers and without ``[]``.

    >>> element_name('app."Status"[]')
    ObjectName(name='Status', schema='app')
    """
    bare = _MODIFIERS.sub("", text.removesuffix("[]"))
    parts = [_unquoted(part) for part in _PARTS.findall(bare)]
    return ObjectName(parts[-1], parts[-2] if len(parts) > 1 else None)


def _unquoted(part: str) -> str:
    return part[1:-1].replace('""', '"') if part.startswith('"') else part


def resolve(catalog: Catalog, text: str) -> QualifiedName | None:
    """The type of the catalog that a text names; None for what is not the user's own."""
    if not catalog.types:
        return None
    found = catalog.find_type(element_name(text))
    return found.name if found is not None else None


def uses(catalog: Catalog, text: str, name: QualifiedName) -> bool:
    """Whether a text names the type."""
    wanted = element_name(text)
    if wanted.name != name.name:
        return False
    if wanted.schema is not None:
        return wanted.schema == name.schema
    found = catalog.find_type(wanted)
    return found is None or found.name == name


def columns_of_type(catalog: Catalog, name: QualifiedName) -> list[tuple[Table, Column]]:
    """The columns of that type, in the order of their tables' names."""
    found = [
        (table, column)
        for table in catalog.tables.values()
        for column in table.columns
        if name.name in column.type and uses(catalog, column.type, name)
    ]
    return sorted(found, key=lambda pair: pair[0].name)


def with_search_path(catalog: Catalog, path: tuple[str, ...]) -> Catalog:
    """The catalog with another search_path: the types of columns have their schemas where it needs them."""
    after = replace(catalog, search_path=path)
    if path == catalog.search_path:
        return after
    for name in catalog.types:
        before, now = (_is_visible(state, name) for state in (catalog, after))
        if before == now:
            continue
        for table, column in columns_of_type(catalog, name):
            suffix = "[]" if column.type.endswith("[]") else ""
            spelt = quote_identifier(name.name) if now else str(name)
            current = after.tables[table.name]
            changed = replace(column, type=f"{spelt}{suffix}")
            after = after.with_table(replace_column(current, column.name, changed))
    return after


def _is_visible(catalog: Catalog, name: QualifiedName) -> bool:
    """Whether the name finds the type without a schema."""
    found = catalog.find_type(ObjectName(name.name))
    return found is not None and found.name == name


def are_alike(catalog: Catalog, one: str, other: str) -> bool:
    """Whether two texts name one type."""
    if one == other or one.endswith("[]") != other.endswith("[]"):
        return one == other
    found = resolve(catalog, one)
    return found is not None and found == resolve(catalog, other)


def attributes(catalog: Catalog, name: ObjectName) -> tuple[Column, ...]:
    """The columns of a table that is OF a composite type."""
    found = catalog.find_type(name)
    return found.attributes if found is not None else ()


def qualified(catalog: Catalog, name: ObjectName | None) -> QualifiedName | None:
    """Where the type of that name is, if there is one."""
    found = catalog.find_type(name) if name is not None else None
    return found.name if found is not None else None


def check(catalog: Catalog, text: str, context: Context) -> None:
    """Raise where a type does not exist.

    With an extension installed that is not known here, any type may.

    Raises:
        SqlError: 42704, or 3F000 where its schema does not exist.
    """
    if context.allows_unknown(catalog):
        return
    if _MODIFIERS.sub("", text.removesuffix("[]")) in STANDARD_NAMES or text.startswith("interval"):
        return
    name = element_name(text)
    if name.schema == "pg_catalog" or catalog.find_type(name) or catalog.find_table(name):
        return
    if _is_installed(catalog, name.name):
        return
    if name.schema is not None and name.schema not in catalog.schemas:
        raise SqlError("3F000", f'schema "{name.schema}" does not exist')
    shown = f"{name.schema}.{name.name}" if name.schema is not None else name.name
    raise SqlError("42704", f'type "{shown}" does not exist')


def _is_installed(catalog: Catalog, name: str) -> bool:
    """Whether PostgreSQL itself or an extension has the type; of an extension not known here, it may be."""
    known = system_catalog.types()
    found = known.get(name) or known.get(name.removeprefix("_"))
    if found is not None:
        return not found.extension or found.extension in catalog.extensions
    with_types = {known_type.extension for known_type in known.values()} | _WITHOUT_TYPES
    return any(extension not in with_types for extension in catalog.extensions)


# Extensions that are often installed and declare no type that a column has.
_WITHOUT_TYPES = frozenset(
    """
    bloom btree_gin btree_gist earthdistance fuzzystrmatch pg_stat_statements pg_trgm pgcrypto plpgsql
    tablefunc unaccent uuid-ossp
    """.split()
)
