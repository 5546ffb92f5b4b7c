"""By which names a file reaches SQLAlchemy's, and the import of one that it lacks."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence

import libcst as cst
from libcst.helpers import get_full_name_for_node

from lint_indexes.fixers.models.layout import Style, plain
from lint_indexes.fixers.models.lists import name_list
from lint_indexes.fixers.models.source import Path, SourceFile, Statement, suites
from lint_indexes.fixers.models.splices import CannotEditError, Splice, line_start, next_line
from lint_indexes.model.dataclass import dataclass

_PACKAGES = ("sqlalchemy", "sqlalchemy.schema", "sqlalchemy.sql", "sqlalchemy.sql.schema", "sqlmodel")
_PREFIXED = re.compile(
    r"\b([A-Za-z_]\w*)\.(?:Column|ForeignKey|Index|UniqueConstraint|CheckConstraint|Table|Integer|BigInteger"
    r"|String|Text|Boolean|Date|DateTime|Numeric|Float|JSON|LargeBinary|Enum|func|text)\b"
)
_FLASK_MODEL = r"\b{}\.Model\b"
_COLUMN_CALL = re.compile(r"(?<![\w.])(?:Column|ForeignKey|Index|UniqueConstraint|CheckConstraint|Table)\(")
_PART_OF_SQLALCHEMY = re.compile(r"(?:from|import) (?:sqlalchemy|sqlmodel)\b")
_OTHER = "?"


@dataclass(frozen=True, slots=True)
class Import:
    """``from sqlalchemy import name``, or ``import sqlalchemy`` where there is no name."""

    name: str | None = None


class Names:
    """What names mean at one place of a file."""

    def __init__(self, source: SourceFile, path: Path) -> None:
        self._text = source.text
        self._module = list(bindings(source.module.body))
        self._inner = [
            (name, origin) for node in path if isinstance(node, _SCOPES) for name, origin in _bound_in(node)
        ]

    def spell(self, name: str) -> tuple[str, Import | None]:
        """How the place writes a name of SQLAlchemy's, and what must be imported for it.

        Raises:
            CannotEditError: every way of writing it is taken by something else of the file's.
        """
        origins = {f"{package}.{name}" for package in _PACKAGES}
        for local, origin in self._module:
            if origin in origins and self._means(local, origin):
                return local, None
        prefix = self._prefix()
        if prefix and self._prefers(prefix):
            return f"{prefix}.{name}", None
        if not self._imports_names() and (module := next(self._modules(), None)):
            return f"{module}.{name}", None
        if self._means(name, "sqlalchemy.*"):
            return name, None
        if not self._is_bound(name):
            return name, Import(name)
        if prefix := next(self._modules(), prefix):
            return f"{prefix}.{name}", None
        if not self._is_bound("sqlalchemy"):
            return f"sqlalchemy.{name}", Import()
        raise CannotEditError(f"{name} and sqlalchemy are names of other things in this file")

    def _means(self, local: str, origin: str) -> bool:
        """Whether the name can only be this one here."""
        if any(name == local for name, _ in self._inner):
            return False
        if origin.endswith(".*"):
            return ("*", origin) in self._module and not any(name == local for name, _ in self._module)
        found = [bound for name, bound in self._module if name == local]
        return bool(found) and all(bound == origin for bound in found)

    def _is_bound(self, local: str) -> bool:
        return any(name == local for name, _ in (*self._module, *self._inner))

    def _modules(self) -> Iterator[str]:
        """The names of the package sqlalchemy here."""
        for local, origin in self._module:
            if origin == "sqlalchemy" and self._means(local, origin):
                yield local

    def _prefix(self) -> str | None:
        """What the file writes before SQLAlchemy's names most often: ``sa``, or Flask-SQLAlchemy's ``db``."""
        used = Counter(found.group(1) for found in _PREFIXED.finditer(self._text))
        modules = set(self._modules())
        for prefix, _ in used.most_common():
            flask = re.search(_FLASK_MODEL.format(prefix), self._text)
            if prefix in modules or (flask and not any(name == prefix for name, _ in self._inner)):
                return prefix
        return None

    def _imports_names(self) -> bool:
        return any(origin.rpartition(".")[0] == "sqlalchemy" for _, origin in self._module)

    def _prefers(self, prefix: str) -> bool:
        """Whether the file writes the prefix more often than bare names."""
        bare = len(_COLUMN_CALL.findall(self._text))
        return len(re.findall(rf"\b{prefix}\.[A-Z]\w*\(", self._text)) >= max(bare, 1)


_SCOPES = (cst.ClassDef, cst.FunctionDef)


def _bound_in(node: cst.CSTNode) -> Iterator[tuple[str, str]]:
    """The names that the body of a class or function binds, a function's parameters included."""
    if isinstance(node, cst.FunctionDef):
        for parameter in node.params.params:
            yield parameter.name.value, _OTHER
    if isinstance(node, _SCOPES):
        yield from bindings(node.body.body)


def bindings(body: Iterable[cst.CSTNode]) -> Iterator[tuple[str, str]]:
    """The names that statements bind in their own scope, each with what it is imported from, if it is.

    What is imported for type checking alone is not there at run time; what is imported conditionally
    counts as something else, since it may be.
    """
    for node in body:
        if isinstance(node, cst.SimpleStatementLine):
            for small in node.body:
                yield from _bound_by(small)
        elif isinstance(node, _SCOPES):
            yield node.name.value, _OTHER
        elif isinstance(node, cst.If) and _is_type_checking(node.test):
            continue
        elif isinstance(node, cst.BaseSmallStatement):
            yield from _bound_by(node)
        else:
            if isinstance(node, cst.For):
                yield from ((name, _OTHER) for name in _targets(node.target))
            for suite in suites(node):
                yield from ((name, _OTHER) for name, _ in bindings(suite.body))


def _bound_by(node: cst.CSTNode) -> Iterator[tuple[str, str]]:
    if isinstance(node, cst.ImportFrom):
        yield from _imported_from(node)
    elif isinstance(node, cst.Import):
        for name in node.names:
            whole = name.evaluated_name
            if name.evaluated_alias:
                yield name.evaluated_alias, whole
            else:
                yield whole.split(".")[0], whole.split(".")[0]
    elif isinstance(node, cst.Assign):
        for target in node.targets:
            yield from ((name, _OTHER) for name in _targets(target.target))
    elif isinstance(node, (cst.AnnAssign, cst.AugAssign)):
        yield from ((name, _OTHER) for name in _targets(node.target))


def _imported_from(node: cst.ImportFrom) -> Iterator[tuple[str, str]]:
    module = "" if node.module is None else get_full_name_for_node(node.module) or ""
    module = "." * len(node.relative) + module
    if isinstance(node.names, cst.ImportStar):
        yield "*", f"{module}.*"
        return
    for name in node.names:
        yield name.evaluated_alias or name.evaluated_name, f"{module}.{name.evaluated_name}"


def _targets(node: cst.BaseExpression) -> Iterator[str]:
    if isinstance(node, cst.Name):
        yield node.value
    elif isinstance(node, (cst.Tuple, cst.List)):
        for element in node.elements:
            yield from _targets(element.value)


def _is_type_checking(test: cst.BaseExpression) -> bool:
    return (get_full_name_for_node(test) or "").split(".")[-1] == "TYPE_CHECKING"


def add_import(source: SourceFile, wanted: Import, before: int, style: Style) -> list[Splice]:
    """Import a name in the file's ``from sqlalchemy import``, else on a line of its own.

    ``before`` is where it is used first.
    """
    existing = [found for found in _from_sqlalchemy(source) if found[0].start < before]
    if wanted.name is None or not existing:
        code = "import sqlalchemy" if wanted.name is None else f"from sqlalchemy import {wanted.name}"
        return [_new_line(source, code, before, style)]
    if len(existing) > 1 and all(len(names) == 1 for _, _, names in existing):
        return [_line_among(existing, wanted.name, style)]
    statement, node, names = existing[0]
    at = _place([name.evaluated_name for name in names], wanted.name)
    return name_list(statement, node, names).insert(at, plain(wanted.name), style)


_From = tuple[Statement, cst.ImportFrom, Sequence[cst.ImportAlias]]


def _from_sqlalchemy(source: SourceFile) -> Iterator[_From]:
    for statement in source.statements:
        for node in _small(statement):
            if not isinstance(node, cst.ImportFrom) or isinstance(node.names, cst.ImportStar):
                continue
            if not node.relative and get_full_name_for_node(node.module or cst.Name("")) == "sqlalchemy":
                yield statement, node, node.names


def _small(statement: Statement) -> Sequence[cst.BaseSmallStatement]:
    return statement.node.body if isinstance(statement.node, cst.SimpleStatementLine) else ()


def _place(names: Sequence[str], name: str) -> int:
    """Where the name belongs in a sorted list, its end if the list is not sorted."""
    for key in _ORDERS:
        keys = [key(one) for one in names]
        if keys == sorted(keys):
            return bisect_left(keys, key(name))
    return len(names)


def _by_kind(name: str) -> tuple[int, str]:
    """isort's order_by_type: CONSTANTS, Classes, functions."""
    kind = 0 if name.isupper() and len(name) > 1 else 1 if name[:1].isupper() else 2
    return kind, name.casefold()


_ORDERS: tuple[Callable[[str], tuple[int, str]], ...] = (
    _by_kind,
    lambda name: (0, name),
    lambda name: (0, name.casefold()),
)


def _line_among(existing: Sequence[_From], name: str, style: Style) -> Splice:
    """A line among those that import one name each."""
    at = _place([names[0].evaluated_name for _, _, names in existing], name)
    statement = existing[min(at, len(existing) - 1)][0]
    code = f"from sqlalchemy import {name}"
    if at < len(existing):
        return _before(statement, code, style)
    return _after(statement, code, style)


def _new_line(source: SourceFile, code: str, before: int, style: Style) -> Splice:
    """Before the first import of a part of SQLAlchemy, else after the imports at the file's head."""
    last = None
    for statement in source.statements:
        if isinstance(statement.node, _SCOPES) or statement.start >= before:
            break
        for node in _small(statement):
            if isinstance(node, (cst.ImportFrom, cst.Import)):
                last = statement
                if _PART_OF_SQLALCHEMY.match(statement.code(node)):
                    return _before(statement, code, style)
    if last is not None:
        return _after(last, code, style)
    first = source.statements[0]
    return _after(first, style.newline + code, style) if _is_docstring(first.node) else _at_head(source, code)


def _before(statement: Statement, code: str, style: Style) -> Splice:
    place = statement.span(statement.node).start
    return Splice(place, place, code + style.newline)


def _after(statement: Statement, code: str, style: Style) -> Splice:
    text = statement.source.text
    place = next_line(text, statement.span(statement.node).end)
    if line_start(text, place) != place:
        return Splice(place, place, style.newline + code)
    return Splice(place, place, code + style.newline)


def _at_head(source: SourceFile, code: str) -> Splice:
    place = source.statements[0].start
    return Splice(place, place, code + source.newline * 2)


def _is_docstring(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.SimpleStatementLine) and (
        isinstance(node.body[0], cst.Expr)
        and isinstance(node.body[0].value, (cst.SimpleString, cst.ConcatenatedString))
    )
