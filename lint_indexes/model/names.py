"""Names of PostgreSQL objects: qualified names, quoting, the length limit."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from lint_indexes.model.dataclass import dataclass

MAX_IDENTIFIER_BYTES = 63
"""NAMEDATALEN - 1 (PostgreSQL manual, 4.1.1 Identifiers and Key Words)."""

_PLAIN = re.compile(r"[a-z_][a-z0-9_$]*")

# Words that pg_catalog's quote_identifier quotes: every keyword that is not "unreserved"
# (PostgreSQL manual, appendix C).
_QUOTED_KEYWORDS = frozenset(
    """
    all analyse analyze and any array as asc asymmetric authorization between bigint binary bit boolean
    both case cast char character check coalesce collate collation column concurrently constraint create
    cross current_catalog current_date current_role current_schema current_time current_timestamp
    current_user dec decimal default deferrable desc distinct do else end except exists extract false
    fetch float for foreign freeze from full grant greatest group grouping having ilike in initially
    inner inout int integer intersect interval into is isnull join json_array json_arrayagg json_exists
    json_object json_objectagg json_query json_scalar json_serialize json_table json_value lateral
    leading least left like limit localtime localtimestamp merge_action national natural nchar none
    normalize not notnull null nullif numeric offset on only or order out outer overlaps overlay placing
    position precision primary real references returning right row select session_user setof similar
    smallint some substring symmetric system_user table tablesample then time timestamp to trailing
    treat trim true union unique user using values varchar variadic verbose when where window with
    xmlattributes xmlconcat xmlelement xmlexists xmlforest xmlnamespaces xmlparse xmlpi xmlroot
    xmlserialize xmltable
    """.split()
)


class QualifiedName(NamedTuple):
    """A name together with the schema that holds it.

    A tuple, since catalogs are looked up by it all the time: its hash and comparison are Python's own.
    """

    schema: str
    name: str

    def __str__(self) -> str:
        return f"{quote_identifier(self.schema)}.{quote_identifier(self.name)}"

    @property
    def in_full(self) -> ObjectName:
        """As a statement gives it, whatever the search_path is."""
        return ObjectName(self.name, self.schema)


@dataclass(frozen=True, slots=True)
class ObjectName:
    """A name as a statement gives it; without a schema it is looked up on the search_path."""

    name: str
    schema: str | None = None

    def __str__(self) -> str:
        return quote_identifier(self.name) if self.schema is None else str(self.qualify(self.schema))

    def qualify(self, default_schema: str) -> QualifiedName:
        """The qualified name; ``default_schema`` is used where the statement gave none."""
        return QualifiedName(self.schema or default_schema, self.name)


def quote_identifier(name: str) -> str:
    """The name as PostgreSQL prints it: in double quotes only where it must be."""
    if _PLAIN.fullmatch(name) and name not in _QUOTED_KEYWORDS:
        return name
    return '"' + name.replace('"', '""') + '"'


def truncate_identifier(name: str, limit: int = MAX_IDENTIFIER_BYTES) -> str:
    """Cut a name to ``limit`` bytes of UTF-8 at a character boundary, as PostgreSQL does."""
    encoded = name.encode()
    return name if len(encoded) <= limit else encoded[:limit].decode(errors="ignore")


def nearest_name(name: str, candidates: Iterable[str]) -> str | None:
    """The candidate that a mistyped name most likely means, whatever its case; None where nothing is near."""
    import difflib  # only for those who mistyped

    by_folded = {candidate.casefold(): candidate for candidate in sorted(candidates)}
    near = difflib.get_close_matches(name.casefold(), by_folded, n=1)
    return by_folded[near[0]] if near else None
