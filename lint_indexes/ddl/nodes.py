"""Reading pglast's parse nodes: names, option lists, the columns of an expression, text and back."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cache, lru_cache
from typing import Any

from pglast import ast, parse_sql
from pglast.enums import BoolExprType
from pglast.parser import ParseError
from pglast.stream import RawStream

from lint_indexes.ddl.errors import SqlError
from lint_indexes.model.names import ObjectName, quote_identifier

Node = Any
"""A node of pglast.ast; pglast has no type information."""

# pglast checks each attribute that its own parser sets, which takes nine tenths of the time of parsing.
# Only of Boolean does the check change something.
_checked = ast.Node.__setattr__
ast.Node.__setattr__ = object.__setattr__  # type: ignore[method-assign, assignment]  # on purpose, see above
ast.Boolean.__setattr__ = _checked  # type: ignore[method-assign]  # on purpose, see above


def parse_statements(sql: str) -> tuple[Node, ...]:
    """The RawStmt nodes of ``sql``.

    Raises:
        SqlError: 42601, with PostgreSQL's message.
    """
    try:
        return tuple(parse_sql(sql))
    except ParseError as error:
        raise SqlError("42601", str(error.args[0])) from None


def parse_expression(text: str) -> Node:
    """A new tree of a scalar expression, free to be changed.

    Raises:
        SqlError: 42601.
    """
    return parse_statements(f"SELECT ({text}\n)")[0].stmt.targetList[0].val


class _Stream(RawStream):
    """pglast's printer, but for the type ``"bit"``: without quotes it would be read as bit(1)."""

    def print_name(self, nodes: Node, sep: str = ".") -> None:
        if isinstance(nodes, tuple) and len(nodes) == 1 and getattr(nodes[0], "sval", None) == "bit":
            self.write('"bit"')
            self.separator()
        else:
            super().print_name(nodes, sep)


def deparse(node: Node) -> str:
    """SQL text of a node, on one line and without superfluous parentheses."""
    return str(_Stream()(node))


def walk(node: Node) -> Iterator[Node]:
    """The node and everything below it, parents first."""
    pending = [node]
    while pending:
        current = pending.pop()
        if isinstance(current, tuple | list):
            pending.extend(reversed(current))
        elif isinstance(current, ast.Node):
            yield current
            kind: Any = type(current)
            for attribute in _attributes_with_nodes(kind):
                part = getattr(current, attribute)
                if part is not None:
                    pending.append(part)


@cache
def _attributes_with_nodes(kind: Any) -> tuple[str, ...]:
    """The attributes of a class of nodes that may have nodes, or lists of them; the last one first."""
    declared = dict(kind.__slots__)
    names = (name for name, (_, types, _) in declared.items() if _may_be_node(types))
    return tuple(reversed(tuple(names)))


def _may_be_node(types: type | tuple[type, ...]) -> bool:
    kinds = types if isinstance(types, tuple) else (types,)
    return any(issubclass(one, (ast.Node, list, tuple)) for one in kinds)


def strings(nodes: Iterable[Node] | None) -> tuple[str, ...]:
    """The values of a list of String nodes."""
    return tuple(node.sval for node in nodes or ())


def object_name(parts: Iterable[Node]) -> ObjectName:
    """The name in a list of String nodes; of catalog.schema.name the catalog is left out."""
    names = strings(parts)
    return ObjectName(names[-1], names[-2] if len(names) > 1 else None)


def range_name(node: Node) -> ObjectName:
    """The name in a RangeVar."""
    return ObjectName(node.relname, node.schemaname)


def dotted(parts: Iterable[Node] | None) -> str | None:
    """A list of String nodes as SQL text, quoted where it must be; None for an empty list."""
    return ".".join(quote_identifier(part) for part in strings(parts)) or None


def option_text(node: Node) -> str:
    """The value of a DefElem as pg_class.reloptions keeps it; a bare option means true."""
    argument = node.arg
    if argument is None:
        return "true"
    if isinstance(argument, ast.TypeName):
        return ".".join(strings(argument.names))
    if isinstance(argument, ast.Integer):
        return str(argument.ival)
    if isinstance(argument, ast.Float):
        return str(argument.fval)
    if isinstance(argument, ast.Boolean):
        return "true" if argument.boolval else "false"
    if isinstance(argument, ast.String):
        return str(argument.sval)
    return ".".join(strings(argument))


def options(nodes: Iterable[Node] | None) -> tuple[tuple[str, str], ...]:
    """The storage parameters of a WITH (...) list, sorted by name."""
    return tuple(sorted((node.defname, option_text(node)) for node in nodes or ()))


def column_name(node: Node) -> str | None:
    """The column that a node refers to; None for what is no reference, or a star."""
    if not isinstance(node, ast.ColumnRef):
        return None
    last: Node = (node.fields or (None,))[-1]
    return str(last.sval) if isinstance(last, ast.String) else None


def column_references(node: Node) -> Iterator[Node]:
    """The ColumnRef nodes that name a column (a star names none)."""
    return (found for found in walk(node) if column_name(found) is not None)


def columns_read(node: Node) -> tuple[str, ...]:
    """The columns that an expression reads, in order of appearance."""
    return tuple(dict.fromkeys(column_name(reference) or "" for reference in column_references(node)))


def unqualify(node: Node) -> None:
    """Strip table names off column references, in place.

    An index or a constraint belongs to one table; PostgreSQL prints its columns without it, and a
    qualified text would be wrong after the table is renamed.
    """
    for reference in column_references(node):
        reference.fields = (reference.fields[-1],)


@lru_cache(maxsize=4096)
def _columns_of_text(text: str) -> tuple[str, ...]:
    return columns_read(parse_expression(text))


def columns_of(text: str) -> tuple[str, ...]:
    """The columns that the SQL text of an expression reads."""
    return _columns_of_text(text)


def is_bare_literal(text: str) -> bool:
    """Whether an expression is a quoted literal without a type."""
    node = parse_expression(text)
    return isinstance(node, ast.A_Const) and isinstance(node.val, ast.String)


_READ_AS_RELATION = frozenset({"nextval", "currval", "setval"})


def relations_named(text: str) -> Iterator[ObjectName]:
    """The relations that an expression names in a string: ``nextval('q')``, ``'q'::regclass``."""
    for node in walk(parse_expression(text)):
        literal = None
        if isinstance(node, ast.FuncCall) and strings(node.funcname)[-1] in _READ_AS_RELATION and node.args:
            literal = node.args[0]
        elif isinstance(node, ast.TypeCast) and node.typeName is not None:
            literal = node.arg if strings(node.typeName.names)[-1] == "regclass" else None
        if isinstance(literal, ast.A_Const) and isinstance(literal.val, ast.String) and literal.val.sval:
            with suppress(SqlError):
                reference = parse_expression(literal.val.sval)
                if column_name(reference) is not None:
                    yield object_name(reference.fields)


def rewrite(text: str, change: Callable[[Node], None]) -> str:
    """The text after ``change`` was applied to each of its nodes."""
    tree = parse_expression(text)
    for node in walk(tree):
        change(node)
    return deparse(tree)


def rename_column(text: str, old: str, new: str) -> str:
    """The text of an expression after one of its columns was renamed."""
    if old not in columns_of(text):
        return text

    def change(node: Node) -> None:
        if column_name(node) == old:
            node.fields = (*node.fields[:-1], ast.String(new))

    return rewrite(text, change)


def rename_function(text: str, old: str, new: str) -> str:
    """The text of an expression after a function that it calls was renamed."""

    def change(node: Node) -> None:
        if isinstance(node, ast.FuncCall) and strings(node.funcname)[-1] == old:
            node.funcname = (*(node.funcname or ())[:-1], ast.String(new))

    return rewrite(text, change)


def conjuncts(node: Node) -> tuple[Node, ...]:
    """The parts of a condition that nested ANDs join."""
    if isinstance(node, ast.BoolExpr) and node.boolop == BoolExprType.AND_EXPR:
        return tuple(part for argument in node.args or () for part in conjuncts(argument))
    return (node,)
