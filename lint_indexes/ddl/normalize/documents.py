"""Literals of text search and JSON path types (PostgreSQL manual, 8.11 and 8.14.7)."""

from __future__ import annotations

import re
from collections.abc import Hashable

from lint_indexes.ddl.normalize.moments import NotUnderstood

_WORD = r"""'(?:[^'\\]|''|\\.)*'|[^\s'\\:&|!()<>*]+"""
_LEXEME = re.compile(rf"\s*({_WORD})(?::([0-9A-Da-d,]+))?(?=\s|$)")


def _plain(word: str) -> str:
    inner = word[1:-1].replace("''", "'") if word.startswith("'") else word
    return re.sub(r"\\(.)", r"\1", inner)


def read_tsvector(text: str) -> Hashable:
    """The lexemes with their positions; spelling and order do not matter."""
    found: dict[str, frozenset[str]] = {}
    at = 0
    while at < len(text.rstrip()):
        match = _LEXEME.match(text, at)
        if match is None:
            raise NotUnderstood
        positions = frozenset(filter(None, (match[2] or "").upper().replace("D", "").split(",")))
        word = _plain(match[1])
        found[word] = found.get(word, frozenset()) | positions
        at = match.end()
    return frozenset(found.items())


_TOKEN = re.compile(
    rf"\s*(?:(?P<mark>[&|!()])|<(?P<distance>-|\d+)>|(?P<word>{_WORD})(?::(?P<flags>[*A-Da-d]+))?)\s*"
)


class _Query:
    """A recursive descent over the tokens of a tsquery: ``|`` binds least, then ``&``, ``<->`` and ``!``."""

    def __init__(self, text: str) -> None:
        self._tokens: list[re.Match[str]] = []
        at = 0
        while at < len(text):
            match = _TOKEN.match(text, at)
            if match is None:
                raise NotUnderstood
            self._tokens.append(match)
            at = match.end()

    def read(self) -> Hashable:
        value = self._joined("|")
        if self._tokens:
            raise NotUnderstood
        return value

    def _takes(self, mark: str) -> bool:
        if self._tokens and self._tokens[0]["mark"] == mark:
            self._tokens.pop(0)
            return True
        return False

    def _joined(self, mark: str) -> Hashable:
        parts: list[Hashable] = []
        while True:
            part = self._joined("&") if mark == "|" else self._phrase()
            nested = isinstance(part, tuple) and part[0] == mark
            parts.extend(part[1:] if nested and isinstance(part, tuple) else (part,))
            if not self._takes(mark):
                return parts[0] if len(parts) == 1 else (mark, *parts)

    def _phrase(self) -> Hashable:
        value = self._operand()
        while self._tokens and self._tokens[0]["distance"]:
            distance = self._tokens.pop(0)["distance"]
            value = ("<>", 1 if distance == "-" else int(distance), value, self._operand())
        return value

    def _operand(self) -> Hashable:
        if self._takes("!"):
            return ("!", self._operand())
        if self._takes("("):
            value = self._joined("|")
            if not self._takes(")"):
                raise NotUnderstood
            return value
        if not self._tokens or self._tokens[0]["word"] is None:
            raise NotUnderstood
        token = self._tokens.pop(0)
        return ("word", _plain(token["word"]), frozenset((token["flags"] or "").upper()))


def read_tsquery(text: str) -> Hashable:
    """The query as a tree."""
    return _Query(text).read()


_STEP = re.compile(
    r"""\s*(?:\.\s*(?:([A-Za-z_][A-Za-z0-9_]*)(?!\s*\()|"([^"\\]*)"|(\*))|\[\s*(\*|\d+)\s*\])\s*"""
)


_PATH_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[\w$@.]+|&&|\|\||[=!<>]=|<>|\S')


def read_jsonpath(text: str) -> Hashable:
    """Strictness and steps of a plain path, without filters and methods."""
    found = re.fullmatch(r"\s*(?:(strict|lax)\s+)?\$(.*)", text, re.DOTALL)
    if found is None:
        raise NotUnderstood
    steps: list[Hashable] = []
    at = 0
    while at < len(found[2].rstrip()):
        step = _STEP.match(found[2], at)
        if step is None:
            raise NotUnderstood(" ".join(_PATH_TOKEN.findall(text)))
        name, quoted, star, position = step.groups()
        key = name if name is not None else quoted
        steps.append(("key", key) if key is not None else ("any",) if star else ("at", position))
        at = step.end()
    return (found[1] == "strict", *steps)
