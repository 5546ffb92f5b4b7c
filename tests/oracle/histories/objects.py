"""Schemas, types, domains, sequences, functions, extensions, the search_path."""

from __future__ import annotations

from histories.world import DOMAINS, FUNCTIONS, SCHEMAS, SEQUENCES, TYPES, Step, World
from lint_indexes.model.catalog import TypeKind
from lint_indexes.model.names import quote_identifier

_LABELS = ("sad", "happy", "ok", "It's")


def create_schema(world: World) -> Step:
    name = world.choose(SCHEMAS)
    return Step(f"CREATE SCHEMA {world.if_not_exists()}{name}", f"DROP SCHEMA {name}")


def drop_schema(world: World) -> Step:
    return Step(f"DROP SCHEMA {world.if_exists()}{world.schema()}{world.cascade()}")


def rename_schema(world: World) -> Step:
    old, new = world.schema(), world.choose(SCHEMAS)
    return Step(f"ALTER SCHEMA {old} RENAME TO {new}", f"ALTER SCHEMA {new} RENAME TO {old}")


def set_search_path(world: World) -> Step:
    path = world.either("public", "s1, public", "s2", "public, s1", '"$user", public', "s1")
    local = world.either("", "", "LOCAL ")
    return Step(f"SET {local}search_path = {path}", "SET search_path = public")


def _label(world: World) -> str:
    return "'" + world.choose(_LABELS).replace("'", "''") + "'"


def create_type(world: World) -> Step:
    name = world.new_name(TYPES)
    labels = ", ".join("'" + one.replace("'", "''") + "'" for one in world.some(_LABELS, 3))
    return Step(f"CREATE TYPE {name} AS ENUM ({labels})", f"DROP TYPE {name}")


def add_value(world: World) -> Step:
    place = world.either("", "", f" BEFORE {_label(world)}", f" AFTER {_label(world)}")
    name = world.type_name(TypeKind.ENUM)
    return Step(f"ALTER TYPE {name} ADD VALUE {world.if_not_exists()}{_label(world)}{place}")


def rename_value(world: World) -> Step:
    name = world.type_name(TypeKind.ENUM)
    known = [label for found in world.types(TypeKind.ENUM) for label in found.labels]
    known = known if known and not world.rarely(20) else list(_LABELS)
    old = "'" + world.choose(known).replace("'", "''") + "'"
    new = "'" + world.choose((*_LABELS, "merry", "blue")).replace("'", "''") + "'"
    return Step(
        f"ALTER TYPE {name} RENAME VALUE {old} TO {new}", f"ALTER TYPE {name} RENAME VALUE {new} TO {old}"
    )


def rename_type(world: World) -> Step:
    kind = world.choose([TypeKind.ENUM, TypeKind.DOMAIN])
    word = "TYPE" if kind is TypeKind.ENUM else "DOMAIN"
    new = world.choose(TYPES if kind is TypeKind.ENUM else DOMAINS)
    return Step(f"ALTER {word} {world.type_name(kind)} RENAME TO {new}")


def move_type(world: World) -> Step:
    kind = world.choose([TypeKind.ENUM, TypeKind.DOMAIN])
    return Step(f"ALTER TYPE {world.type_name(kind)} SET SCHEMA {world.schema()}")


def drop_type(world: World) -> Step:
    kind = world.choose([TypeKind.ENUM, TypeKind.ENUM, TypeKind.DOMAIN])
    word = world.either("TYPE", "DOMAIN") if kind is TypeKind.DOMAIN else "TYPE"
    return Step(f"DROP {word} {world.if_exists()}{world.type_name(kind)}{world.cascade()}")


def create_domain(world: World) -> Step:
    name = world.new_name(DOMAINS)
    base = world.either("integer CHECK (VALUE > 0)", "text", "character varying(20)", "numeric", "integer")
    return Step(f"CREATE DOMAIN {name} AS {base}", f"DROP DOMAIN {name}")


def create_sequence(world: World) -> Step:
    name = world.new_name(SEQUENCES)
    owner = ""
    if world.rarely(3):
        table = world.table()
        owner = f" OWNED BY {world.table_name(table)}.{quote_identifier(world.column(table).name)}"
    return Step(f"CREATE SEQUENCE {world.if_not_exists()}{name}{owner}", f"DROP SEQUENCE {name}")


def _sequence(world: World) -> str:
    return world.existing(world.catalog.sequences, SEQUENCES)


def drop_sequence(world: World) -> Step:
    return Step(f"DROP SEQUENCE {world.if_exists()}{_sequence(world)}{world.cascade()}")


def rename_sequence(world: World) -> Step:
    return Step(f"ALTER SEQUENCE {_sequence(world)} RENAME TO {world.choose(SEQUENCES)}")


def use_sequence(world: World) -> Step:
    table = world.table()
    column = quote_identifier(world.column(table).name)
    default = f"nextval('{_sequence(world)}')"
    return Step(f"ALTER TABLE {world.table_name(table)} ALTER COLUMN {column} SET DEFAULT {default}")


def create_function(world: World) -> Step:
    name = world.new_name(FUNCTIONS)
    kind, body = world.choose([("integer", "$1 + 1"), ("text", "lower($1)"), ("numeric", "$1")])
    replace = world.either("", "OR REPLACE ")
    sql = f"CREATE {replace}FUNCTION {name}({kind}) RETURNS {kind} LANGUAGE sql IMMUTABLE AS 'SELECT {body}'"
    return Step(sql, f"DROP FUNCTION {name}({kind})")


def _function(world: World) -> str:
    return world.existing(world.catalog.functions, FUNCTIONS)


def rename_function(world: World) -> Step:
    return Step(f"ALTER FUNCTION {_function(world)} RENAME TO {world.choose((*FUNCTIONS, 'h'))}")


def drop_function(world: World) -> Step:
    return Step(f"DROP FUNCTION {world.if_exists()}{_function(world)}{world.cascade()}")


def extension(world: World) -> Step:
    name = world.either("citext", "pg_trgm", "btree_gist")
    if world.rarely(2):
        return Step(f"DROP EXTENSION {world.if_exists()}{name}{world.cascade()}")
    return Step(f"CREATE EXTENSION {world.if_not_exists()}{name}", f"DROP EXTENSION {name}")


STEPS = (
    (3, create_schema),
    (1, drop_schema),
    (1, rename_schema),
    (3, set_search_path),
    (5, create_type),
    (3, add_value),
    (3, rename_value),
    (1, rename_type),
    (1, move_type),
    (3, drop_type),
    (2, create_domain),
    (3, create_sequence),
    (2, drop_sequence),
    (1, rename_sequence),
    (2, use_sequence),
    (3, create_function),
    (1, rename_function),
    (1, drop_function),
    (2, extension),
)
