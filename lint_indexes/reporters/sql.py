"""The indexes of a source as statements that psql runs."""

from __future__ import annotations

from lint_indexes.ddl.render import create_index
from lint_indexes.model.catalog import Index
from lint_indexes.report import Listing


def render_listing(listing: Listing) -> str:
    """One CREATE INDEX per line, by table and name; one that a constraint brings along is only a comment."""
    indexes = sorted(listing.indexes, key=lambda index: (index.table, index.name))
    return "".join(f"{_statement(index)}\n" for index in indexes)


def _statement(index: Index) -> str:
    statement = " ".join(f"{create_index(index)};".split("\n"))
    return f"-- {index.constraint.value}: {statement}" if index.constraint else statement
