"""Identifiers that PostgreSQL cuts."""

from __future__ import annotations

import re

from pglast.parser import ParseError, scan

from lint_indexes.model.names import MAX_IDENTIFIER_BYTES

_LONG = re.compile(rb'[A-Za-z0-9_$\x80-\xff]{%d}|"(?:[^"]|""){%d}' % ((MAX_IDENTIFIER_BYTES + 1,) * 2))
"""Every long name has it; not all that has it is a name."""


def long_identifiers(sql: str) -> tuple[str, ...]:
    """The names in a text that are over 63 bytes, in full and each once.

    PostgreSQL cuts them with no more than a notice (manual, 4.1.1 Identifiers and Key Words).
    """
    if not _LONG.search(sql.encode()):
        return ()
    try:
        tokens = scan(sql)
    except ParseError:
        return ()
    names = (_name(sql[token.start : token.end + 1]) for token in tokens if token.name == "IDENT")
    return tuple(dict.fromkeys(name for name in names if len(name.encode()) > MAX_IDENTIFIER_BYTES))


def _name(text: str) -> str:
    return text[1:-1].replace('""', '"') if text.startswith('"') else text
