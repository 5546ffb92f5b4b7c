"""Runs one statement on a backend. Transactions are the session's, errors and doubts its caller's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from pglast import ast
from pglast.enums import DiscardMode, VariableSetKind

from lint_indexes.ddl import nodes
from lint_indexes.ddl.apply import apply
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.parse import ParsedStatement, parse
from lint_indexes.ddl.result import Result
from lint_indexes.emulator import (  # noqa: F401  (each registers its relations)
    array_functions,
    calls,
    changes,
    information_schema,
    information_schema_constraints,
    literals,
    pg_catalog,
    pg_class,
    pg_type,
    plpgsql,
    settings,
    toplevel,
)
from lint_indexes.emulator.backend import Backend
from lint_indexes.emulator.catalogs import SystemCatalogs
from lint_indexes.emulator.compiler import Compiler
from lint_indexes.emulator.errors import Unsupported
from lint_indexes.emulator.queries import plan_query
from lint_indexes.emulator.values import UNKNOWN, plain
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.operations import Opaque

_CHANGES = (ast.InsertStmt, ast.UpdateStmt, ast.DeleteStmt, ast.MergeStmt)

_ANSWERED_BY_A_SERVER = (ast.ExplainStmt, ast.ExecuteStmt, ast.FetchStmt)


class Executor:
    """Statements other than those that control transactions."""

    def __init__(self, backend: Backend) -> None:
        self.backend = backend
        self.catalogs = SystemCatalogs(backend)

    def run(
        self,
        statement: ParsedStatement,
        parameters: Sequence[object] = (),
        variables: Mapping[str, Any] | None = None,
    ) -> Result:
        """Run a statement.

        Raises:
            SqlError: as PostgreSQL refuses it.
            Unsupported: where its answer or its effect cannot be known.
        """
        node = statement.node
        toplevel.check(self.backend, node)
        if not statement.operations:
            literals.check(self.backend, statement, parameters)
        if isinstance(node, ast.VariableSetStmt):
            return self._set(node)
        if isinstance(node, ast.VariableShowStmt):
            return self._show(node)
        if isinstance(node, ast.DiscardStmt):
            return self._discard(node)
        if isinstance(node, ast.DoStmt):
            plpgsql.run_block(self, statement)
            return Result()
        compiler = self.compiler(parameters, variables or {})
        if isinstance(node, _CHANGES):
            return changes.change(compiler, node)
        if isinstance(node, ast.SelectStmt) and not statement.operations:
            return self._select(compiler, node)
        if isinstance(node, _ANSWERED_BY_A_SERVER):
            raise Unsupported(f"the rows of {type(node).__name__.removesuffix('Stmt').upper()}")
        changes.check_relations(compiler, node)
        before = self.backend.catalog
        self._apply(statement)
        if self.backend.catalog is not before:
            literals.check(self.backend, statement, parameters)
        return Result(rowcount=0 if isinstance(node, (ast.CopyStmt, ast.SelectStmt)) else -1)

    def run_text(self, sql: str, variables: Mapping[str, Any], parameters: Sequence[object] = ()) -> Result:
        """Run the statements in a text, as a function does; the result is the last one's.

        Raises:
            SqlError, Unsupported: as run().
        """
        result = Result()
        for statement in parse(sql):
            result = self.run(statement, parameters, variables)
        return result

    def compiler(self, parameters: Sequence[object], variables: Mapping[str, Any]) -> Compiler:
        return Compiler(self.backend, self.catalogs, plan_query, changes.plan_change, parameters, variables)

    def rows(self, compiler: Compiler, node: Any) -> tuple[tuple[str, ...], list[Sequence[Any]]]:
        """The columns and rows of a SELECT, as values of the emulator.

        Raises:
            SqlError, Unsupported: as run().
        """
        plan = plan_query(compiler, node, None)
        if compiler.reads_user_tables:
            self.backend.read_rows = True
        rows = plan.run(None)
        if compiler.reads_catalogs:
            self.backend.read_catalogs = True
            self._doubt_catalogs(compiler, node)
        return plan.columns, rows

    def _doubt_catalogs(self, compiler: Compiler, node: Any) -> None:
        """Say so where the answer may lack what nobody has seen, or is about a table not known for sure."""
        catalog = self.backend.catalog
        if catalog.open_world:
            self.backend.doubt("reads the system catalogs, in which objects that nobody has seen are missing")
        named = {one for one in compiler.parameters if isinstance(one, str)}
        named |= {one.sval for one in nodes.walk(node) if isinstance(one, ast.String) and one.sval}
        for table in catalog.sorted_tables():
            if table.name.name in named and (table.name in catalog.uncertain or not table.complete):
                self.backend.doubt(
                    f"reads the system catalogs about {table.name}, which is not known for sure"
                )

    def _select(self, compiler: Compiler, node: Any) -> Result:
        columns, rows = self.rows(compiler, node)
        unknown = {
            column for row in rows for column, value in zip(columns, row, strict=True) if value is UNKNOWN
        }
        if unknown:
            # Only a star brings them here: that there is a row matters more than their values.
            self.backend.doubt(f"gets NULL for what only a server knows: {', '.join(sorted(unknown))}")
        shown = (tuple(None if value is UNKNOWN else plain(value) for value in row) for row in rows)
        return Result(columns, tuple(shown), len(rows))

    def _apply(self, statement: ParsedStatement) -> None:
        backend = self.backend
        before = backend.catalog
        for operation in statement.operations:
            if isinstance(operation, Opaque):
                tables = [backend.qualify(name) for name in operation.tables]
                backend.doubt(operation.reason, [table for table in tables if table is not None])
            earlier = backend.catalog
            try:
                backend.catalog = apply(
                    earlier,
                    operation,
                    origin=backend.origin,
                    lenient=backend.lenient,
                    postgres_version=backend.postgres_version,
                )
            finally:
                backend.note_step(operation, earlier)
        literals.note_labels(backend, before)

    def _set(self, node: Any) -> Result:
        backend, local = self.backend, bool(node.is_local)
        if node.kind == VariableSetKind.VAR_RESET_ALL:
            backend.reset_all()
        elif node.kind in (VariableSetKind.VAR_RESET, VariableSetKind.VAR_SET_DEFAULT):
            backend.set(node.name, None, local=local)
        elif node.kind == VariableSetKind.VAR_SET_VALUE:
            self._set_value(node.name, node.args, local)
        return Result()

    def _set_value(self, name: str, arguments: Sequence[Any], local: bool) -> None:
        texts = [setting_text(argument) for argument in arguments]
        if name == "search_path":
            # Each argument is one name, however it is quoted.
            self.backend.set(name, settings.print_search_path(tuple(texts)), local=local)
        else:
            self.backend.set(name, ", ".join(texts), local=local)

    def _show(self, node: Any) -> Result:
        if node.name == "all":
            raise Unsupported("SHOW ALL")
        value = self.backend.setting(node.name)
        return Result((node.name,), ((value,),), 1)

    def _discard(self, node: Any) -> Result:
        if node.target == DiscardMode.DISCARD_ALL:
            self.backend.reset_all()
        return Result()

    def tables_named(self, node: Any) -> list[QualifiedName]:
        """The tables that a statement's node names."""
        ranges = (one for one in nodes.walk(node) if isinstance(one, ast.RangeVar))
        found = (self.backend.qualify(nodes.range_name(one)) for one in ranges)
        return sorted({table for table in found if table is not None})


def setting_text(node: Any) -> str:
    """An argument of SET as text."""
    if isinstance(node, ast.TypeCast):
        return setting_text(node.arg)
    value = node.val
    if isinstance(value, ast.Integer):
        return str(value.ival)
    if isinstance(value, ast.Float):
        return str(value.fval)
    if isinstance(value, ast.String):
        return str(value.sval)
    if isinstance(value, ast.Boolean):
        return "on" if value.boolval else "off"
    raise SqlError("22023", "SET requires constant arguments")
