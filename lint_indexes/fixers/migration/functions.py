"""Statements into a migration that exists; everything else in the file stays as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

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
from lint_indexes.model.dataclass import dataclass

_DOWNGRADE = "downgrade"
_UPGRADE = "upgrade"
_ALEMBIC_INDENT = 4
_COMMIT = "get_bind().commit()"
_BOUND = re.compile(r"import (?:.* as )?(\w+)$")
_USES = {"op": "from alembic import op", "sa": "import sqlalchemy as sa"}


@dataclass(frozen=True, slots=True)
class Rendered:
    """Statements as Alembic renders them, from the outermost level on, and the imports that they need beside
    those of ``op`` and ``sa``.
    """

    lines: tuple[str, ...]
    imports: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Statements:
    """What is to be written into a migration.

    ``replaced`` by a line of the statement that goes; ``inserted`` by a line of ``upgrade()``, before the
    statement that it belongs to; ``appended`` goes to the end of ``downgrade()``, in the place of a lone
    ``pass``; the function is written where there is none.
    """

    replaced: Mapping[int, Rendered] = field(default_factory=dict)
    inserted: Mapping[int, Rendered] = field(default_factory=dict)
    appended: Rendered | None = None

    def and_(self, other: Statements) -> Statements:
        """Both."""
        return Statements(
            {**self.replaced, **other.replaced},
            {**self.inserted, **other.inserted},
            other.appended or self.appended,
        )

    def __iter__(self) -> Iterator[Rendered]:
        yield from (*self.replaced.values(), *self.inserted.values())
        yield from [self.appended] if self.appended else []


def edit_migration(source: bytes, statements: Statements) -> bytes:
    """Put statements into a migration.

    Raises:
        CannotEditError: the file cannot be parsed; its ``downgrade()`` ends in a return or a raise; what is
            to be replaced is no plain statement of ``upgrade()`` or ``downgrade()``; a line is not in
            ``upgrade()``.
    """
    decoded = decode(source)
    file = SourceFile(decoded.text)
    splices = [_replacement(file, line, rendered.lines) for line, rendered in statements.replaced.items()]
    splices += [_insertion(file, line, rendered.lines) for line, rendered in statements.inserted.items()]
    if statements.appended is not None:
        splices.append(_statements(file, statements.appended.lines))
    lines = [line for rendered in statements for line in rendered.lines]
    imports = dict.fromkeys(code for rendered in statements for code in rendered.imports)
    splices += _imports(file, lines, tuple(imports))
    return decoded.encode(spliced(decoded.text, splices))


def _insertion(file: SourceFile, line: int, lines: Sequence[str]) -> Splice:
    """Lines before the outermost statement of upgrade() that a line belongs to."""
    offset = file.line(line)
    function = file.statement_at(offset)
    node = function.node if function else None
    if function is None or not isinstance(node, cst.FunctionDef) or node.name.value != _UPGRADE:
        raise CannotEditError(f"line {line} is not in upgrade()")
    found = [one for one in node.body.body if function.covers_line(one, offset)]
    if not found or not isinstance(node.body, cst.IndentedBlock):
        raise CannotEditError(f"line {line} does not begin a statement of upgrade()")
    start = line_start(file.text, function.span(found[0]).start)
    return Splice(start, start, _indented(lines, indentation(file.text, start), file))


def _replacement(file: SourceFile, line: int, lines: Sequence[str]) -> Splice:
    """The statement that a line belongs to, written anew."""
    offset = file.line(line)
    function = file.statement_at(offset)
    paths = function.paths(lambda node: isinstance(node, cst.SimpleStatementLine)) if function else ()
    found = [path for path in paths if function is not None and function.covers_line(path[-1], offset)]
    if function is None or not found:
        raise CannotEditError(f"line {line} is not a statement of upgrade() or downgrade()")
    path = found[-1]
    span = function.span(path[-1])
    code = file.text[span.start : span.end]
    blocks = [node for node in path[:-1] if not isinstance(node, cst.IndentedBlock)]
    in_block = len(blocks) == 2 and _is_autocommit(function.code(blocks[1]))
    plain = bool(blocks) and isinstance(blocks[0], cst.FunctionDef) and (len(blocks) == 1 or in_block)
    if not plain or not _is_call(path[-1]):
        raise CannotEditError(f"line {line} stands in a block, or does more than call an operation")
    if "#" in code:
        raise CannotEditError(f"the statement in line {line} has a comment in it")
    indent = indentation(file.text, span.start)
    text = _indented(_without_block(lines) if in_block else lines, indent, file)
    return Splice(span.start, span.end, text[len(indent) :].rstrip("\r\n"))


def _is_autocommit(code: str) -> bool:
    return "autocommit_block()" in code.partition("\n")[0]


def _is_call(node: cst.CSTNode) -> bool:
    small = node.body if isinstance(node, cst.SimpleStatementLine) else ()
    return len(small) == 1 and isinstance(small[0], cst.Expr) and isinstance(small[0].value, cst.Call)


def _without_block(lines: Sequence[str]) -> list[str]:
    """The statements without the autocommit_block() around them and the commit before it, which are there."""
    body = [line for line in lines if not (_is_autocommit(line) or line.endswith(_COMMIT))]
    return [line.removeprefix(" " * _ALEMBIC_INDENT) if line.startswith(" ") else line for line in body]


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
