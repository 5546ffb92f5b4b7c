"""Default operator classes (PostgreSQL manual, 11.10 Operator Classes and Operator Families).

The table behind it, system_catalog/opclasses.tsv, is generated from pg_opclass by
scripts/generate_system_catalog.py; its first line names the version.
"""

from __future__ import annotations

from functools import lru_cache

from lint_indexes.ddl import system_catalog
from lint_indexes.ddl.normalize.coercion import Types
from lint_indexes.ddl.system_catalog import OperatorClass

# Names of old releases: PostgreSQL takes any of them for the default (ResolveOpClass).
_HISTORIC = frozenset(
    ("network_ops", "timespan_ops", "datetime_ops", "lztext_ops", "timestamp_ops", "bigbox_ops")
)


def default_operator_class(method: str, type_name: str, types: Types) -> str | None:
    """The operator class that an index of a method takes for a type; None where it has none."""
    base = types.base(type_name)
    if base in system_catalog.types():
        return _default_of_own(method, base)
    return _default(method, base, types)


@lru_cache(maxsize=1024)
def _default_of_own(method: str, base: str) -> str | None:
    """Of a type of PostgreSQL's own, whatever types there are besides."""
    return _default(method, base, Types({}))


def _default(method: str, base: str, types: Types) -> str | None:
    defaults = [one for one in system_catalog.operator_classes().get(method, ()) if one.default]
    exact = [one for one in defaults if one.type == base]
    compatible = [one for one in defaults if types.is_binary_coercible(base, one.type)]
    preferred = [one for one in compatible if types.is_preferred(one.type)]
    for found in (exact, preferred, compatible):
        if len(found) == 1:
            return found[0].name
    return None


@lru_cache(maxsize=1024)
def is_default_of_some_type(method: str, name: str) -> bool:
    """Whether an operator class is, or may be (it is not known here), the default of a type."""
    listed = [one for one in system_catalog.operator_classes().get(method, ()) if one.name == name]
    return not listed or any(one.default for one in listed)


def is_historic(name: str) -> bool:
    """Whether PostgreSQL ignores the name and takes the default."""
    return name in _HISTORIC


__all__ = ["OperatorClass", "default_operator_class", "is_default_of_some_type", "is_historic"]
