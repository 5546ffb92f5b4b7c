"""Literals of geometric types (PostgreSQL manual, 8.8 Geometric Types)."""

from __future__ import annotations

import re
from collections.abc import Hashable

from lint_indexes.ddl.normalize.moments import NotUnderstood

_NUMBER = r"\s*([+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)\s*"
_PAIR = re.compile(_NUMBER + "," + _NUMBER)


def _numbers(text: str, count: int, allowed: str) -> tuple[float, ...]:
    """The ``count`` numbers of a literal that consists of them, commas and the ``allowed`` brackets."""
    bare = re.sub(rf"[{re.escape(allowed)}]", " ", text)
    parts = [part.strip() for part in bare.split(",")]
    if len(parts) != count or not all(re.fullmatch(_NUMBER, part) for part in parts):
        raise NotUnderstood
    return tuple(float(part) + 0.0 for part in parts)


def read_point(text: str) -> Hashable:
    return _numbers(text, 2, "()")


def read_segment(text: str) -> Hashable:
    """The two ends, in their order."""
    return _numbers(text, 4, "()[]")


def read_box(text: str) -> Hashable:
    """The upper right and lower left corners, whichever two opposite ones were given."""
    x1, y1, x2, y2 = _numbers(text, 4, "()")
    return max(x1, x2), max(y1, y2), min(x1, x2), min(y1, y2)


def read_circle(text: str) -> Hashable:
    return _numbers(text, 3, "()<>")
