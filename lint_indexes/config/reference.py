"""The tables of keys in docs/configuration.md."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from lint_indexes.config import settings
from lint_indexes.config.tables import Setting, plain

GROUPS: Mapping[str, tuple[Setting[Any], ...]] = {
    "places": settings.PLACES,
    "judgement": settings.JUDGEMENT,
    "policy": settings.POLICY,
    "index": settings.INDEX_ENTRY,
    "requirement": settings.REQUIREMENT,
}
"""The keys by the name that a marker in the document has for them."""

_MARKED = re.compile(r"(<!-- keys: (\w+)[^\n]*-->\n).*?(<!-- end of keys -->)", re.DOTALL)


def with_reference(document: str) -> str:
    """The document with its tables written anew, between ``<!-- keys: ... -->`` and ``<!-- end of keys -->``.

    Raises:
        KeyError: a marker names no group of keys.
    """
    return _MARKED.sub(lambda found: f"{found[1]}{_table(GROUPS[found[2]])}{found[3]}", document)


def _table(rows: Iterable[Setting[Any]]) -> str:
    return "".join(f"| {' | '.join(cells)} |\n" for cells in _cells(rows))


def _cells(rows: Iterable[Setting[Any]]) -> Iterator[tuple[str, ...]]:
    yield "key", "type", "without it", ""
    yield ("---",) * 4
    for setting in rows:
        texts = (f"`{setting.name}`", setting.shape.label, _without(setting), setting.summary)
        yield tuple(text.replace("|", "\\|") for text in texts)


def _without(setting: Setting[Any]) -> str:
    if setting.required:
        return "*required*"
    default = plain(setting.default)
    empty = default is None or default in ([], {})
    return setting.standing or ("" if empty else f"`{json.dumps(default)}`")
