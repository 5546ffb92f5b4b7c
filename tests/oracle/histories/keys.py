"""Indexes and constraints."""

from __future__ import annotations

from histories.expressions import condition, expression, family
from histories.world import CONSTRAINTS, INDEXES, Step, World
from lint_indexes.model.catalog import ConstraintKind, Index, RelationKind, Table
from lint_indexes.model.names import quote_identifier

_INDEXABLE = (RelationKind.TABLE, RelationKind.PARTITIONED_TABLE, RelationKind.MATERIALIZED_VIEW)
_TABLES = (RelationKind.TABLE, RelationKind.PARTITIONED_TABLE)


def index_key(world: World, table: Table | None) -> str:
    column = world.column(table)
    name = quote_identifier(column.name)
    kind = world.weighted([(10, "plain"), (5, "expression"), (2, "order"), (2, "class"), (1, "collation")])
    if kind == "expression":
        return f"({expression(world, table)})"
    if kind == "order":
        return name + world.either(" DESC", " DESC NULLS LAST", " NULLS FIRST", " ASC")
    of_text = family(world, column) == "text"
    if kind == "class" and of_text:
        return f"{name} {world.either('text_pattern_ops', 'varchar_pattern_ops', 'text_ops')}"
    if kind == "collation" and of_text:
        return f'{name} COLLATE "C"'
    return name


def where(world: World, table: Table | None) -> str:
    return f" WHERE {condition(world, table)}" if world.rarely(3) else ""


def create_index(world: World) -> Step:
    return _create_index(world, "")


def create_index_concurrently(world: World) -> Step:
    return _create_index(world, "CONCURRENTLY ")


def _create_index(world: World, concurrently: str) -> Step:
    table = world.table(*_INDEXABLE)
    unique = "UNIQUE " if world.rarely(4) else ""
    name = quote_identifier(world.new_index_name()) if not world.rarely(3) else ""
    if_not_exists = "IF NOT EXISTS " if name and world.rarely(6) else ""
    only = "ONLY " if table is not None and table.partition_key and world.rarely(3) else ""
    method, keys = "", ", ".join(index_key(world, table) for _ in range(world.number(1, 2)))
    column = world.column(table)
    if family(world, column) in ("jsonb", "array") and not unique:
        method, keys = "USING gin ", quote_identifier(column.name)
    include = f" INCLUDE ({world.columns(table, 1)})" if not method and world.rarely(6) else ""
    nulls = " NULLS NOT DISTINCT" if unique and world.rarely(5) else ""
    options = f" WITH (fillfactor={world.number(50, 90)})" if not method and world.rarely(8) else ""
    sql = (
        f"CREATE {unique}INDEX {concurrently}{if_not_exists}{name}{' ' if name else ''}ON {only}"
        f"{world.table_name(table)} {method}({keys}){include}{nulls}{options}{where(world, table)}"
    )
    return Step(sql, f"DROP INDEX {concurrently}{name}" if name else None)


def _is_plain(index: Index) -> bool:
    return index.constraint is None


def drop_index(world: World) -> Step:
    index = world.index(_is_plain if not world.rarely(4) else lambda _: True)
    return Step(f"DROP INDEX {world.if_exists()}{world.index_name(index)}{world.cascade()}")


def drop_index_concurrently(world: World) -> Step:
    return Step(f"DROP INDEX CONCURRENTLY {world.if_exists()}{world.index_name(world.index(_is_plain))}")


def rename_index(world: World) -> Step:
    index, new = world.index(), world.new_index_name()
    word = world.either("INDEX", "INDEX", "TABLE")
    undo = (
        f"ALTER INDEX {quote_identifier(new)} RENAME TO {quote_identifier(index.name.name)}"
        if index
        else None
    )
    sql = f"ALTER {word} {world.if_exists()}{world.index_name(index)} RENAME TO {quote_identifier(new)}"
    return Step(sql, undo)


def set_index_options(world: World) -> Step:
    name = world.index_name(world.index(lambda index: index.method == "btree"))
    option = world.either(f"SET (fillfactor = {world.number(50, 90)})", "RESET (fillfactor)")
    return Step(f"ALTER INDEX {world.if_exists()}{name} {option}", f"ALTER INDEX {name} RESET (fillfactor)")


def attach_index(world: World) -> Step:
    catalog = world.catalog
    parent = world.index(lambda index: catalog.tables[index.table].kind is RelationKind.PARTITIONED_TABLE)
    below = world.index(
        lambda index: parent is None or catalog.tables[index.table].partition_of == parent.table
    )
    return Step(f"ALTER INDEX {world.index_name(parent)} ATTACH PARTITION {world.index_name(below)}")


def reindex(world: World) -> Step:
    if world.rarely(2):
        return Step(f"REINDEX TABLE {world.table_name(world.table())}")
    return Step(f"REINDEX INDEX {world.index_name(world.index())}")


def reindex_concurrently(world: World) -> Step:
    return Step(f"REINDEX INDEX CONCURRENTLY {world.index_name(world.index())}")


def new_constraint_name(world: World, table: Table | None) -> str:
    """CONSTRAINT and a name, or nothing: then PostgreSQL chooses one."""
    if not world.rarely(2):
        return ""
    taken = {constraint.name for constraint in table.constraints} if table is not None else set()
    free = [name for name in CONSTRAINTS if name not in taken]
    return f"CONSTRAINT {quote_identifier(world.choose(free if not world.rarely(10) else CONSTRAINTS))} "


def references(world: World) -> str:
    """REFERENCES another table: its primary key, or columns that are unique."""
    other = world.table(*_TABLES)
    keys = [
        constraint.columns
        for constraint in (other.constraints if other is not None else ())
        if constraint.kind in (ConstraintKind.PRIMARY_KEY, ConstraintKind.UNIQUE)
    ]
    named = ""
    if keys and world.rarely(2):
        named = f" ({', '.join(map(quote_identifier, world.choose(keys)))})"
    elif world.rarely(8):
        named = f" ({world.columns(other, 1)})"
    action = world.either("", "", " ON DELETE CASCADE", " ON UPDATE SET NULL", " DEFERRABLE")
    return f"REFERENCES {world.table_name(other)}{named}{action}"


def table_constraint(world: World, table: Table | None) -> str:
    """A constraint as CREATE TABLE and ADD have it, without its name."""
    kind = world.weighted([(4, "unique"), (2, "primary"), (4, "check"), (4, "foreign"), (2, "exclude")])
    if kind == "foreign" and not world.tables():
        kind = "check"
    if kind == "unique":
        include = f" INCLUDE ({world.columns(table, 1)})" if world.rarely(8) else ""
        return f"UNIQUE ({world.columns(table)}){include}{world.either('', '', '', ' DEFERRABLE')}"
    if kind == "primary":
        return f"PRIMARY KEY ({world.columns(table)})"
    if kind == "check":
        no_inherit = " NO INHERIT" if world.rarely(12) else ""
        return f"CHECK ({condition(world, table)}){no_inherit}{' NOT VALID' if world.rarely(10) else ''}"
    if kind == "foreign":
        columns = world.columns(table, 1)
        return f"FOREIGN KEY ({columns}) {references(world)}"
    subject = (
        f"({expression(world, table)})" if world.rarely(3) else quote_identifier(world.column(table).name)
    )
    predicate = f" WHERE ({condition(world, table)})" if world.rarely(3) else ""
    return f"EXCLUDE USING btree ({subject} WITH =){predicate}"


def add_constraint(world: World) -> Step:
    table = world.table(*_TABLES)
    name = new_constraint_name(world, table)
    only = "ONLY " if world.rarely(20) else ""
    sql = f"ALTER TABLE {only}{world.table_name(table)} ADD {name}{table_constraint(world, table)}"
    undo = None
    if name:
        undo = f"ALTER TABLE {world.table_name(table)} DROP {name.strip()}"
    return Step(sql, undo)


def add_using_index(world: World) -> Step:
    index = world.index(lambda one: one.unique and one.constraint is None)
    table = world.catalog.tables.get(index.table) if index is not None else world.table()
    kind = world.either("UNIQUE", "UNIQUE", "PRIMARY KEY")
    named = quote_identifier(index.name.name if index is not None else world.choose(INDEXES))
    name = new_constraint_name(world, table)
    return Step(f"ALTER TABLE {world.table_name(table)} ADD {name}{kind} USING INDEX {named}")


def _constraint(world: World, table: Table | None) -> str:
    known = table.constraints if table is not None else ()
    name = world.choose(known).name if known and not world.rarely(30) else world.choose(CONSTRAINTS)
    return quote_identifier(name)


def _constrained(world: World) -> Table | None:
    known = [table for table in world.tables() if table.constraints]
    return world.choose(known) if known and not world.rarely(20) else world.table()


def drop_constraint(world: World) -> Step:
    table = _constrained(world)
    sql = f"DROP CONSTRAINT {world.if_exists()}{_constraint(world, table)}{world.cascade()}"
    only = "ONLY " if world.rarely(20) else ""
    return Step(f"ALTER TABLE {only}{world.table_name(table)} {sql}")


def rename_constraint(world: World) -> Step:
    table = _constrained(world)
    old, new = _constraint(world, table), quote_identifier(world.choose(CONSTRAINTS))
    name = world.table_name(table)
    return Step(
        f"ALTER TABLE {name} RENAME CONSTRAINT {old} TO {new}",
        f"ALTER TABLE {name} RENAME CONSTRAINT {new} TO {old}",
    )


def validate_constraint(world: World) -> Step:
    table = _constrained(world)
    only = "ONLY " if world.rarely(6) else ""
    at = f"{only}{world.table_name(table)}"
    return Step(f"ALTER TABLE {at} VALIDATE CONSTRAINT {_constraint(world, table)}")


STEPS = (
    (14, create_index),
    (5, drop_index),
    (4, rename_index),
    (2, set_index_options),
    (2, attach_index),
    (1, reindex),
    (12, add_constraint),
    (4, add_using_index),
    (5, drop_constraint),
    (3, rename_constraint),
    (1, validate_constraint),
    (1, create_index_concurrently),
    (1, drop_index_concurrently),
)

ALONE = (
    (4, create_index_concurrently),
    (3, drop_index_concurrently),
    (2, reindex_concurrently),
)
"""What PostgreSQL refuses inside a transaction."""
