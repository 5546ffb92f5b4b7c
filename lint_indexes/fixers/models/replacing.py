"""One declaration in the place of another, with as much of the user's text as still holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

import libcst as cst

from lint_indexes.fixers.models.columns import last_name
from lint_indexes.fixers.models.declared import Written, declared_keys, declared_name, item_list
from lint_indexes.fixers.models.layout import Style, Writer, call, columns
from lint_indexes.fixers.models.lists import argument_list
from lint_indexes.fixers.models.source import Statement
from lint_indexes.fixers.models.splices import CannotEditError, Splice, indentation, line_start
from lint_indexes.model.catalog import Index, IndexKey
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.declaration import Argument, Declaration

_FIELDS = {
    "name": "name",
    "unique": "unique",
    "postgresql_using": "method",
    "postgresql_include": "include",
    "postgresql_with": "options",
    "postgresql_tablespace": "tablespace",
    "postgresql_nulls_not_distinct": "nulls_not_distinct",
    "postgresql_where": "predicate",
    "postgresql_ops": "keys",
}
"""The arguments of a declaration and the fields of Index that they give."""


@dataclass(frozen=True, slots=True)
class Replacement:
    """The call that takes the place; ``names`` are SQLAlchemy's that its new parts use."""

    function: str
    arguments: tuple[str, ...]
    names: frozenset[str]
    only_users_keys: bool


def replacement(
    statement: Statement, old: cst.Call, before: Index, after: Index, new: Declaration
) -> Replacement:
    """The arguments of ``new``, those kept as they were that say the same.

    Raises:
        CannotEditError: the call takes arguments from elsewhere (``*args``, ``**kwargs``).
    """
    if last_name(old.func) != new.kind:
        return Replacement(new.function, tuple(map(str, new.arguments)), new.names, False)
    if any(argument.star for argument in old.args):
        raise CannotEditError("its arguments come from elsewhere")
    users = _users_keys(statement, old, before, after)
    names: set[str] = set()
    arguments: list[str] = []
    for argument, key in _positional(new, after):
        text = users.get(key) if key is not None else _users_name(statement, old, before, after)
        arguments.append(str(argument) if text is None else text)
        names |= argument.names if text is None else frozenset()
    for text, used in _keywords(statement, old, before, after, new):
        arguments.append(text)
        names |= used
    only = all(key in users for key in after.keys)
    return Replacement(statement.code(old.func), tuple(arguments), frozenset(names), only)


def _positional(new: Declaration, after: Index) -> list[tuple[Argument, IndexKey | None]]:
    """The positional arguments with their keys, None for the name."""
    arguments = [argument for argument in new.arguments if argument.keyword is None]
    keys: list[IndexKey | None] = [*after.keys]
    return list(zip(arguments, keys if new.kind == "UniqueConstraint" else [None, *keys], strict=True))


def _users_name(statement: Statement, old: cst.Call, before: Index, after: Index) -> str | None:
    written = declared_name(old)
    if written is None or not _same_name(written, before, after):
        return None
    return statement.code(written)


def _same_name(written: cst.BaseExpression | None, before: Index, after: Index) -> bool:
    """Whether the name can stay as it is written: one that is made from the columns goes with these."""
    made = written is None or (isinstance(written, cst.Name) and written.value == "None")
    return before.name == after.name and (not made or before.keys == after.keys)


def _users_keys(statement: Statement, old: cst.Call, before: Index, after: Index) -> dict[IndexKey, str]:
    """How the user writes each key; one with an opclass only if all stay, as that stands elsewhere."""
    written = declared_keys(old)
    if len(written) != len(before.keys):
        return {}
    pairs = zip(before.keys, written, strict=True)
    return {key: statement.code(arg) for key, arg in pairs if not key.opclass or before.keys == after.keys}


def _keywords(
    statement: Statement, old: cst.Call, before: Index, after: Index, new: Declaration
) -> Iterator[tuple[str, frozenset[str]]]:
    made = {argument.keyword: argument for argument in new.arguments if argument.keyword is not None}
    for argument in old.args:
        if argument.keyword is None:
            continue
        name = argument.keyword.value
        if name not in _FIELDS or _same(name, before, after):
            made.pop(name, None)
            yield statement.code(argument), frozenset()
        elif name in made:
            change = made.pop(name)
            yield str(change), change.names
    for name, change in made.items():
        # What both have without the call saying so is given by a naming convention or a default.
        same = _same_name(declared_name(old), before, after) if name == "name" else _same(name, before, after)
        if not same:
            yield str(change), change.names


def _same(name: str, before: Index, after: Index) -> bool:
    return bool(getattr(before, _FIELDS[name]) == getattr(after, _FIELDS[name]))


def replace_call(found: Written, new: Replacement, style: Style) -> list[Splice]:
    """Put the call where the old one stands; one that had an argument a line keeps that.

    Raises:
        CannotEditError: comments stand among its arguments, and these do not stay in their places.
    """
    statement, old = found.statement, found.call
    text, span = statement.source.text, statement.span(old)
    if "#" in _gaps(statement, old):
        return _argument_by_argument(statement, old, new, style)
    last = old.args[-1] if old.args else None
    exploded = "\n" in text[span.start : span.end] and last is not None and isinstance(last.comma, cst.Comma)
    code = call(new.function, new.arguments, style, exploded=exploded)
    if (items := item_list(found)) is not None:
        return items[0].replace(items[1], code, style)
    indent, start = indentation(text, span.start), line_start(text, span.start)
    return [Splice(span.start, span.end, code(indent, columns(text[start : span.start])))]


def _gaps(statement: Statement, old: cst.Call) -> str:
    """What stands between the arguments of the call."""
    text, at = statement.source.text, statement.span(old.func).end
    gaps = []
    for argument in old.args:
        span = statement.span(argument)
        gaps.append(text[at : span.start])
        at = span.end
    return "".join([*gaps, text[at : statement.span(old).end]])


def _argument_by_argument(
    statement: Statement, old: cst.Call, new: Replacement, style: Style
) -> list[Splice]:
    """Change only the arguments that differ, so that the comments between them stay."""
    arguments = argument_list(statement, old)
    before = [statement.code(argument) for argument in old.args]
    steps = SequenceMatcher(None, before, new.arguments, autojunk=False).get_opcodes()
    changes = [step for step in steps if step[0] != "equal"]
    resized = [step for step in changes if step[2] - step[1] != step[4] - step[3]]
    if len(resized) > 1 or statement.code(old.func) != new.function:
        raise CannotEditError("comments stand among its arguments")
    splices: list[Splice] = []
    for _, start, end, new_start, new_end in changes:
        common = min(end - start, new_end - new_start)
        for offset in range(common):
            item = arguments.items[start + offset]
            splices.append(Splice(item.start, item.end, new.arguments[new_start + offset]))
        added = new.arguments[new_start + common : new_end]
        if added:
            splices += arguments.insert(start + common, _one_a_line(added, style), style)
        elif start + common < end:
            splices += arguments.remove(start + common, end - 1)
    return splices


def _one_a_line(arguments: Sequence[str], style: Style) -> Writer:
    return lambda indent, column: f",{style.newline}{indent}".join(arguments)
