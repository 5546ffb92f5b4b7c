"""Types of columns, and expressions and conditions over a column of each."""

from __future__ import annotations

from histories.world import World
from lint_indexes.ddl.apply import type_names
from lint_indexes.model.catalog import Column, Table, TypeKind
from lint_indexes.model.names import quote_identifier

NUMBERS = ("integer", "bigint", "smallint", "numeric", "numeric(10,2)", "double precision")
TEXTS = ("text", "character varying(20)", "character varying", "character(3)")
MOMENTS = ("timestamp without time zone", "date", "timestamp with time zone")
OTHERS = ("boolean", "jsonb", "uuid", "text[]", "integer[]")

_EXPRESSIONS = {
    "number": ("{c} + 1", "abs({c})", "- {c}", "coalesce({c}, 0)", "{c}::bigint", "{c} * 2", "{c} % 3"),
    "text": (
        "lower({c})",
        "upper({c}::text)",
        "{c} || 'x'",
        "length({c})",
        "coalesce({c}, '')",
        "substr({c}, 1, 3)",
        "CASE WHEN {c} = 'a' THEN 1 ELSE 2 END",
        "nullif({c}, '')",
    ),
    "moment": (
        "date_trunc('day', {c})",
        "{c}::date",
        "coalesce({c}, '2020-01-01')",
        "extract(year from {c})",
    ),
    "enum": ("coalesce({c}, {label})", "nullif({c}, {label})", "greatest({c}, {label})"),
    "boolean": ("NOT {c}", "coalesce({c}, false)", "{c} IS TRUE"),
    "jsonb": ("{c} ->> 'k'", "({c} -> 'k') ->> 'l'", "jsonb_typeof({c})"),
    "uuid": ("{c}::text",),
    "array": ("array_length({c}, 1)", "{c}[1]", "cardinality({c})"),
}

_CONDITIONS = {
    "number": (
        "{c} > 0",
        "{c} IN (1, 2)",
        "{c} BETWEEN 1 AND 9",
        "{c} = 5 OR {c} IS NULL",
        "{c} <> -1",
        "{c} >= 1.5",
        "NOT {c} = 3",
    ),
    "text": (
        "{c} = 'x'",
        "{c} IN ('a', 'b')",
        "{c} LIKE 'a%'",
        "{c} <> ''",
        "{c} NOT IN ('a', 'b') AND {c} IS NOT NULL",
        "length({c}) > 2",
        "{c}::text = ANY (ARRAY['a', 'b'])",
    ),
    "moment": ("{c} > '2020-01-01'", "{c} IS NOT NULL", "{c} = '2021-02-03 00:00:00'"),
    "enum": ("{c} = {label}", "{c} IN ({label}, {other})", "{c} <> {label}", "{c} > {label}"),
    "boolean": ("{c}", "NOT {c}", "{c} IS NOT TRUE", "{c} = true"),
    "jsonb": ("{c} @> '{{\"a\": 1}}'", "{c} ? 'k'", "{c} ->> 'k' = 'v'"),
    "uuid": ("{c} IS NOT NULL", "{c} <> '6a6eb0a9-5603-0000-0000-000000000000'"),
    "array": ("{c} = '{{}}'", "{c} IS NULL", "cardinality({c}) > 0"),
}


def new_type(world: World) -> str:
    """The type of a column: mostly one of PostgreSQL's own."""
    kind = world.choose(["number"] * 5 + ["text"] * 4 + ["moment", "other", "enum", "enum", "domain"])
    if kind == "enum" and world.types(TypeKind.ENUM):
        return world.type_name(TypeKind.ENUM)
    if kind == "domain" and world.types(TypeKind.DOMAIN):
        return world.type_name(TypeKind.DOMAIN)
    return world.choose({"text": TEXTS, "moment": MOMENTS, "other": OTHERS}.get(kind, NUMBERS))


def family(world: World, column: Column) -> str:
    """What expressions a column can be in."""
    user = type_names.resolve(world.catalog, column.type)
    if user is not None:
        found = world.catalog.types[user]
        base = found.base or ""
        if found.kind is TypeKind.ENUM:
            return "enum"
        return "text" if base in TEXTS else "number"
    if column.type.endswith("[]"):
        return "array"
    if column.type in NUMBERS:
        return "number"
    if column.type in MOMENTS:
        return "moment"
    return column.type if column.type in ("boolean", "jsonb", "uuid") else "text"


def _filled(world: World, pattern: str, column: Column) -> str:
    name = type_names.resolve(world.catalog, column.type)
    labels = world.catalog.types[name].labels if name is not None else ()
    label, other = (f"'{world.choose(labels or ('sad',))}'" for _ in range(2))
    return pattern.format(c=quote_identifier(column.name), label=label, other=other)


def expression(world: World, table: Table | None) -> str:
    """An expression over one column, or two numbers."""
    column = world.column(table)
    if world.rarely(10):
        return f"{quote_identifier(column.name)} + {quote_identifier(world.column(table).name)}"
    functions = world.catalog.functions
    if functions and world.rarely(6):
        called = world.choose(sorted(functions))
        return f"{world.name(called)}({quote_identifier(column.name)})"
    return _filled(world, world.choose(_EXPRESSIONS[family(world, column)]), column)


def condition(world: World, table: Table | None) -> str:
    """A condition over one column, or joined of two."""
    column = world.column(table)
    first = _filled(world, world.choose(_CONDITIONS[family(world, column)]), column)
    if not world.rarely(8):
        return first
    column = world.column(table)
    second = _filled(world, world.choose(_CONDITIONS[family(world, column)]), column)
    return f"({first}) {world.either('AND', 'OR')} ({second})"
