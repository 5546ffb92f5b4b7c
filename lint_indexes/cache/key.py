"""What an outcome depends on that is no input of the project's: the tool itself, and what it was asked."""

from __future__ import annotations

import importlib.util
import json
import os
import sys
import time
from collections.abc import Iterator
from hashlib import blake2b
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]
_LIBRARIES = ("pglast", "rpds")
_CODE = (".py", ".so", ".pyd")


def cache_key(*asked: object) -> str:
    """A name for the outcome of this tool for what it was ``asked``, which is made of JSON's values.

    It is another one every day: migrations may depend on the date (partitions of a month, say), and what was
    looked at without anybody's seeing it, in C, is at most of that day.
    """
    today = time.strftime("%Y-%m-%d")
    content = json.dumps([today, sys.version, sys.prefix, sorted(_own_code()), asked], default=str)
    return blake2b(content.encode(errors="surrogateescape"), digest_size=12).hexdigest()


def _own_code() -> Iterator[tuple[str, int, int]]:
    """Which files make the tool, by their sizes and times."""
    folders = [str(_PACKAGE), *_libraries()]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.name.endswith(_CODE):
                    found = entry.stat()
                    yield entry.path, found.st_size, found.st_mtime_ns
                elif entry.is_dir() and entry.name != "__pycache__":
                    folders.append(entry.path)


def _libraries() -> Iterator[str]:
    for name in _LIBRARIES:
        spec = importlib.util.find_spec(name)
        yield from (spec.submodule_search_locations or ()) if spec is not None else ()
