"""``# lint-indexes: ignore[LI401] the table is empty``: comments in migrations and models."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from tokenize import TokenInfo

from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.names import nearest_name
from lint_indexes.model.origin import Origin
from lint_indexes.suppressions.layout import Layout, layout_of

MARK = "lint-indexes:"

# With the mark as people misspell it; what is not MARK is told where an order follows.
_DIRECTIVE = re.compile(r"(?i)#\s*(?P<mark>lint[-_]?index(?:es)?\s*:?)\s*(?P<word>[\w-]*)(?P<rest>.*)")
# A remark in prose about the tool has more to say than a word, and neither brackets nor codes.
_ORDER = re.compile(r"\s*(?:[\[=(].*)?|.*\bLI\d.*")
_CODES = re.compile(r"\s*\[(?P<codes>[^\]]*)\](?P<reason>.*)")
_WORDS = ("ignore", "irreversible")
_FORM = "# lint-indexes: ignore[LI401] the reason"


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


def read_comments(text: str, file: Origin) -> tuple[IgnoreComment, ...]:
    """The comments of a Python file, of which ``file`` says which one it is.

    A file that Python cannot read to its end is read as far as it goes.
    """
    if _DIRECTIVE.search(text) is None:
        return ()
    layout = layout_of(text)
    found = (_comment(token, nested, layout, file) for token, nested in layout.comments)
    return tuple(comment for comment in found if comment is not None)


def _comment(token: TokenInfo, nested: bool, layout: Layout, file: Origin) -> IgnoreComment | None:
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
        return IgnoreComment(origin, problem=f"it names no rule in brackets; write {_FORM}")
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


def _lines(line: int, nested: bool, layout: Layout) -> range | None:
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


def _beginning(line: int, layout: Layout) -> int:
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
