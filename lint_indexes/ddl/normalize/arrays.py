"""Literals of arrays and ranges (PostgreSQL manual, 8.15.6 and 8.17.5)."""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable
from datetime import date, timedelta
from itertools import pairwise

from lint_indexes.ddl.normalize.moments import NotUnderstood

_TOKEN = re.compile(
    r"""\s*(?:(?P<mark>[{},])|"(?P<quoted>(?:[^"\\]|\\.)*)"|(?P<plain>(?:[^"\\{},\s]|\\.|\s+(?![\s{},]))+))\s*""",
    re.DOTALL,
)


def read_array(text: str, element: Callable[[str], Hashable]) -> Hashable:
    """The elements of ``{a,b,NULL}``, nested where it has several dimensions; None is an element's NULL.

    Raises:
        NotUnderstood: it is no such literal, or has explicit bounds.
    """
    tokens = _tokens(text)
    value, rest = _read_braces(tokens, element)
    if rest:
        raise NotUnderstood
    return value


def _tokens(text: str) -> list[tuple[str, str]]:
    """(kind, text) of each token: mark, quoted or plain."""
    found, at = [], 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise NotUnderstood
        found.append((match.lastgroup, match[match.lastgroup]))
        at = match.end()
    return found


def _read_braces(
    tokens: list[tuple[str, str]], element: Callable[[str], Hashable]
) -> tuple[Hashable, list[tuple[str, str]]]:
    if not tokens or tokens[0] != ("mark", "{"):
        raise NotUnderstood
    tokens = tokens[1:]
    values: list[Hashable] = []
    if tokens and tokens[0] == ("mark", "}"):
        return ("array",), tokens[1:]
    while tokens:
        if tokens[0] == ("mark", "{"):
            value, tokens = _read_braces(tokens, element)
        else:
            value, tokens = _read_one(tokens[0], element), tokens[1:]
        values.append(value)
        if not tokens or tokens[0][0] != "mark" or tokens[0][1] == "{":
            raise NotUnderstood
        mark, tokens = tokens[0][1], tokens[1:]
        if mark == "}":
            return ("array", *values), tokens
    raise NotUnderstood


def _read_one(token: tuple[str, str], element: Callable[[str], Hashable]) -> Hashable:
    kind, text = token
    if kind == "mark":
        raise NotUnderstood
    if kind == "plain" and text.upper() == "NULL":
        return None
    return element(re.sub(r"\\(.)", r"\1", text, flags=re.DOTALL))


_RANGE = re.compile(r'\s*([\[(])\s*("[^"\\]*"|[^",()\[\]\\]*)\s*,\s*("[^"\\]*"|[^",()\[\]\\]*)\s*([\])])\s*')


def read_range(text: str, subtype: str, bound: Callable[[str], Hashable]) -> Hashable:
    """(lower inclusive, lower, upper, upper inclusive), integers and dates as ``[lower,upper)``; or empty.

    Raises:
        NotUnderstood: it is no such literal, or a bound is not.
    """
    if text.strip().lower() == "empty":
        return "empty"
    found = _RANGE.fullmatch(text)
    if found is None:
        raise NotUnderstood
    texts = [part.strip().strip('"') for part in found.group(2, 3)]
    lower, upper = (bound(part) if part else None for part in texts)
    with_lower, with_upper = found[1] == "[" and lower is not None, found[4] == "]" and upper is not None
    if subtype in ("int4", "int8", "date"):
        lower = lower if with_lower or lower is None else _next(lower)
        upper = _next(upper) if with_upper else upper
        with_lower, with_upper = lower is not None, False
    if lower == upper and lower is not None and not (with_lower and with_upper):
        return "empty"
    return (with_lower, lower, upper, with_upper)


def read_multirange(text: str, element: Callable[[str], Hashable]) -> Hashable:
    """The ranges of ``{[1,3),[5,7)}``; those that PostgreSQL would merge or sort are not understood.

    Raises:
        NotUnderstood: it is no such literal, or not in the form in which it is stored.
    """
    found = re.fullmatch(r"\s*\{(.*)\}\s*", text, re.DOTALL)
    if found is None:
        raise NotUnderstood
    values, at = [], 0
    while at < len(found[1].rstrip()):
        part = _RANGE.match(found[1], at)
        if part is None:
            raise NotUnderstood
        values.append(element(part[0]))
        at = part.end()
        if found[1][at : at + 1] == ",":
            at += 1
    for one, other in pairwise(values):
        if not _before(one, other):
            raise NotUnderstood
    return ("multirange", *values)


def _before(one: Hashable, other: Hashable) -> bool:
    """Whether a range ends well before another begins."""
    if not isinstance(one, tuple) or not isinstance(other, tuple) or one[2] is None or other[1] is None:
        return False
    return type(one[2]) is type(other[1]) and not isinstance(one[2], str) and bool(one[2] < other[1])


def _next(value: Hashable) -> Hashable:
    if isinstance(value, int):
        return value + 1
    if isinstance(value, date):
        return value + timedelta(days=1)
    raise NotUnderstood
