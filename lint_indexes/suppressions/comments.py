"""``# lint-indexes: ignore[LI401] the table is empty``: comments in migrations and models."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from tokenize import TokenInfo

from lint_indexes.model.names import nearest_name
from lint_indexes.model.origin import Origin

MARK = "lint-indexes:"

# With the mark as people misspell it; what is not MARK is told where an order follows.
_DIRECTIVE = re.compile(r"(?i)#\s*(?P<mark>lint[-_]?index(?:es)?\s*:?)\s*(?P<word>[\w-]*)(?P<rest>.*)")
# A remark in prose about the tool has more to say than a word, and neither brackets nor codes.
_ORDER = re.compile(r"\s*(?:[\[=(].*)?|.*\bLI\d.*")
_CODES = re.compile(r"\s*\[(?P<codes>[^\]]*)\](?P<reason>.*)")
_WORDS = ("ignore", "irreversible")
_FORM = "# lint-indexes: ignore[LI401] the reason"
_NO_CODE = frozenset(
    {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
)


@dataclass(frozen=True, slots=True)
class IgnoreComment:
    """One comment. ``lines`` are those that it speaks for, None for the whole file.

    ``selectors`` are the codes, families or names as written; ``problem`` says why it cannot be understood.
    """

    origin: Origin
    selectors: tuple[str, ...] = ()
    reason: str | None = None
    lines: range | None = None
    problem: str | None = None

    def covers(self, origin: Origin) -> bool:
        """Whether the comment speaks for what stands there."""
        if origin.path is None or origin.path != self.origin.path:
            return False
        return self.lines is None or (origin.line is not None and origin.line in self.lines)


@dataclass(slots=True)
class _Layout:
    """Where the code of a file stands: statements without their blocks, brackets, and lines with code."""

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


def read_comments(text: str, file: Origin) -> tuple[IgnoreComment, ...]:
    """The comments of a Python file, of which ``file`` says which one it is.

    A file that Python cannot read to its end is read as far as it goes.
    """
    if _DIRECTIVE.search(text) is None:
        return ()
    layout = _layout(text)
    found = (_comment(token, nested, layout, file) for token, nested in layout.comments)
    return tuple(comment for comment in found if comment is not None)


def _layout(text: str) -> _Layout:
    layout = _Layout()
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


def _comment(token: TokenInfo, nested: bool, layout: _Layout, file: Origin) -> IgnoreComment | None:
    directive = _DIRECTIVE.search(token.string)
    if directive is None:
        return None
    word = directive["word"]
    origin = replace(file, line=token.start[0], column=token.start[1] + directive.start() + 1)
    if directive["mark"] != MARK:
        misspelt = f'it begins with "{directive["mark"].strip()}" instead of "{MARK}"'
        meant = word == "irreversible" or (word == "ignore" and directive["rest"].lstrip().startswith("["))
        return IgnoreComment(origin, problem=misspelt) if meant else None
    if word != "ignore":
        problem = _unknown_word(word, directive["rest"])
        return None if problem is None else IgnoreComment(origin, problem=problem)
    codes = _CODES.match(directive["rest"])
    selectors = tuple(part.strip() for part in codes["codes"].split(",") if part.strip()) if codes else ()
    if codes is None or not selectors:
        return IgnoreComment(origin, problem=f"it names no rule; write {_FORM}")
    reason = codes["reason"].strip(" \t:-#") or None
    return IgnoreComment(origin, selectors, reason, _lines(token.start[0], nested, layout))


def _unknown_word(word: str, rest: str) -> str | None:
    """What to tell of a word that is not ``ignore``; None where it is known, or no order at all."""
    if word in _WORDS:
        return None
    nearest = nearest_name(word.lower(), _WORDS) if word else None
    if nearest is not None:
        return f'"{word}" is nothing that can be said; did you mean "{nearest}"?'
    if _ORDER.fullmatch(rest) is None:
        return None
    said = f'"{word}" is nothing that can be said' if word else "it says nothing"
    return f"{said}; write {_FORM}"


def _lines(line: int, nested: bool, layout: _Layout) -> range | None:
    """The lines that a comment speaks for; None for the whole file."""
    if line in layout.code_lines:
        return range(_beginning(line, layout), line + 1)
    first = layout.first_statement
    if not nested and (first is None or line < first):
        return None
    if nested:
        following = min((code for code in layout.code_lines if code > line), default=line)
        return range(
            following,
            max((end for start, end in layout.brackets if start == following), default=following) + 1,
        )
    return _next_statement(line, layout.statements)


def _beginning(line: int, layout: _Layout) -> int:
    """Where that which ends in a line begins: a statement, or what stands in brackets within one."""
    starts = [start for start, end in layout.brackets if end == line]
    starts += [tokens[0].start[0] for tokens in layout.statements if tokens[-1].end[0] == line]
    return min(starts, default=line)


def _next_statement(line: int, statements: Sequence[Sequence[TokenInfo]]) -> range:
    """The statement below a line, together with its decorators."""
    following = [tokens for tokens in statements if tokens[0].start[0] > line]
    for tokens in following:
        if tokens[0].string != "@":
            return range(following[0][0].start[0], tokens[-1].end[0] + 1)
    return range(0)
