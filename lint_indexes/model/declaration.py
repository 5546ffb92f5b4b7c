"""An index as the SQLAlchemy source that declares it in a model."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lint_indexes.model.catalog import ConstraintKind, Index, IndexKey
from lint_indexes.model.names import quote_identifier


def sqlalchemy_declaration(index: Index) -> str:
    """The ``Index(...)`` or ``UniqueConstraint(...)`` to put into a model's ``__table_args__``."""
    name = _literal(index.name.name)
    if index.constraint is ConstraintKind.UNIQUE and index.method == "btree" and not index.predicate:
        return _call(
            "UniqueConstraint", [*(_literal(key.column or "") for key in index.keys), f"name={name}"]
        )
    return _call("Index", [name, *map(_key, index.keys), *_options(index)])


def _key(key: IndexKey) -> str:
    """A plain key by its column's name; one with an order or an expression as text()."""
    if key.column is not None and _is_plain(key):
        return _literal(key.column)
    sql = quote_identifier(key.column) if key.column is not None else f"({key.expression})"
    collation = f" COLLATE {key.collation}" if key.collation else ""
    # An opclass stands between expression and order; Index's postgresql_ops is for plain columns only.
    opclass = f" {key.opclass}" if key.opclass else ""
    return f"text({_literal(sql + collation + opclass + _order(key))})"


def _order(key: IndexKey) -> str:
    nulls = "" if key.nulls_first == key.descending else f" NULLS {'FIRST' if key.nulls_first else 'LAST'}"
    return (" DESC" if key.descending else "") + nulls


def _options(index: Index) -> Iterator[str]:
    if index.unique:
        yield "unique=True"
    if index.method != "btree":
        yield f"postgresql_using={_literal(index.method)}"
    if opclasses := {str(key.column): key.opclass for key in index.keys if _is_plain(key) and key.opclass}:
        yield f"postgresql_ops={_mapping(opclasses)}"
    if index.include:
        yield f"postgresql_include=[{', '.join(map(_literal, index.include))}]"
    if index.options:
        yield f"postgresql_with={_mapping(dict(index.options))}"
    if index.nulls_not_distinct:
        yield "postgresql_nulls_not_distinct=True"
    if index.predicate:
        yield f"postgresql_where=text({_literal(index.predicate)})"


def _is_plain(key: IndexKey) -> bool:
    return key.column is not None and not _order(key) and key.collation is None


def _call(function: str, arguments: list[str]) -> str:
    return f"{function}({', '.join(arguments)})"


def _mapping(values: Mapping[str, str]) -> str:
    return "{" + ", ".join(f"{_literal(key)}: {_literal(value)}" for key, value in values.items()) + "}"


def _literal(value: str) -> str:
    """A Python string literal in double quotes where that needs no escape."""
    plain = '"' not in value and "\\" not in value and value.isprintable()
    return f'"{value}"' if plain else repr(value)
