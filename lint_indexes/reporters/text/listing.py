"""The indexes of a source as text."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from lint_indexes.ddl.render import create_index
from lint_indexes.model.catalog import Index
from lint_indexes.model.names import quote_identifier
from lint_indexes.report import Listing
from lint_indexes.reporters.text.frame import place
from lint_indexes.reporters.text.style import Style, printable


def render_listing(listing: Listing, *, show_path: Callable[[str], str], color: bool = False) -> str:
    """The indexes by table: name, what it is made of, and where it comes from."""
    style = Style(color)
    indexes = sorted(listing.indexes, key=lambda index: (index.table, index.name))
    lines: list[str] = []
    for table, group in groupby(indexes, key=lambda index: index.table):
        members = tuple(group)
        width = max(len(quote_identifier(index.name.name)) for index in members)
        lines += [style.good(printable(str(table)))]
        lines += [_index(index, width, show_path, style) for index in members]
        lines += [""]
    return "\n".join([*lines, f"{_total(listing, len(indexes))}\n"])


def _index(index: Index, width: int, show_path: Callable[[str], str], style: Style) -> str:
    name = quote_identifier(index.name.name).ljust(width)
    kind = index.constraint.value if index.constraint else "unique index" if index.unique else ""
    made_of = create_index(index).partition(" USING ")[2]
    where = place(index.origin, show_path) if index.origin else ""
    labels = [f"[{label}]" for label in (kind, "" if index.valid else "invalid") if label]
    parts = (printable(f"{name}  {made_of}"), *labels, style.gutter(printable(where)))
    return "    " + "  ".join(part for part in parts if part)


def _total(listing: Listing, count: int) -> str:
    at = f" at {listing.revision}" if listing.revision else ""
    noun = "index" if count == 1 else "indexes"
    return f"{count} {noun} in the {listing.source}{at}."
