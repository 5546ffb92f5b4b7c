"""Statements into the ``downgrade()`` of a migration that exists; everything else stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import libcst as cst

from lint_indexes.fixers.models.names import bindings
from lint_indexes.fixers.models.source import SourceFile, Statement, decode
from lint_indexes.fixers.models.splices import (
    CannotEditError,
    Splice,
    indentation,
    line_end,
    line_start,
    next_line,
    spliced,
)

_DOWNGRADE = "downgrade"
_ALEMBIC_INDENT = 4
_BOUND = re.compile(r"import (?:.* as )?(\w+)$")
_USES = {"op": "from alembic import op", "sa": "import sqlalchemy as sa"}


def complete_downgrade(source: bytes, lines: Sequence[str], imports: Sequence[str]) -> bytes:
    """Append statements to ``downgrade()``, in the place of a lone ``pass``; write it where there is none.

    Parameters:
        lines: the statements as Alembic renders them, from the outermost level on.
        imports: the import statements that they need beside those of ``op`` and ``sa``.

    Raises:
        CannotEditError: the file cannot be parsed, or its ``downgrade()`` ends in a return or a raise.
    """
    decoded = decode(source)
    file = SourceFile(decoded.text)
    splices = [_statements(file, lines), *_imports(file, lines, imports)]
    return decoded.encode(spliced(decoded.text, splices))


def _statements(file: SourceFile, lines: Sequence[str]) -> Splice:
    function = _function(file)
    if function is None:
        return _new_function(file, lines)
    node = function.node
    assert isinstance(node, cst.FunctionDef)
    if not isinstance(node.body, cst.IndentedBlock):
        return _from_one_line(file, function, node, lines)
    *_, last = node.body.body
    if _leaves(last):
        raise CannotEditError("its downgrade() ends in a return or a raise")
    span = function.span(last)
    start = line_start(file.text, span.start)
    indent = indentation(file.text, span.start)
    text = _indented(lines, indent, file)
    if _is_pass(last):
        comment = file.text[span.end : line_end(file.text, span.end)].strip()
        kept = f"{indent}{comment}{file.newline}" if comment else ""
        return Splice(start, next_line(file.text, span.end), kept + text)
    end = next_line(file.text, span.end)
    lacks_newline = line_start(file.text, end) != end
    return Splice(end, end, (file.newline if lacks_newline else "") + text)


def _function(file: SourceFile) -> Statement | None:
    found = [
        statement
        for statement in file.statements
        if isinstance(statement.node, cst.FunctionDef) and statement.node.name.value == _DOWNGRADE
    ]
    return found[-1] if found else None


def _new_function(file: SourceFile, lines: Sequence[str]) -> Splice:
    end = len(file.text)
    gap = file.newline * 2
    if file.text and line_start(file.text, end) != end:
        gap += file.newline
    text = f"{gap}def {_DOWNGRADE}():{file.newline}{_indented(lines, file.indent, file)}"
    return Splice(end, end, text)


def _from_one_line(
    file: SourceFile, function: Statement, node: cst.FunctionDef, lines: Sequence[str]
) -> Splice:
    """``def downgrade(): pass`` becomes a function with a body."""
    body = node.body
    if not all(_is_pass(one) for one in body.body):
        raise CannotEditError("its downgrade() is written on one line")
    span = function.span(body)
    start = len(file.text[: span.start].rstrip(" \t"))
    text = file.newline + _indented(lines, file.indent, file).rstrip("\r\n")
    return Splice(start, span.end, text)


def _leaves(node: cst.CSTNode) -> bool:
    small = node.body[-1] if isinstance(node, cst.SimpleStatementLine) else node
    return isinstance(small, cst.Return | cst.Raise)


def _is_pass(node: cst.CSTNode) -> bool:
    if isinstance(node, cst.SimpleStatementLine):
        return len(node.body) == 1 and isinstance(node.body[0], cst.Pass)
    return isinstance(node, cst.Pass)


def _indented(lines: Sequence[str], indent: str, file: SourceFile) -> str:
    return "".join(_indented_line(line, indent, file) + file.newline for line in lines)


def _indented_line(line: str, indent: str, file: SourceFile) -> str:
    """Alembic indents a block by four spaces, and aligns the arguments of some calls under each other."""
    text = line.lstrip(" ")
    levels, rest = divmod(len(line) - len(text), _ALEMBIC_INDENT)
    return indent + file.indent * levels + " " * rest + text if text else ""


def _imports(file: SourceFile, lines: Sequence[str], imports: Sequence[str]) -> Iterator[Splice]:
    """A splice for all imports that the file lacks."""
    bound = {name for name, _ in bindings(file.module.body)}
    used = [code for name, code in _USES.items() if any(re.search(rf"\b{name}\.", line) for line in lines)]
    missing = [code for code in (*used, *imports) if not _is_bound(code, bound)]
    if missing:
        place = _import_place(file)
        yield Splice(place, place, "".join(code + file.newline for code in missing))


def _is_bound(code: str, bound: set[str]) -> bool:
    found = _BOUND.search(code)
    return found is not None and found.group(1) in bound


def _import_place(file: SourceFile) -> int:
    """Behind the last import of the file's head, else before its first statement that is no docstring."""
    place = None
    for statement in file.statements:
        node = statement.node
        small = node.body[0] if isinstance(node, cst.SimpleStatementLine) else None
        if isinstance(small, cst.Import | cst.ImportFrom):
            place = next_line(file.text, statement.span(node).end)
        elif not isinstance(small, cst.Expr) and place is None:
            return line_start(file.text, statement.span(node).start)
    return len(file.text) if place is None else place
