"""A Python file as text and as a syntax tree, and where in the text each node stands."""

from __future__ import annotations

import io
import re
import tokenize
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import fields
from functools import cache, cached_property
from itertools import accumulate

import libcst as cst
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from lint_indexes.fixers.models.splices import NEWLINE, CannotEditError, line_end, line_start
from lint_indexes.model.dataclass import dataclass

Path = tuple[cst.CSTNode, ...]
"""A node with all that it stands in, outermost (a statement of the module) first."""

_BOM = "\ufeff"
_WIDTHS = (88, 100, 120)
_SOME_LINES = 0.99
_BRACKET = re.compile(r"[()\[\]{}]")
# Python takes no more (MAXLEVEL in CPython's tokenizer); libcst's parser crashes on some thousands.
_DEEPEST = 200
_LAYOUT = ("whitespace", "leading_lines", "lines_after", "lpar", "rpar", "comma", "semicolon")


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text without its byte order mark, and how it was encoded."""

    text: str
    encoding: str
    bom: bool

    def encode(self, text: str) -> bytes:
        """Raises CannotEditError where the encoding lacks a character."""
        try:
            return ((_BOM if self.bom else "") + text).encode(self.encoding)
        except UnicodeEncodeError as error:
            raise CannotEditError(
                f"the file's encoding, {self.encoding}, cannot hold {error.object[error.start]!r}"
            ) from None


def decode(source: bytes) -> Decoded:
    """Raises CannotEditError where the bytes are not what the file's encoding says (PEP 263)."""
    try:
        encoding, _ = tokenize.detect_encoding(io.BytesIO(source).readline)
        bom = encoding == "utf-8-sig"
        encoding = "utf-8" if bom else encoding
        text = source.decode(encoding)
    except (SyntaxError, UnicodeDecodeError, LookupError) as error:
        raise CannotEditError(f"the file cannot be decoded: {error}") from None
    return Decoded(text.removeprefix(_BOM), encoding, bom)


@dataclass(frozen=True, slots=True)
class Span:
    start: int
    end: int


class Statement:
    """A statement of the module; ``span`` is in characters of the whole file."""

    def __init__(self, source: SourceFile, node: cst.CSTNode, start: int, code: str) -> None:
        self.source = source
        self.node = node
        self.start = start
        self._code = code

    @cached_property
    def _positions(self) -> dict[cst.CSTNode, CodeRange]:
        alone = self.source.module.with_changes(header=(), footer=(), body=[self.node])
        found = MetadataWrapper(alone, unsafe_skip_copy=True).resolve(PositionProvider)
        return {node: position for node, position in found.items() if isinstance(position, CodeRange)}

    @cached_property
    def _lines(self) -> list[int]:
        return [self.start, *(self.start + found.end() for found in NEWLINE.finditer(self._code))]

    def span(self, node: cst.CSTNode) -> Span:
        """Without the white space, comments and (of most nodes) parentheses around it."""
        place = self._positions[node]
        start, end = place.start, place.end
        return Span(self._lines[start.line - 1] + start.column, self._lines[end.line - 1] + end.column)

    def code(self, node: cst.CSTNode) -> str:
        span = self.span(node)
        return self.source.text[span.start : span.end]

    def covers_line(self, node: cst.CSTNode, line: int) -> bool:
        """Whether the line that begins at an offset holds some of the node."""
        span = self.span(node)
        return line_start(self.source.text, span.start) <= line < max(span.end, span.start + 1)

    def begins_on(self, node: cst.CSTNode, line: int) -> bool:
        return line_start(self.source.text, self.span(node).start) == line

    def paths(self, wanted: Callable[[cst.CSTNode], bool]) -> Iterator[Path]:
        """The nodes of a kind, with all that each stands in."""
        return paths(self.node, wanted)


def paths(node: cst.CSTNode, wanted: Callable[[cst.CSTNode], bool], within: Path = ()) -> Iterator[Path]:
    """The nodes below a node (itself included) that are wanted, in the order of the text."""
    path = (*within, node)
    if wanted(node):
        yield path
    for child in _children(node):
        yield from paths(child, wanted, path)


def _children(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """What CSTNode.children has, without white space and much faster."""
    for name in _parts(type(node)):
        value = getattr(node, name)
        if isinstance(value, cst.CSTNode):
            yield value
        elif isinstance(value, (tuple, list)):
            yield from (one for one in value if isinstance(one, cst.CSTNode))


@cache
def _parts(kind: type[cst.CSTNode]) -> tuple[str, ...]:
    return tuple(one.name for one in fields(kind) if not one.name.startswith(_LAYOUT))


def suites(node: cst.CSTNode) -> Iterator[cst.BaseSuite]:
    """The blocks of a compound statement."""
    for part in ("body", "handlers", "cases", "orelse", "finalbody"):
        value = getattr(node, part, None)
        if isinstance(value, cst.BaseSuite):
            yield value
        elif isinstance(value, cst.CSTNode):
            yield from suites(value)
        elif part in ("handlers", "cases"):
            for one in value or ():
                yield from suites(one)


def _depth(text: str) -> int:
    """How deeply brackets are nested, those in strings and comments counted too."""
    steps = (1 if bracket in "([{" else -1 for bracket in _BRACKET.findall(text))
    return max(accumulate(steps), default=0)


class SourceFile:
    """A parsed file.

    Raises:
        CannotEditError: libcst cannot parse it, or would not give it back as it was.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        if _depth(text) > _DEEPEST:
            raise CannotEditError("the file's brackets are nested too deeply to be parsed")
        try:
            self.module = cst.parse_module(text)
            header = "".join(map(self.module.code_for_node, self.module.header))
            codes = [self.module.code_for_node(node) for node in self.module.body]
            footer = "".join(map(self.module.code_for_node, self.module.footer))
        except cst.ParserSyntaxError as error:
            raise CannotEditError(
                f"the file cannot be parsed: line {error.raw_line} is no Python that is known here"
            ) from None
        except RecursionError:
            raise CannotEditError("the file is nested too deeply to be parsed") from None
        whole = "".join([header, *codes, footer])
        if whole != text and (
            self.module.has_trailing_newline or whole != text + self.module.default_newline
        ):
            raise CannotEditError("the file's line endings or white space cannot be kept")
        self.newline: str = self.module.default_newline
        self.indent: str = self.module.default_indent
        self.statements: list[Statement] = []
        at = len(header)
        for node, code in zip(self.module.body, codes, strict=True):
            self.statements.append(Statement(self, node, at, code))
            at += len(code)
        self._starts = [statement.start for statement in self.statements]

    def statement_at(self, offset: int) -> Statement | None:
        """The statement that a line belongs to, or the one that comes before it."""
        found = bisect_right(self._starts, offset)
        return self.statements[found - 1] if found else None

    def line(self, number: int) -> int:
        """Where a line begins, counted from 1; -1 where there is none."""
        starts = [0, *(found.end() for found in NEWLINE.finditer(self.text))]
        return starts[number - 1] if 0 < number <= len(starts) else -1

    def line_number(self, offset: int) -> int:
        return len(NEWLINE.findall(self.text, 0, line_start(self.text, offset))) + 1

    def newline_at(self, offset: int) -> str:
        """The newline of that line, as some files mix them."""
        found = NEWLINE.match(self.text, line_end(self.text, offset))
        return found.group() if found else self.newline

    @cached_property
    def classes(self) -> list[cst.ClassDef]:
        """Every class statement of the file."""
        found: list[cst.ClassDef] = []
        pending: list[cst.CSTNode] = list(self.module.body)
        while pending:
            node = pending.pop()
            if isinstance(node, cst.ClassDef):
                found.append(node)
            for suite in suites(node):
                pending.extend(suite.body)
        return found[::-1]

    @cached_property
    def width(self) -> int:
        """How long its lines may be: 79, 88, 100 or 120, as far as can be seen from those that it has."""
        lengths = [len(line) for line in NEWLINE.split(self.text)]
        if 74 < max(lengths) <= 79:
            return 79
        fits = (width for width in _WIDTHS if sum(n <= width for n in lengths) >= _SOME_LINES * len(lengths))
        return next(fits, _WIDTHS[-1])

    @cached_property
    def quote(self) -> str:
        """The quotes that most of its short strings are in."""
        single = len(re.findall(r"(?<!['\w])'(?!')", self.text))
        double = len(re.findall(r'(?<!["\w])"(?!")', self.text))
        return "'" if single > double else '"'
