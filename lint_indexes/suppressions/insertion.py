"""Ignore comments for what stands in a file today, put where ``comments`` reads them."""

from __future__ import annotations

import ast
import io
import re
import tokenize
import warnings
from collections.abc import Collection, Iterator, Mapping, Sequence
from enum import Enum

from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.origin import Origin
from lint_indexes.suppressions.comments import IgnoreComment, read_comments
from lint_indexes.suppressions.layout import Layout, layout_of

_NOT_CODE = (tokenize.COMMENT, tokenize.NL)
_LINE = re.compile(r"[^\n]*\n|[^\n]+")


@dataclass(frozen=True, slots=True)
class Annotated:
    """A file with its new comments. ``placed`` are the lines, as they were, that are spoken for now, and
    ``comments`` how many comments are new or have changed.
    """

    text: str
    placed: frozenset[int] = frozenset()
    comments: int = 0


class _Way(Enum):
    """Where a comment may go, the best first."""

    MERGE = "into the comment that speaks for the line already"
    ABOVE_LINE = "above the line"
    ABOVE_STATEMENT = "above the statement, where the line is within a string or after a backslash"
    BEHIND_LINE = "behind the line, where a comment above it would speak for the whole file"
    BEHIND_STATEMENT = "behind the end of the statement"


@dataclass(frozen=True, slots=True)
class _Place:
    """A line of the file, and what is done there."""

    way: _Way
    line: int

    @property
    def is_above(self) -> bool:
        return self.way in (_Way.ABOVE_LINE, _Way.ABOVE_STATEMENT)

    @property
    def key(self) -> tuple[str, int]:
        """Equal for places that share a comment."""
        kind = "above" if self.is_above else "merge" if self.way is _Way.MERGE else "behind"
        return kind, self.line


def add_ignores(
    text: str, wanted: Mapping[int, Collection[str]], file: Origin, reason: str | None = None
) -> Annotated:
    """Write a comment for each of some lines of a Python file, or add to the one that is there.

    Whether a comment speaks for its line is asked of ``read_comments`` itself; a comment that would
    speak for the whole file is none. Nothing but comments changes: line ends, indentation and the
    code stay.

    Parameters:
        wanted: codes by line, counted from 1.
        file: which file it is.
        reason: what new comments give as their reason.
    """
    plain = text.replace("\r\n", "\n")
    code = _code(plain)
    if code is None or "\r" in plain or not wanted:
        return Annotated(text)
    draft = _Draft(_LINE.findall(text), layout_of(plain), read_comments(plain, file), reason)
    places: dict[int, _Place] = {}
    for way in _Way:
        tried = dict(places)
        for line in wanted.keys() - places.keys():
            place = draft.place(way, line)
            if place is not None:
                tried[line] = place
        if tried != places:
            covered = _covered(draft.written(tried, wanted), draft, tried, wanted, file)
            places = {line: place for line, place in tried.items() if line in covered}
    result = draft.written(places, wanted)
    if _code(result.replace("\r\n", "\n")) != code:
        return Annotated(text)
    return Annotated(result, frozenset(places), len({place.key for place in places.values()}))


def _covered(
    text: str,
    draft: _Draft,
    places: Mapping[int, _Place],
    wanted: Mapping[int, Collection[str]],
    file: Origin,
) -> set[int]:
    """The lines that a comment of a text speaks for, with all of their codes."""
    comments = [one for one in read_comments(text.replace("\r\n", "\n"), file) if one.lines is not None]
    covered = set()
    for line in places:
        now = draft.moved(line, places)
        said = {code for one in comments if one.lines and now in one.lines for code in one.selectors}
        if said.issuperset(wanted[line]):
            covered.add(line)
    return covered


@dataclass(frozen=True, slots=True)
class _Draft:
    """A file that gets comments: its lines, their ends included, and the comments that it has."""

    lines: Sequence[str]
    layout: Layout
    comments: Sequence[IgnoreComment]
    reason: str | None

    def place(self, way: _Way, line: int) -> _Place | None:
        """Where a comment for a line goes in one way, None where it cannot."""
        if way is _Way.MERGE:
            existing = self._comment_for(line)
            return None if existing is None else _Place(way, existing)
        if not 1 <= line <= len(self.lines):
            return None
        start, end = self._statement(line)
        target = {_Way.ABOVE_STATEMENT: start, _Way.BEHIND_STATEMENT: end}.get(way, line)
        place = _Place(way, target)
        # Above a line and behind the one before it are on two sides of the same line end.
        return None if self._is_within(target if place.is_above else target + 1) else place

    def _comment_for(self, line: int) -> int | None:
        """The line of the narrowest comment that speaks for a line, and not for the whole file."""
        found = [
            (len(comment.lines), comment.origin.line)
            for comment in self.comments
            if comment.lines is not None and line in comment.lines and comment.problem is None
        ]
        return min(found)[1] if found else None

    def _statement(self, line: int) -> tuple[int, int]:
        """The first and the last line of the statement that a line is part of."""
        for tokens in self.layout.statements:
            if tokens[0].start[0] <= line <= tokens[-1].end[0]:
                return tokens[0].start[0], tokens[-1].end[0]
        return line, line

    def _is_within(self, line: int) -> bool:
        """Whether the end of the line before is within a string, or is taken away by a backslash."""
        if 1 < line <= len(self.lines) and self.lines[line - 2].rstrip("\r\n").endswith("\\"):
            return True
        return any(
            token.start[0] < line <= token.end[0] for tokens in self.layout.statements for token in tokens
        )

    def moved(self, line: int, places: Mapping[int, _Place]) -> int:
        """Where a line is when comments stand above others."""
        above = {place.line for place in places.values() if place.is_above}
        return line + sum(other <= line for other in above)

    def written(self, places: Mapping[int, _Place], wanted: Mapping[int, Collection[str]]) -> str:
        """The text with the comments."""
        codes: dict[tuple[str, int], set[str]] = {}
        for line, place in places.items():
            codes.setdefault(place.key, set()).update(wanted[line])
        return "".join(self._written_lines(codes))

    def _written_lines(self, codes: Mapping[tuple[str, int], Collection[str]]) -> Iterator[str]:
        newline = "\r\n" if self.lines and self.lines[0].endswith("\r\n") else "\n"
        for number, line in enumerate(self.lines, start=1):
            content = line.rstrip("\r\n")
            end = line[len(content) :]
            if above := codes.get(("above", number)):
                indentation = content[: len(content) - len(content.lstrip())]
                yield f"{indentation}{self._comment(above)}{end or newline}"
            if merged := codes.get(("merge", number)):
                content = self._merged(content, number, merged)
            if behind := codes.get(("behind", number)):
                content = f"{content}  {self._comment(behind)}"
            yield content + end

    def _comment(self, codes: Collection[str]) -> str:
        return f"# lint-indexes: ignore[{', '.join(sorted(codes))}]{f' {self.reason}' if self.reason else ''}"

    def _merged(self, content: str, number: int, codes: Collection[str]) -> str:
        """A line whose comment names further codes, after those that it names."""
        comment = next(one for one in self.comments if one.origin.line == number)
        assert comment.origin.column is not None
        opening = content.index("[", comment.origin.column - 1)
        closing = content.index("]", opening)
        selectors = dict.fromkeys((*comment.selectors, *sorted(codes)))
        reason = f" {self.reason}" if self.reason and comment.reason is None else ""
        return f"{content[: opening + 1]}{', '.join(selectors)}]{reason}{content[closing + 1 :]}"


def _code(text: str) -> object:
    """What must not change: the syntax tree, or where this Python is too old for it the tokens, without
    their places; None where it cannot read the text at all.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.dump(ast.parse(text))
    except (SyntaxError, ValueError, RecursionError):
        pass
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(text).readline))
    except (tokenize.TokenError, SyntaxError):
        return None
    if any(token.type == tokenize.ERRORTOKEN for token in tokens):
        return None
    return [(token.type, token.string) for token in tokens if token.type not in _NOT_CODE]
