"""Indexes and constraints as directives."""

from __future__ import annotations

from lint_indexes.ddl.render import index_key
from lint_indexes.fixers.migration.writer import Writer, Written
from lint_indexes.model.catalog import Catalog, ConstraintKind, IndexKey
from lint_indexes.model.names import ObjectName, quote_identifier
from lint_indexes.model.operations import (
    AddConstraint,
    CreateIndex,
    DropConstraint,
    DropIndex,
    IndexDefinition,
)
from lint_indexes.model.restoring import IrreversibleError
from lint_indexes.probe.protocol import Directive

_KINDS = {
    ConstraintKind.PRIMARY_KEY: "primary",
    ConstraintKind.UNIQUE: "unique",
    ConstraintKind.FOREIGN_KEY: "foreignkey",
    ConstraintKind.CHECK: "check",
}


def create_index(writer: Writer, operation: CreateIndex) -> Written:
    outside = writer.without_blocking(operation.table) and not operation.only
    definition = operation.definition
    options = _options(definition)
    if outside:
        options["concurrently"] = True
    create: Directive = {
        "do": "create_index",
        "name": operation.name,
        **writer.place(operation.table),
        "unique": definition.unique,
        "keys": [_key(key) for key in definition.keys],
        "options": options,
    }
    if not outside:
        return [(False, create)]
    # What a failed CREATE INDEX CONCURRENTLY leaves is INVALID, and has the name.
    return [(True, {"do": "execute", "sql": _leftover(operation.name, create["schema"])}), (True, create)]


def _leftover(name: object, schema: object) -> str:
    found = ObjectName(str(name), None if schema is None else str(schema))
    return f"DROP INDEX CONCURRENTLY IF EXISTS {found}"


def drops_the_same(directive: Directive, following: Directive) -> bool:
    """Whether an index is dropped without blocking, and then once more if it exists."""
    dropped = directive["do"] == "drop_index" and directive["concurrently"]
    return bool(dropped) and following.get("sql") == _leftover(directive["name"], directive["schema"])


def _key(key: IndexKey) -> object:
    """A plain column by its name; what has an order, a collation or an expression as SQL."""
    plain = key.column is not None and key.collation is None and not key.opclass_options
    if plain and not key.descending and not key.nulls_first:
        return key.column
    return {"sql": index_key(key)}


def _options(definition: IndexDefinition) -> dict[str, object]:
    options: dict[str, object] = {}
    if definition.method != "btree":
        options["using"] = definition.method
    classes = {key.column: key.opclass for key in definition.keys if key.opclass and _key(key) == key.column}
    if classes:
        options["ops"] = classes
    if definition.include:
        options["include"] = list(definition.include)
    if definition.options:
        options["with"] = dict(definition.options)
    if definition.tablespace:
        options["tablespace"] = definition.tablespace
    if definition.nulls_not_distinct:
        options["nulls_not_distinct"] = True
    if definition.predicate is not None:
        options["where"] = definition.predicate
    return options


def drop_index(writer: Writer, operation: DropIndex) -> Written:
    written: Written = []
    for name in operation.names:
        index = writer.state.find_index(name)
        if index is None:
            raise IrreversibleError(f"index {name} is not known")
        table = index.table.in_full
        outside = writer.without_blocking(table)
        written.append(
            (
                outside,
                {"do": "drop_index", "name": name.name, **writer.place(table), "concurrently": outside},
            )
        )
    return written


def add_constraint(writer: Writer, operation: AddConstraint) -> Written | None:
    constraint = operation.constraint
    common = {
        "name": constraint.name,
        **writer.place(operation.table),
        "columns": list(constraint.columns),
        "deferrable": constraint.deferrable,
        "initially_deferred": constraint.initially_deferred,
    }
    if constraint.kind is ConstraintKind.FOREIGN_KEY and constraint.references is not None:
        target = writer.place(constraint.references)
        referenced = list(constraint.referenced_columns) or _primary_key(writer.state, constraint.references)
        return [
            (
                False,
                {
                    "do": "add_foreign_key",
                    **common,
                    "references": target["table"],
                    "referenced_schema": target["schema"],
                    "referenced_columns": referenced,
                    "on_delete": constraint.on_delete,
                    "on_update": constraint.on_update,
                },
            )
        ]
    if constraint.kind not in (ConstraintKind.UNIQUE, ConstraintKind.PRIMARY_KEY):
        return None
    if constraint.index is not None and writer.without_blocking(operation.table) and constraint.name:
        return _attach_index(writer, operation, constraint.index)
    plain = constraint.index is None or _options(constraint.index) == {}
    return [(False, {"do": "add_unique", **common})] if plain and constraint.kind is _UNIQUE else None


_UNIQUE = ConstraintKind.UNIQUE


def _attach_index(writer: Writer, operation: AddConstraint, definition: IndexDefinition) -> Written:
    """Build the index without blocking, then make it the constraint's, which takes a moment."""
    name = operation.constraint.name
    build = create_index(writer, CreateIndex(operation.table, name, definition))
    kind = "UNIQUE" if operation.constraint.kind is _UNIQUE else "PRIMARY KEY"
    deferral = " DEFERRABLE" if operation.constraint.deferrable else ""
    deferral += " INITIALLY DEFERRED" if operation.constraint.initially_deferred else ""
    place = writer.place(operation.table)
    table = ObjectName(str(place["table"]), None if place["schema"] is None else str(place["schema"]))
    quoted = quote_identifier(name or "")
    sql = f"ALTER TABLE {table} ADD CONSTRAINT {quoted} {kind} USING INDEX {quoted}{deferral}"
    return [*build, (False, {"do": "execute", "sql": sql})]


def _primary_key(state: Catalog, name: ObjectName) -> list[str]:
    table = state.find_table(name)
    keys = (one for one in table.constraints if one.kind is ConstraintKind.PRIMARY_KEY) if table else ()
    return [column for key in keys for column in key.columns]


def drop_constraint(writer: Writer, operation: DropConstraint) -> Written:
    table = writer.state.find_table(operation.table)
    constraint = table.constraint(operation.name) if table else None
    kind = None if constraint is None else _KINDS.get(constraint.kind)
    place = writer.place(operation.table)
    return [(False, {"do": "drop_constraint", "name": operation.name, **place, "kind": kind})]
