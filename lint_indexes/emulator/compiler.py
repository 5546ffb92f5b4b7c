"""Compiles scalar expressions to functions of a row: what the kinds of expression share, and names.

A name is looked up when the expression is compiled, so that a query on an empty table still raises for a
column that does not exist; what cannot be computed raises only when a row asks for it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from pglast import ast

from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.nodes import Node, strings
from lint_indexes.emulator import casts
from lint_indexes.emulator.backend import Backend
from lint_indexes.emulator.catalogs import SystemCatalogs
from lint_indexes.emulator.errors import Unsupported
from lint_indexes.emulator.scope import Frame, Position, Scope
from lint_indexes.emulator.values import (
    UNKNOWN,
    Evaluate,
)

if TYPE_CHECKING:
    from lint_indexes.emulator.plans import Plan

PlanQuery = Callable[["Compiler", Node, Scope | None], "Plan"]


UNKNOWN_PLACE = 1 << 30
"""Where a column stands that nobody has seen: behind all others, so that its conditions come last."""


class Record(dict[str, Any]):
    """A row variable of PL/pgSQL."""


@dataclass(slots=True)
class Compiler:
    """What the expressions of one statement share. ``used`` are the columns met since tracking began."""

    backend: Backend
    catalogs: SystemCatalogs
    plan_query: PlanQuery
    plan_change: Callable[[Compiler, Node, Scope], Plan]
    parameters: Sequence[object] = ()
    variables: Mapping[str, Any] = field(default_factory=dict)
    used: set[int] = field(default_factory=set)
    reads_user_tables: bool = False
    reads_catalogs: bool = False

    @contextmanager
    def tracking(self) -> Iterator[set[int]]:
        """Collect the positions of this query's own columns that are compiled within."""
        before, self.used = self.used, set()
        try:
            yield self.used
        finally:
            self.used = before | self.used

    def expression(self, node: Node, scope: Scope) -> Evaluate:
        """Compile a scalar expression.

        Raises:
            SqlError: for names that do not exist.
        """
        compile_node = _COMPILERS.get(type(node).__name__)
        if compile_node is None:
            return unsupported(f"the expression {type(node).__name__}")
        return compile_node(self, node, scope)

    def many(self, nodes: Sequence[Node] | None, scope: Scope) -> list[Evaluate]:
        return [self.expression(node, scope) for node in nodes or ()]


CompileNode = Callable[[Compiler, Any, Scope], Evaluate]
_COMPILERS: dict[str, CompileNode] = {}


def compiles(name: str) -> Callable[[CompileNode], CompileNode]:
    """Register what compiles the nodes of that class."""

    def register(compile_node: CompileNode) -> CompileNode:
        _COMPILERS[name] = compile_node
        return compile_node

    return register


def unsupported(reason: str) -> Evaluate:
    """What cannot be computed: it matters only where a row asks for it."""

    def evaluate(frame: Frame) -> Any:
        raise Unsupported(reason)

    return evaluate


def constant(value: Any) -> Evaluate:
    """The same value for every row."""
    return lambda frame: value


@compiles("A_Const")
def _constant(compiler: Compiler, node: Any, scope: Scope) -> Evaluate:
    if node.isnull:
        return constant(None)
    value = node.val
    if isinstance(value, ast.Integer):
        return constant(value.ival)
    if isinstance(value, ast.Float):
        return constant(casts.cast(compiler.backend, value.fval, "numeric"))
    if isinstance(value, ast.Boolean):
        return constant(value.boolval)
    if isinstance(value, ast.String):
        return constant(value.sval)
    return unsupported("a bit string")


@compiles("ParamRef")
def _parameter(compiler: Compiler, node: Any, scope: Scope) -> Evaluate:
    if node.number > len(compiler.parameters):
        raise SqlError("42P02", f"there is no parameter ${node.number}")
    return constant(compiler.parameters[node.number - 1])


@compiles("ColumnRef")
def _column(compiler: Compiler, node: Any, scope: Scope) -> Evaluate:
    if isinstance(node.fields[-1], ast.A_Star):
        return unsupported("a star in an expression")
    names = strings(node.fields)
    variable = _variable(compiler, names)
    try:
        position = scope.find(names)
    except SqlError:
        if variable is not None:
            return variable
        raise
    if position is None:
        compiler.used.add(UNKNOWN_PLACE)
        return variable or unsupported(f"the column {'.'.join(names)}, which nobody has seen")
    if variable is not None and position.width is None:
        raise SqlError("42702", f'column reference "{names[-1]}" is ambiguous')
    return _at(compiler, position, ".".join(names))


def _variable(compiler: Compiler, names: tuple[str, ...]) -> Evaluate | None:
    """The PL/pgSQL variable of that name, read when it is needed."""
    variables = compiler.variables
    value = variables.get(names[0], UNKNOWN)
    if len(names) == 1:
        return None if names[0] not in variables else lambda frame: _known(variables[names[0]], names[0])
    if isinstance(value, Record):
        field_name = names[-1]
        if field_name not in value:
            raise SqlError("42703", f'record "{names[0]}" has no field "{field_name}"')
        return lambda frame: _known(variables[names[0]][field_name], ".".join(names))
    return None


def _known(value: Any, name: str) -> Any:
    if value is UNKNOWN:
        raise Unsupported(f"the value of {name}")
    return value


def _at(compiler: Compiler, position: Position, name: str) -> Evaluate:
    depth, index, width = position.depth, position.index, position.width
    if depth == 0:
        compiler.used.update(range(index, index + (width or 1)))
    if width is not None:
        return lambda frame: tuple(_row(frame, depth)[index : index + width])

    def evaluate(frame: Frame) -> Any:
        value = frame[0][index] if depth == 0 else _row(frame, depth)[index]
        if value is UNKNOWN:
            raise Unsupported(f"the value of {name}")
        return value

    return evaluate


def _row(frame: Frame, depth: int) -> Any:
    for _ in range(depth):
        frame = frame[1]
    return frame[0]
