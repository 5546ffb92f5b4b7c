"""Files of pieces of JSON, each compressed by itself: one that has not changed is written as it was read."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Iterator
from typing import Any

Json = Any

_LEVEL = 1
"""Not as small as can be: every run writes many megabytes for thousands of revisions."""


def compact(value: Json) -> bytes:
    """JSON in one line.

    Raises:
        TypeError: it is none.
    """
    return json.dumps(value, separators=(",", ":")).encode()


def piece_of(*lines: bytes) -> bytes:
    """Lines of JSON as a piece."""
    return zlib.compress(b"\n".join(lines), _LEVEL)


def lines_of(piece: bytes) -> list[bytes]:
    """The lines of a piece.

    Raises:
        ValueError: it is none.
    """
    try:
        return zlib.decompress(piece).splitlines()
    except zlib.error as error:
        raise ValueError(f"no piece: {error}") from error


def value_of(piece: bytes) -> Json:
    """What the only line of a piece says.

    Raises:
        ValueError: it is none, or has other lines.
    """
    [line] = lines_of(piece)
    return json.loads(line)


def assembled(pieces: Iterable[bytes]) -> bytes:
    """Pieces behind a line that says how long each is."""
    pieces = list(pieces)
    return b"\n".join((compact([len(piece) for piece in pieces]), b"".join(pieces)))


def taken_apart(content: bytes) -> Iterator[bytes]:
    """The pieces that were assembled.

    Raises:
        TypeError, ValueError: none were.
    """
    lengths, _, rest = content.partition(b"\n")
    start = 0
    for length in json.loads(lengths):
        yield rest[start : start + length]
        start += length
