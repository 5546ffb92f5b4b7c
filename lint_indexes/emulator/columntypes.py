"""Types as the system catalogs describe them, from the names that format_type() prints."""

from __future__ import annotations

import re
from functools import lru_cache

from lint_indexes.model.catalog import Catalog, TypeKind
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.names import ObjectName, QualifiedName


@dataclass(frozen=True, slots=True)
class BuiltinType:
    """A row of pg_type that every database has; ``array_oid`` is 0 where it has no array type."""

    oid: int
    name: str
    format: str
    array_oid: int
    category: str


def _builtins() -> dict[str, BuiltinType]:
    rows = """
        16|bool|boolean|1000|B
        17|bytea|bytea|1001|U
        18|char|"char"|1002|Z
        19|name|name|1003|S
        20|int8|bigint|1016|N
        21|int2|smallint|1005|N
        22|int2vector|int2vector|1006|A
        23|int4|integer|1007|N
        25|text|text|1009|S
        26|oid|oid|1028|N
        30|oidvector|oidvector|1013|A
        114|json|json|199|U
        142|xml|xml|143|U
        600|point|point|1017|G
        650|cidr|cidr|651|I
        700|float4|real|1021|N
        701|float8|double precision|1022|N
        790|money|money|791|N
        829|macaddr|macaddr|1040|U
        869|inet|inet|1041|I
        1042|bpchar|character|1014|S
        1043|varchar|character varying|1015|S
        1082|date|date|1182|D
        1083|time|time without time zone|1183|D
        1114|timestamp|timestamp without time zone|1115|D
        1184|timestamptz|timestamp with time zone|1185|D
        1186|interval|interval|1187|T
        1266|timetz|time with time zone|1270|D
        1560|bit|bit|1561|V
        1562|varbit|bit varying|1563|V
        1700|numeric|numeric|1231|N
        2205|regclass|regclass|2210|N
        2206|regtype|regtype|2211|N
        2278|void|void|0|P
        2279|trigger|trigger|0|P
        2950|uuid|uuid|2951|U
        3614|tsvector|tsvector|3643|U
        3615|tsquery|tsquery|3645|U
        3802|jsonb|jsonb|3807|U
        3904|int4range|int4range|3905|R
        3906|numrange|numrange|3907|R
        3908|tsrange|tsrange|3909|R
        3910|tstzrange|tstzrange|3911|R
        3912|daterange|daterange|3913|R
        3926|int8range|int8range|3927|R
    """
    types = {}
    for row in rows.split("\n"):
        if row.strip():
            oid, name, printed, array_oid, category = row.strip().split("|")
            types[printed] = BuiltinType(int(oid), name, printed, int(array_oid), category)
    return types


BUILTIN_TYPES = _builtins()
"""By the name that format_type() prints; values as in pg_type.dat of PostgreSQL 15."""

BUILTIN_BY_NAME = {builtin.name: builtin for builtin in BUILTIN_TYPES.values()}

_ARRAY = "[]"
_TYPE = re.compile(r"(?P<before>[^()]*?)\s*(?:\((?P<modifiers>[^()]*)\))?(?P<after>[^()]*)")


@dataclass(frozen=True, slots=True)
class TypeText:
    """A printed type, taken apart: ``numeric(10,2)[]`` is numeric, (10, 2), an array."""

    base: str
    modifiers: tuple[str, ...]
    array: bool


@lru_cache(maxsize=4096)
def split_type(text: str) -> TypeText:
    """Take a type as format_type() prints it apart."""
    array = text.endswith(_ARRAY)
    match = _TYPE.fullmatch(text.removesuffix(_ARRAY))
    if match is None:
        return TypeText(text.removesuffix(_ARRAY), (), array)
    modifiers = match["modifiers"]
    parts = tuple(part.strip() for part in modifiers.split(",")) if modifiers else ()
    return TypeText((match["before"] + match["after"]).strip(), parts, array)


@dataclass(frozen=True, slots=True)
class ColumnType:
    """A type found in the catalog.

    ``name`` is pg_type.typname of the element (or of the type itself, if it is no array), ``schema`` its
    schema, ``kind`` None for a type that PostgreSQL brings; ``base`` is what a domain is over.
    """

    text: TypeText
    name: str
    schema: str
    kind: TypeKind | None = None
    labels: tuple[str, ...] = ()
    base: str | None = None

    @property
    def udt_name(self) -> str:
        return f"_{self.name}" if self.text.array else self.name

    @property
    def qualified(self) -> QualifiedName:
        return QualifiedName(self.schema, self.name)


def name_of_type(text: str) -> ObjectName:
    """The name in the text of a type of the user's own, such as ``"My Schema".status``."""
    parts = [part[1:-1].replace('""', '"') if part.startswith('"') else part for part in _parts(text)]
    return ObjectName(parts[-1], parts[-2] if len(parts) > 1 else None)


def _parts(text: str) -> list[str]:
    return re.findall(r'"(?:[^"]|"")*"|[^."]+', text) or [text]


def resolve_type(catalog: Catalog, text: str) -> ColumnType:
    """The type that a printed name means on this catalog's search_path."""
    taken = split_type(text)
    builtin = BUILTIN_TYPES.get(taken.base)
    if builtin is not None:
        return ColumnType(taken, builtin.name, "pg_catalog")
    name = name_of_type(taken.base)
    found = catalog.find_type(name)
    if found is None:
        # An extension's type, or one that nobody has seen: it lives where unqualified names do.
        return ColumnType(taken, name.name, name.schema or catalog.current_schema or "public")
    return ColumnType(taken, found.name.name, found.name.schema, found.kind, found.labels, found.base)
