"""Where the code of a Python file stands."""

from __future__ import annotations

import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass, field
from tokenize import TokenInfo

_NO_CODE = frozenset(
    {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
)


@dataclass(slots=True)
class Layout:
    """The parts of a file, by their tokens and lines: statements without their blocks, brackets, lines with
    code, and comments.
    """

    statements: list[list[TokenInfo]] = field(default_factory=list)
    brackets: list[tuple[int, int]] = field(default_factory=list)
    code_lines: set[int] = field(default_factory=set)
    comments: list[tuple[TokenInfo, bool]] = field(default_factory=list)
    """Each with whether it stands within brackets."""

    @property
    def first_statement(self) -> int | None:
        """The line of the first statement; a module's docstring is none."""
        for statement in self.statements:
            if statement is not self.statements[0] or statement[0].type != tokenize.STRING:
                return statement[0].start[0]
        return None


def layout_of(text: str) -> Layout:
    """The layout of a file, as far as Python can read it."""
    layout = Layout()
    statement: list[TokenInfo] = []
    open_lines: list[int] = []
    for token in _tokens(text):
        if token.type == tokenize.COMMENT:
            layout.comments.append((token, bool(open_lines)))
        elif token.type not in _NO_CODE:
            statement.append(token)
            layout.code_lines.update(range(token.start[0], token.end[0] + 1))
        if token.type == tokenize.OP and token.string in "([{":
            open_lines.append(token.start[0])
        elif token.type == tokenize.OP and token.string in ")]}" and open_lines:
            layout.brackets.append((open_lines.pop(), token.start[0]))
        elif token.type == tokenize.NEWLINE and statement:
            layout.statements.append(statement)
            statement = []
    return layout


def _tokens(text: str) -> Iterator[TokenInfo]:
    try:
        yield from tokenize.generate_tokens(io.StringIO(text).readline)
    except (tokenize.TokenError, SyntaxError):
        return
