"""Where an index of the models is written: as a call, or as a flag of its column."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst

from lint_indexes.fixers.models.columns import (
    FLAGS,
    WrittenColumn,
    class_columns,
    flags,
    keyword,
    last_name,
    positional,
    string_value,
    table_columns,
)
from lint_indexes.fixers.models.lists import CommaList, argument_list, tuple_list
from lint_indexes.fixers.models.source import Path, SourceFile, Statement
from lint_indexes.fixers.models.splices import CannotEditError
from lint_indexes.fixers.models.table_args import TABLE_ARGS
from lint_indexes.fixers.models.tables import Target
from lint_indexes.model.catalog import ConstraintKind, Index, IndexKey
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.operations import IndexDefinition

_KINDS = ("Index", "UniqueConstraint")


@dataclass(frozen=True, slots=True)
class Written:
    """An Index() or UniqueConstraint(); ``container`` is the tuple or the Table() that it is an item of.

    Without a container it stands alone, as a statement.
    """

    statement: Statement
    path: Path
    container: cst.Tuple | cst.Call | None

    @property
    def call(self) -> cst.Call:
        node = self.path[-1]
        assert isinstance(node, cst.Call)
        return node


@dataclass(frozen=True, slots=True)
class Flagged:
    """A column that says index=True or unique=True."""

    statement: Statement
    call: cst.Call


def find_declaration(source: SourceFile, index: Index, line: int, target: Target | None) -> Written | Flagged:
    """Where the index is written, given the line that the probe saw.

    Args:
        target: where its table is made, if that is in this file. The line of a constraint is the table's.

    Raises:
        CannotEditError: it is not written there, or not for this table alone.
    """
    statement = source.statement_at(line) if line >= 0 else None
    if statement is None:
        raise CannotEditError("nothing stands where the index is declared")
    if target is not None and statement is target.statement and _is_first_line(target, line):
        return _within(target, index)
    calls = [
        path
        for path in statement.paths(_is_declaration)
        if statement.covers_line(path[-1], line) and _may_declare(path[-1], index)
    ]
    if calls:
        return _written(statement, _best(calls, index), target)
    return _flagged(statement, index, line, target)


def _is_first_line(target: Target, line: int) -> bool:
    decorators = target.node.decorators if isinstance(target.node, cst.ClassDef) else ()
    return any(target.statement.begins_on(node, line) for node in (target.node, *decorators))


def _within(target: Target, index: Index) -> Written | Flagged:
    """What declares it, anywhere in the class or the Table()."""
    calls = [
        path
        for path in target.statement.paths(_is_declaration)
        if target.node in path and _may_declare(path[-1], index)
    ]
    if calls:
        return _written(target.statement, _best(calls, index), target)
    for column in target.columns():
        if _flags_it(column, index) and column.call:
            return Flagged(target.statement, column.call)
    raise CannotEditError(
        f"{index.kind} {index.name.name} is not written in the statement that makes its table"
    )


def _is_declaration(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.Call) and last_name(node.func) in _KINDS


def _may_declare(node: cst.CSTNode, index: Index) -> bool:
    """Whether a call's name and columns are the index's, as far as they are literals."""
    if not isinstance(node, cst.Call):
        return False
    constraint = last_name(node.func) == "UniqueConstraint"
    if constraint != (index.constraint is ConstraintKind.UNIQUE):
        return False
    name = declared_name(node)
    if name is not None and string_value(name) == index.name.name:
        return True
    literal = name is not None and string_value(name) is not None
    return not (literal and not constraint) and _columns_fit(node, index)


def declared_name(call: cst.Call) -> cst.BaseExpression | None:
    """The expression of the name that a call gives."""
    if named := keyword(call, "name"):
        return named.value
    first = positional(call)[:1]
    return first[0].value if first and last_name(call.func) == "Index" else None


def declared_keys(call: cst.Call) -> list[cst.Arg]:
    """The arguments that are keys of the index."""
    arguments = positional(call)
    named = last_name(call.func) == "Index" and keyword(call, "name") is None
    return arguments[1:] if named else arguments


def _columns_fit(call: cst.Call, index: Index) -> bool:
    keys = [string_value(argument.value) for argument in declared_keys(call)]
    if len(keys) != len(index.keys):
        return any(argument.star for argument in call.args)
    return all(text in (None, key.column) for text, key in zip(keys, index.keys, strict=True))


def _best(calls: Sequence[Path], index: Index) -> Path:
    """The call that gives the name itself, else the only one."""
    named = [path for path in calls if _has_name(path[-1], index.name.name)]
    found = named or calls
    if len(found) > 1:
        raise CannotEditError("several calls may be what declares it")
    return found[0]


def _has_name(node: cst.CSTNode, name: str) -> bool:
    return isinstance(node, cst.Call) and string_value(declared_name(node)) == name


def _written(statement: Statement, path: Path, target: Target | None) -> Written:
    _refuse_others(path, target)
    *_, parent, item, call = path
    if isinstance(item, cst.Element) and isinstance(parent, cst.Tuple) and _is_table_args(path):
        return Written(statement, path, parent)
    if isinstance(item, cst.Arg) and isinstance(parent, cst.Call) and last_name(parent.func) == "Table":
        return Written(statement, path, parent)
    alone = isinstance(item, (cst.Expr, cst.Assign, cst.AnnAssign)) and item.value is call
    if alone and not any(isinstance(node, (cst.FunctionDef, cst.For, cst.While)) for node in path):
        return Written(statement, path, None)
    raise CannotEditError("it is declared by code that may declare others as well")


def _is_table_args(path: Path) -> bool:
    """Whether it is an item of ``__table_args__``, assigned or returned."""
    for node in path:
        if isinstance(node, cst.Assign):
            return any(
                isinstance(one.target, cst.Name) and one.target.value == TABLE_ARGS for one in node.targets
            )
        if isinstance(node, cst.AnnAssign):
            return isinstance(node.target, cst.Name) and node.target.value == TABLE_ARGS
        if isinstance(node, cst.FunctionDef) and node.name.value == TABLE_ARGS:
            return True
    return False


def _refuse_others(path: Path, target: Target | None) -> None:
    """Refuse what stands in a class that does not make the table: other tables may have it from there."""
    classes = [node for node in path if isinstance(node, cst.ClassDef)]
    if classes and (target is None or classes[-1] is not target.node):
        raise CannotEditError(f"it is declared by {classes[-1].name.value}, which other tables may share")


def _flagged(statement: Statement, index: Index, line: int, target: Target | None) -> Flagged:
    for path, column in _columns_at(statement, line):
        if column.call and _flags_it(column, index):
            within = path if target is None or target.node not in path else ()
            _refuse_others(within, target)
            return Flagged(statement, column.call)
    raise CannotEditError(f"{index.kind} {index.name.name} is not written where it is declared")


def _columns_at(statement: Statement, line: int) -> Iterator[tuple[Path, WrittenColumn]]:
    for path in statement.paths(lambda node: isinstance(node, (cst.ClassDef, cst.Call))):
        node = path[-1]
        if isinstance(node, cst.ClassDef):
            columns = class_columns(node)
        elif isinstance(node, cst.Call) and last_name(node.func) == "Table":
            columns = table_columns(node)
        else:
            continue
        for column in columns:
            if statement.covers_line(column.node, line):
                yield path, column


def _flags_it(column: WrittenColumn, index: Index) -> bool:
    """Whether the column's flags make this index: unique=True is a constraint, with index=True an index."""
    if column.call is None or [key.column for key in index.keys] != [column.name]:
        return False
    return frozenset(flags(column.call)) == wanted_flags(index)


def wanted_flags(index: Index) -> frozenset[str]:
    """The flags of a column that make such an index."""
    if index.constraint is ConstraintKind.UNIQUE:
        return frozenset(("unique",))
    return frozenset(FLAGS) if index.unique else frozenset(("index",))


def is_by_flag(index: Index) -> bool:
    """Whether ``index=True`` on a column makes it, under the name that SQLAlchemy gives of itself."""
    key = IndexKey(column=index.keys[0].column, columns=index.keys[0].columns)
    plain = IndexDefinition(keys=(key,), unique=index.unique)
    if key.column is None or index.constraint is not None or IndexDefinition.of(index) != plain:
        return False
    name = f"{index.table.name}_{key.column}"
    return index.name.name in (f"ix_{name}", f"ix_{index.table.schema}_{name}")


def item_list(found: Written) -> tuple[CommaList, int] | None:
    """The list that a call is an item of, with its number; None where it stands alone."""
    if isinstance(found.container, cst.Tuple):
        elements: Sequence[cst.CSTNode] = found.container.elements
        items = tuple_list(found.statement, found.container)
    elif isinstance(found.container, cst.Call):
        elements = found.container.args
        items = argument_list(found.statement, found.container)
    else:
        return None
    return items, next(number for number, element in enumerate(elements) if element in found.path)
