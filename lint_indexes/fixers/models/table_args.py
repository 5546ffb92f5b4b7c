"""``__table_args__`` of a class, and the arguments of a Table(): where an index is put."""

from __future__ import annotations

from collections.abc import Iterator

import libcst as cst

from lint_indexes.fixers.models.columns import (
    assigned_value,
    assignments,
    bases_in,
    class_columns,
    keyword,
    last_name,
    subclasses_in,
)
from lint_indexes.fixers.models.layout import Style, Writer, columns, plain, table_args
from lint_indexes.fixers.models.lists import argument_list, tuple_list
from lint_indexes.fixers.models.source import Statement, paths
from lint_indexes.fixers.models.splices import (
    CannotEditError,
    Splice,
    begins_line,
    comments_above,
    indentation,
    line_start,
    next_line,
)
from lint_indexes.fixers.models.tables import Target, class_table_name, makes_table

TABLE_ARGS = "__table_args__"
_ENDLESS = 10**6
_UNMAPPED_BASES = ("object", "DeclarativeBase", "DeclarativeBaseNoMeta", "MappedAsDataclass", "Generic")


def put(target: Target, code: Writer, style: Style) -> list[Splice]:
    """Give the table an index.

    Raises:
        CannotEditError: the arguments of the table are computed, or not for this table alone.
    """
    if isinstance(target.node, cst.ClassDef):
        value = _own_value(target, target.node)
        if value is None:
            return [_create(target, target.node, code, style)]
        return _extend(target, value, code, style)
    assert isinstance(target.node, cst.Call)
    at = next((n for n, arg in enumerate(target.node.args) if arg.keyword or arg.star == "**"), None)
    arguments = argument_list(target.statement, target.node)
    return arguments.insert(len(target.node.args) if at is None else at, code, style)


def lists_indexes(target: Target) -> bool:
    """Whether there is a place already where the table's indexes and constraints are written."""
    if isinstance(target.node, cst.ClassDef):
        body = target.node.body.body
        functions = [one.name.value for one in body if isinstance(one, cst.FunctionDef)]
        values = [assigned_value(one) for name, one in assignments(body) if name == TABLE_ARGS]
        return TABLE_ARGS in functions or not all(map(_has_options_only, values))
    found = target.node.args if isinstance(target.node, cst.Call) else ()
    calls = [arg.value.func for arg in found if isinstance(arg.value, cst.Call)]
    return any(last_name(function) in ("Index", "UniqueConstraint") for function in calls)


def _has_options_only(value: cst.BaseExpression | None) -> bool:
    if isinstance(value, cst.Tuple):
        return not any(isinstance(element.value, cst.Call) for element in value.elements)
    return isinstance(value, cst.Dict)


def _own_value(target: Target, node: cst.ClassDef) -> cst.BaseExpression | None:
    """What the class assigns to ``__table_args__``, or its method of that name returns."""
    assigned = [statement for name, statement in assignments(node.body.body) if name == TABLE_ARGS]
    methods = [
        one for one in node.body.body if isinstance(one, cst.FunctionDef) and one.name.value == TABLE_ARGS
    ]
    if len(assigned) + len(methods) > 1:
        raise CannotEditError(f"{TABLE_ARGS} is assigned more than once")
    if methods:
        return _returned(target, node, methods[0])
    if not assigned:
        return None
    lines = [line.body for line in node.body.body if isinstance(line, cst.SimpleStatementLine)]
    if isinstance(node.body, cst.IndentedBlock) and not any(assigned[0] in line for line in lines):
        raise CannotEditError(f"{TABLE_ARGS} is assigned conditionally")
    return assigned_value(assigned[0])


def _returned(target: Target, node: cst.ClassDef, method: cst.FunctionDef) -> cst.BaseExpression:
    if not makes_table(node) or any(subclasses_in(target.source, node)):
        raise CannotEditError(f"{TABLE_ARGS} is a method that other classes may inherit")
    returns = [path[-1] for path in paths(method.body, lambda one: isinstance(one, cst.Return))]
    value = returns[0].value if len(returns) == 1 and isinstance(returns[0], cst.Return) else None
    if value is None:
        raise CannotEditError(f"{TABLE_ARGS} is a method that returns no single value")
    return value


def _create(target: Target, node: cst.ClassDef, code: Writer, style: Style) -> Splice:
    """``__table_args__`` behind ``__tablename__``, else at the head of the class."""
    items = [code, *_inherited(target, node)]
    text = target.source.text
    if isinstance(node.body, cst.SimpleStatementSuite):
        last = target.statement.span(node.body.body[-1]).end
        value = ", ".join(item("", -_ENDLESS) for item in items)
        return Splice(last, last, f"; {TABLE_ARGS} = ({value}{',' if len(items) == 1 else ''})")
    place, missing = _place(target.statement, node)
    indent = indentation(text, target.statement.span(node.body.body[0]).start)
    value = table_args(items, indent, columns(f"{indent}{TABLE_ARGS} = "), style)
    line = f"{indent}{TABLE_ARGS} = {value}"
    return Splice(place, place, style.newline + line if missing else line + style.newline)


def _place(statement: Statement, node: cst.ClassDef) -> tuple[int, bool]:
    """Where a new first line of the class goes, and whether the line before lacks its newline."""
    text = statement.source.text
    body = node.body.body
    named = class_table_name(node)
    for line in body:
        if isinstance(line, cst.SimpleStatementLine) and named in line.body:
            return _behind(text, statement.span(line).end)
    first = body[0]
    if node.get_docstring() is None or len(body) == 1:
        if node.get_docstring() is not None:
            return _behind(text, statement.span(first).end)
        return _above(statement, first), False
    return _above(statement, body[1]), False


def _behind(text: str, end: int) -> tuple[int, bool]:
    place = next_line(text, end)
    return place, line_start(text, place) != place


def _above(statement: Statement, node: cst.CSTNode) -> int:
    """Where the comments above a statement begin."""
    decorators = node.decorators if isinstance(node, (cst.ClassDef, cst.FunctionDef)) else ()
    first = decorators[0] if decorators else node
    return comments_above(statement.source.text, statement.span(first).start)


def _inherited(target: Target, node: cst.ClassDef) -> Iterator[Writer]:
    """What the class inherits and would hide: SQLAlchemy takes the first of unmapped bases.

    What a base class from another file has cannot be seen here.
    """
    for base in bases_in(target.source, node):
        if makes_table(base):
            continue
        methods = [
            one for one in base.body.body if isinstance(one, cst.FunctionDef) and one.name.value == TABLE_ARGS
        ]
        assigned = [assigned_value(one) for name, one in assignments(base.body.body) if name == TABLE_ARGS]
        if methods or len(assigned) > 1:
            raise CannotEditError(f"{base.name.value} computes the {TABLE_ARGS} that the class inherits")
        if assigned:
            if _may_be_mapped(base):
                raise CannotEditError(f"whether {base.name.value} has a table of its own cannot be seen")
            name = f"{base.name.value}.{TABLE_ARGS}"
            if isinstance(assigned[0], cst.Dict):
                yield plain(name)
            elif isinstance(assigned[0], cst.Tuple):
                yield plain(f"*{name}")
            else:
                raise CannotEditError(f"{base.name.value} computes the {TABLE_ARGS} that the class inherits")
            return


def _may_be_mapped(node: cst.ClassDef) -> bool:
    """Whether a class without ``__tablename__`` may have a table, named by its own base class."""
    if all(last_name(base.value) in _UNMAPPED_BASES for base in node.bases):
        return False
    if any(name == "__abstract__" for name, _ in assignments(node.body.body)):
        return False
    return any(one.call and keyword(one.call, "primary_key") for one in class_columns(node))


def _extend(target: Target, value: cst.BaseExpression, code: Writer, style: Style) -> list[Splice]:
    statement = target.statement
    found = _tuple_in(value)
    if found is not None:
        return tuple_list(statement, found).insert(_index_place(found), code, style)
    if _is_none(value) or _is_dict(target, value):
        return [_wrapped(statement, value, code, style)]
    raise CannotEditError(f"{TABLE_ARGS} is computed")


def _tuple_in(value: cst.BaseExpression) -> cst.Tuple | None:
    """The literal tuple, the last one where tuples are added."""
    if isinstance(value, cst.Tuple):
        return value
    if isinstance(value, cst.BinaryOperation) and isinstance(value.operator, cst.Add):
        return _tuple_in(value.right) or _tuple_in(value.left)
    return None


def _index_place(node: cst.Tuple) -> int:
    """Behind the last item if that is a constraint; before it if it may be the dictionary of options."""
    if not node.elements:
        return 0
    last = node.elements[-1]
    constraint = isinstance(last, cst.Element) and isinstance(last.value, cst.Call)
    if constraint and isinstance(last.value, cst.Call) and last_name(last.value.func) != "dict":
        return len(node.elements)
    return len(node.elements) - 1


def _is_none(value: cst.BaseExpression) -> bool:
    return isinstance(value, cst.Name) and value.value == "None"


def _is_dict(target: Target, value: cst.BaseExpression) -> bool:
    if isinstance(value, cst.Name):
        named = [
            assigned_value(one) for name, one in assignments(target.source.module.body) if name == value.value
        ]
        return len(named) == 1 and isinstance(named[0], cst.Dict)
    return isinstance(value, cst.Dict) or (isinstance(value, cst.Call) and last_name(value.func) == "dict")


def _wrapped(statement: Statement, value: cst.BaseExpression, code: Writer, style: Style) -> Splice:
    """The options as the last item of a tuple."""
    text, span = statement.source.text, statement.span(value)
    indent = indentation(text, span.start)
    column = columns(text[line_start(text, span.start) : span.start])
    if _is_none(value):
        return Splice(span.start, span.end, table_args([code], indent, column, style))
    options = text[span.start : span.end]
    if "\n" in options or "\r" in options:
        if begins_line(text, span.start):
            raise CannotEditError(f"{TABLE_ARGS} is broken into lines in an unusual way")
        return Splice(span.start, span.end, f"({code(indent, column + 1)}, {options})")
    return Splice(span.start, span.end, table_args([code, plain(options)], indent, column, style))
