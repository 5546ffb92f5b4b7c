"""The operations that the client wants in a migration, as Alembic's own, and those as Python code."""

from __future__ import annotations

import functools
import re

from alembic.autogenerate import render
from alembic.autogenerate.api import AutogenContext
from alembic.operations import ops
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Column, Computed, DefaultClause, Identity, MetaData, Table, text
from sqlalchemy.dialects import postgresql

from .problems import Problem
from .reflected_types import column_type

# What text() would take for a bound parameter.
_BIND = re.compile(r"(?<![:\w\\]):(?=\w+(?!:))")


class AutocommitBlock(ops.OpContainer):
    """Operations that cannot run in a transaction; ``commits``: the open one is committed first."""

    commits = False


class Verbatim(ops.ExecuteSQLOp):
    """A statement that Alembic has no operation for."""


@render.renderers.dispatch_for(AutocommitBlock)
def _autocommit_block(autogen_context, op):
    prefix = autogen_context.opts["alembic_module_prefix"] or ""
    lines = [line for each in op.ops for line in render.render_op(autogen_context, each)]
    commit = [f"{prefix}get_bind().commit()"] if op.commits else []
    return [*commit, f"with {prefix}get_context().autocommit_block():", *lines, ""]


@render.renderers.dispatch_for(Verbatim)
def _verbatim(autogen_context, op):
    prefix = autogen_context.opts["alembic_module_prefix"] or ""
    return f"{prefix}execute({op.sqltext!r})"


def operations(directives, commits=False):
    """Alembic's operations for a list of directives: {"do": name, ...} as the protocol has them.

    ``commits``: a transaction is open that autocommit_block() does not end.

    Raises:
        Problem: a directive is not known.
    """
    found = [_operation(directive) for directive in directives]
    for each in found:
        if isinstance(each, AutocommitBlock):
            each.commits = commits
    return found


def python_lines(found, migration_context):
    """Operations as lines of Python, and the imports that they need, as Alembic renders them.

    Returns:
        (lines, imports), both lists of str; the lines stand at the outermost level.
    """
    autogen_context = AutogenContext(migration_context, autogenerate=False)
    autogen_context.imports = set()
    container = ops.UpgradeOps(found)
    body = render._render_cmd_body(container, autogen_context)
    lines = [line for line in body.splitlines() if not line.lstrip().startswith("# ###")]
    while lines and not lines[-1].strip():
        lines.pop()
    return lines, sorted(autogen_context.imports)


def _operation(directive):
    make = _MAKERS.get(directive["do"])
    if make is None:
        raise Problem(f"the probe does not know the operation {directive['do']}")
    return make(directive)


def _create_index(directive):
    options = {f"postgresql_{name}": value for name, value in directive["options"].items()}
    if "postgresql_where" in options:
        options["postgresql_where"] = _text(options["postgresql_where"])
    return ops.CreateIndexOp(
        directive["name"],
        directive["table"],
        [key if isinstance(key, str) else _key(key["sql"]) for key in directive["keys"]],
        schema=directive["schema"],
        unique=directive["unique"],
        **options,
    )


def _drop_index(directive):
    options = {"postgresql_concurrently": True} if directive["concurrently"] else {}
    return ops.DropIndexOp(directive["name"], directive["table"], schema=directive["schema"], **options)


def _add_unique(directive):
    return ops.CreateUniqueConstraintOp(
        directive["name"],
        directive["table"],
        directive["columns"],
        schema=directive["schema"],
        **_deferral(directive),
    )


def _add_foreign_key(directive):
    return ops.CreateForeignKeyOp(
        directive["name"],
        directive["table"],
        directive["references"],
        directive["columns"],
        directive["referenced_columns"],
        source_schema=directive["schema"],
        referent_schema=directive["referenced_schema"],
        ondelete=directive["on_delete"],
        onupdate=directive["on_update"],
        **_deferral(directive),
    )


def _deferral(directive):
    if not directive["deferrable"]:
        return {}
    return {"deferrable": True, "initially": "DEFERRED" if directive["initially_deferred"] else None}


def _drop_constraint(directive):
    return ops.DropConstraintOp(
        directive["name"], directive["table"], type_=directive["kind"], schema=directive["schema"]
    )


def _add_column(directive):
    column = _column(directive["column"])
    Table(directive["table"], MetaData(), column, schema=directive["schema"])
    return ops.AddColumnOp(directive["table"], column, schema=directive["schema"])


def _drop_column(directive):
    return ops.DropColumnOp(directive["table"], directive["column"], schema=directive["schema"])


def _create_table(directive):
    columns = [_column(column) for column in directive["columns"]]
    checks = [CheckConstraint(_text(sql), name=name) for name, sql in directive["checks"]]
    return ops.CreateTableOp(directive["table"], [*columns, *checks], schema=directive["schema"])


def _drop_table(directive):
    return ops.DropTableOp(directive["table"], schema=directive["schema"])


def _alter_type(directive):
    return ops.AlterColumnOp(
        directive["table"],
        directive["column"],
        schema=directive["schema"],
        existing_type=_type(directive["existing_type"]),
        modify_type=_type(directive["type"]),
    )


def _alter_nullable(directive):
    return ops.AlterColumnOp(
        directive["table"],
        directive["column"],
        schema=directive["schema"],
        existing_type=_type(directive["existing_type"]),
        modify_nullable=directive["nullable"],
    )


def _alter_default(directive):
    default = directive["default"]
    return ops.AlterColumnOp(
        directive["table"],
        directive["column"],
        schema=directive["schema"],
        existing_type=_type(directive["existing_type"]),
        modify_server_default=None if default is None else DefaultClause(_text(default)),
    )


def _execute(directive):
    return Verbatim(_BIND.sub(r"\\:", directive["sql"]))


def _autocommit(directive):
    return AutocommitBlock(operations(directive["body"]))


_MAKERS = {
    "create_index": _create_index,
    "drop_index": _drop_index,
    "add_unique": _add_unique,
    "add_foreign_key": _add_foreign_key,
    "drop_constraint": _drop_constraint,
    "add_column": _add_column,
    "drop_column": _drop_column,
    "create_table": _create_table,
    "drop_table": _drop_table,
    "alter_type": _alter_type,
    "alter_nullable": _alter_nullable,
    "alter_default": _alter_default,
    "execute": _execute,
    "autocommit": _autocommit,
}


def _column(described):
    arguments = []
    if described["generated"] is not None:
        arguments.append(Computed(_text(described["generated"]), persisted=True))
    elif described["identity"]:
        arguments.append(Identity())
    default = None if described["default"] is None else _text(described["default"])
    return Column(
        described["name"],
        _type(described["type"]),
        *arguments,
        server_default=default,
        nullable=described["nullable"],
    )


def _type(described):
    return column_type(described, postgresql.dialect.ischema_names)


def _text(sql):
    """SQL that Alembic renders as a text() of its own: one escape is for here, one for there."""
    return text(_BIND.sub(r"\\\\:", sql))


def _key(sql):
    """SQL that Alembic renders as a literal_column(), which has no bound parameters; older as a text()."""
    return _text(sql) if _keys_become_text() else text(_BIND.sub(r"\\:", sql))


@functools.lru_cache(maxsize=1)
def _keys_become_text():
    options = {"alembic_module_prefix": "op.", "sqlalchemy_module_prefix": "sa.", "render_item": None}
    migration_context = MigrationContext.configure(dialect_name="postgresql")
    context = AutogenContext(migration_context, opts=options, autogenerate=False)
    context.imports = set()
    return ".text(" in render.render_op_text(context, ops.CreateIndexOp("i", "t", [text("a")]))
