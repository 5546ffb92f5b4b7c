"""Parameters written into a statement as literals, as psycopg2 does: any statement can have them, DDL too."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence

from lint_indexes.ddl.parameters import TypedText

# What $1 may not be looked for in, and $1 itself (PostgreSQL manual, 4.1 Lexical Structure).
_TOKEN = re.compile(
    r"""
    [eE]'(?:[^'\\]|\\.|'')*'
    | '(?:[^']|'')*'
    | "(?:[^"]|"")*"
    | \$(?P<tag>(?:[^\W\d]\w*)?)\$.*?\$(?P=tag)\$
    | --[^\n]*
    | /\*.*?\*/
    | (?P<word>[^\W\d][\w$]*)
    | \$(?P<number>\d+)
    """,
    re.VERBOSE | re.DOTALL,
)


def with_literals(sql: str, parameters: Sequence[object]) -> str:
    """The statement with the values of $1 and so on in their places; a number without value is left."""

    def replaced(match: re.Match[str]) -> str:
        number = match["number"]
        if number is None or not 0 < int(number) <= len(parameters):
            return match[0]
        return literal(parameters[int(number) - 1])

    return _TOKEN.sub(replaced, sql)


def bare_words(sql: str) -> list[str]:
    """The keywords and unquoted names of a statement, in lower case; nothing of strings and comments."""
    return [match["word"].lower() for match in _TOKEN.finditer(sql) if match["word"]]


def literal(value: object) -> str:
    """A parameter as SQL. A plain string has no type of its own: it is read as what is wanted."""
    if value is None:
        return "NULL"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and (value != value or value in (float("inf"), float("-inf"))):
        return f"'{value}'::float8"
    if isinstance(value, (int, float)):
        return f" {value}"  # a space, so that "- $1" does not become a comment
    if isinstance(value, (list, tuple)):
        return f"ARRAY[{', '.join(map(literal, value))}]" if value else "'{}'"
    if isinstance(value, TypedText):
        return f" {value.text}" if value.is_number else f"{literal(value.text)}::{value.type_name}"
    text = value if isinstance(value, str) else json.dumps(value)
    return "'" + text.replace("'", "''") + "'"
