"""Where in a TOML text each key stands, which a TOML parser does not tell."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from typing import NamedTuple

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

__all__ = ["Key", "Position", "key_positions", "tomllib"]

Key = tuple[str, ...]

_TOKEN = re.compile(
    r"""
      (?P<skip>    [ \t\r]+ | \#[^\n]* )
    | (?P<quoted>  \"\"\"(?:\\.|[^\\])*?\"{3,5} | '''.*?'{3,5} | "(?:\\.|[^"\\\n])*" | '[^'\n]*' )
    | (?P<bare>    [A-Za-z0-9_-]+ )
    | (?P<mark>    [\n.=\[\]{}] )
    | (?P<other>   . )
    """,
    re.VERBOSE | re.DOTALL,
)


class Position(NamedTuple):
    """A place in a text; both count from 1."""

    line: int
    column: int


class _Token(NamedTuple):
    kind: str
    text: str
    position: Position


def key_positions(text: str) -> Iterator[tuple[Key, Position]]:
    """Every table header and every ``key =`` of a TOML text, with its full path, in order.

    Keys inside inline tables are not listed. In an array of tables each table has a number in its path.
    Never raises, whatever the text: where it is no TOML, what comes after the fault may be missing.
    """
    tokens = list(_tokens(text))
    table: Key = ()
    tables_seen: dict[Key, int] = {}
    at = 0
    while at < len(tokens):
        start = at
        if tokens[at].text == "\n":
            at += 1
        elif tokens[at].text == "[":
            key, at = _header(tokens, at)
            if start + 1 < len(tokens) and tokens[start + 1].text == "[":
                tables_seen[key] = tables_seen.get(key, -1) + 1
                key = (*key, str(tables_seen[key]))
            table = key
            yield table, tokens[start].position
        else:
            key, at = _dotted_key(tokens, at)
            if key:
                yield (*table, *key), tokens[start].position
            at = _after_value(tokens, at)


def _tokens(text: str) -> Iterator[_Token]:
    line, line_start = 1, 0
    for match in _TOKEN.finditer(text):
        kind = match.lastgroup or ""
        if kind != "skip":
            yield _Token(kind, match.group(), Position(line, match.start() - line_start + 1))
        newlines = match.group().count("\n")
        if newlines:
            line += newlines
            line_start = match.start() + match.group().rindex("\n") + 1


def _header(tokens: list[_Token], at: int) -> tuple[Key, int]:
    while at < len(tokens) and tokens[at].text == "[":
        at += 1
    key, at = _dotted_key(tokens, at)
    while at < len(tokens) and tokens[at].text == "]":
        at += 1
    return key, at


def _dotted_key(tokens: list[_Token], at: int) -> tuple[Key, int]:
    key: list[str] = []
    while at < len(tokens) and (tokens[at].kind in ("bare", "quoted") or tokens[at].text == "."):
        if tokens[at].text != ".":
            key.append(_key_text(tokens[at]))
        at += 1
    return tuple(key), at


def _key_text(token: _Token) -> str:
    if token.kind == "bare":
        return token.text
    try:
        return str(tomllib.loads(f"key = {token.text}")["key"])
    except tomllib.TOMLDecodeError:
        return token.text


def _after_value(tokens: list[_Token], at: int) -> int:
    """The place after the newline that ends a value: brackets may hold newlines."""
    depth = 0
    while at < len(tokens):
        text = tokens[at].text
        depth += (text in ("[", "{")) - (text in ("]", "}"))
        at += 1
        if text == "\n" and depth <= 0:
            break
    return at
