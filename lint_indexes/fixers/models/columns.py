"""The columns that a class body or a Table() writes: their names, keys and index=True."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import libcst as cst
from libcst.helpers import get_full_name_for_node

from lint_indexes.fixers.models.layout import Style, plain
from lint_indexes.fixers.models.lists import argument_list
from lint_indexes.fixers.models.source import SourceFile, Statement, paths, suites
from lint_indexes.fixers.models.splices import CannotEditError, Splice
from lint_indexes.model.dataclass import dataclass

_COLUMN_CALLS = ("Column", "mapped_column", "Field")
FLAGS = ("index", "unique")


@dataclass(frozen=True, slots=True)
class WrittenColumn:
    """A column as the source has it; ``call`` is its Column(), mapped_column() or Field(), if it has one."""

    attribute: str | None
    name: str
    key: str | None
    call: cst.Call | None
    node: cst.CSTNode


def last_name(node: cst.BaseExpression) -> str:
    """``Index`` of ``sa.Index``, and of ``Index``; empty for what is no name."""
    return (get_full_name_for_node(node) or "").split(".")[-1] if _is_name(node) else ""


def _is_name(node: cst.BaseExpression) -> bool:
    return isinstance(node, (cst.Name, cst.Attribute))


def string_value(node: cst.BaseExpression | None) -> str | None:
    """What a string literal says, None for anything else."""
    if isinstance(node, (cst.SimpleString, cst.ConcatenatedString)):
        value = node.evaluated_value
        return value if isinstance(value, str) else None
    return None


def keyword(call: cst.Call, name: str) -> cst.Arg | None:
    return next((arg for arg in call.args if arg.keyword is not None and arg.keyword.value == name), None)


def positional(call: cst.Call) -> list[cst.Arg]:
    return [arg for arg in call.args if arg.keyword is None and not arg.star]


def small_statements(body: Sequence[cst.CSTNode]) -> Iterator[cst.BaseSmallStatement]:
    """The small statements of a body, those inside of ``if`` and the like included."""
    for node in body:
        if isinstance(node, cst.BaseSmallStatement):
            yield node
        elif isinstance(node, cst.SimpleStatementLine):
            yield from node.body
        elif not isinstance(node, (cst.ClassDef, cst.FunctionDef)):
            for suite in suites(node):
                yield from small_statements(suite.body)


def assignments(body: Sequence[cst.CSTNode]) -> Iterator[tuple[str, cst.BaseSmallStatement]]:
    """The names that statements of a body assign or annotate, each with its statement."""
    for node in small_statements(body):
        targets = [target.target for target in node.targets] if isinstance(node, cst.Assign) else []
        if isinstance(node, cst.AnnAssign):
            targets = [node.target]
        yield from ((target.value, node) for target in targets if isinstance(target, cst.Name))


def assigned_value(node: cst.CSTNode) -> cst.BaseExpression | None:
    return node.value if isinstance(node, (cst.Assign, cst.AnnAssign)) else None


def class_columns(node: cst.ClassDef) -> Iterator[WrittenColumn]:
    """What may be a column among the attributes of a class body."""
    for attribute, statement in assignments(node.body.body):
        value = assigned_value(statement)
        call = None if value is None else column_call(value)
        name = attribute if call is None else _name(call) or attribute
        yield WrittenColumn(attribute, name, None if call is None else _key(call), call, statement)


def table_columns(node: cst.Call) -> Iterator[WrittenColumn]:
    """The columns that are arguments of a Table()."""
    for argument in positional(node)[2:]:
        call = column_call(argument.value)
        name = None if call is None else _name(call)
        if call is not None and name is not None:
            yield WrittenColumn(None, name, _key(call), call, argument)


def column_call(value: cst.CSTNode) -> cst.Call | None:
    """The call that makes the column, inside of deferred() or Field(sa_column=...) too."""
    found = [
        path[-1]
        for path in paths(value, lambda node: isinstance(node, cst.Call))
        if isinstance(path[-1], cst.Call) and last_name(path[-1].func) in _COLUMN_CALLS
    ]
    inner = [call for call in found if last_name(call.func) != "Field"]
    calls = inner or found
    return calls[0] if len(calls) == 1 else None


def _name(call: cst.Call) -> str | None:
    named = keyword(call, "name")
    if named is not None:
        return string_value(named.value)
    first = positional(call)[:1]
    return string_value(first[0].value) if first and last_name(call.func) != "Field" else None


def _key(call: cst.Call) -> str | None:
    """The Column.key that the call gives, the text of the expression where it is no literal."""
    given = keyword(call, "key")
    if given is None:
        return None
    value = string_value(given.value)
    if value is None:
        raise CannotEditError("a column's key is computed, so no string is known to find it by")
    return value


def flags(call: cst.Call) -> dict[str, int]:
    """index=True and unique=True among the arguments of a call, with their numbers."""
    return {
        arg.keyword.value: number
        for number, arg in enumerate(call.args)
        if arg.keyword is not None
        and arg.keyword.value in FLAGS
        and isinstance(arg.value, cst.Name)
        and arg.value.value == "True"
    }


def set_flags(statement: Statement, call: cst.Call, wanted: frozenset[str], style: Style) -> list[Splice]:
    """Make the call give exactly these flags, the text of the other arguments kept."""
    present = flags(call)
    surplus = sorted((number, flag) for flag, number in present.items() if flag not in wanted)
    lacking = sorted(flag for flag in wanted if flag not in present)
    splices: list[Splice] = []
    while surplus and lacking:
        number, _ = surplus.pop(0)
        span = statement.span(call.args[number])
        splices.append(Splice(span.start, span.end, f"{lacking.pop(0)}=True"))
    arguments = argument_list(statement, call)
    if (
        [number for number, _ in surplus] == list(range(surplus[0][0], surplus[-1][0] + 1))
        if surplus
        else False
    ):
        splices += arguments.remove(surplus[0][0], surplus[-1][0])
    else:
        splices += [splice for number, _ in surplus for splice in arguments.remove(number)]
    if lacking:
        if any(arg.keyword is not None and arg.keyword.value in lacking for arg in call.args):
            raise CannotEditError("the column sets index= or unique= to something else")
        at = len(call.args) - (1 if call.args and call.args[-1].star == "**" else 0)
        code = ", ".join(f"{flag}=True" for flag in lacking)
        splices += arguments.insert(at, plain(code), style)
    return splices


def bases_in(source: SourceFile, node: cst.ClassDef) -> Iterator[cst.ClassDef]:
    """The classes of the file that a class derives from, nearest first, as Python would look into them."""
    classes = {one.name.value: one for one in source.classes}
    pending = [node]
    seen = {id(node)}
    while pending:
        current = pending.pop(0)
        bases = [classes.get(last_name(base.value)) for base in current.bases]
        fresh = [base for base in bases if base is not None and id(base) not in seen]
        seen.update(map(id, fresh))
        yield from fresh
        pending.extend(fresh)


def subclasses_in(source: SourceFile, node: cst.ClassDef) -> Iterator[cst.ClassDef]:
    return (one for one in source.classes if any(base is node for base in bases_in(source, one)))
