"""What there is in the database of a synthetic project, as far as it has come."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

INDEX_KINDS = ("plain", "composite", "partial", "expression", "include", "unique")


@dataclass
class Column:
    """``type`` is SQLAlchemy's, as source text without a module before it."""

    name: str
    type: str
    options: str = ""


@dataclass
class Index:
    """The ``number``-th index of its table, on a column that no other of them has."""

    name: str
    column: str
    kind: str


@dataclass
class Constraint:
    """``text`` is the condition of a check, or the table that a foreign key refers to."""

    name: str
    kind: Literal["unique", "check", "foreign key"]
    column: str
    text: str = ""


@dataclass
class Table:
    name: str
    columns: list[Column] = field(default_factory=list)
    indexes: list[Index] = field(default_factory=list)
    constraints: list[Constraint] = field(default_factory=list)


def new_table(number: int, fields: int) -> Table:
    """A table as most applications have them, with a column for each of its first indexes."""
    table = Table(f"entity_{number:04}")
    table.columns += [
        Column("id", "BigInteger()", "primary_key=True"),
        Column("name", "String(50)", "nullable=False"),
        Column("status", "String(20)", 'server_default="new", nullable=False'),
        Column("created_at", "DateTime(timezone=True)", 'server_default=text("now()"), nullable=False'),
        Column("deleted_at", "DateTime(timezone=True)"),
        *(Column(f"field_{at}", "String(100)") for at in range(fields)),
    ]
    return table


def index_arguments(index: Index) -> tuple[str, str]:
    """The keys and the options of Index(), both as source text."""
    keys = {
        "composite": f'"{index.column}", "created_at"',
        "expression": f'text("lower({index.column})")',
    }.get(index.kind, f'"{index.column}"')
    options = {
        "partial": ', postgresql_where=text("deleted_at IS NULL")',
        "include": ', postgresql_include=["name"]',
        "unique": ", unique=True",
    }.get(index.kind, "")
    return keys, options
