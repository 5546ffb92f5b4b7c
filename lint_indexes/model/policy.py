"""What the configuration demands of the schema."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from fnmatch import fnmatchcase

from lint_indexes.model.catalog import Index, Table
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.names import ObjectName, QualifiedName
from lint_indexes.model.origin import Origin, Source


@dataclass(frozen=True, slots=True)
class ExpectedIndex:
    """One entry of ``[tool.lint-indexes.indexes]``.

    ``index`` is the definition with its table qualified; ``layers`` are the sources that must have it;
    ``table`` is the table as the entry wrote it; ``index.origin`` is the entry's own line.
    """

    index: Index
    table: ObjectName
    layers: frozenset[Source] = frozenset({Source.MODELS, Source.MIGRATIONS})
    reason: str | None = None


@dataclass(frozen=True, slots=True)
class Requirement:
    """One ``[[tool.lint-indexes.require]]``: tables with certain columns need an index that begins with some.

    ``tables`` are patterns with ``*`` and ``?``; one without a dot is meant for ``default_schema``.
    ``having`` are the columns that a table must have for the requirement to concern it, ``leading`` the
    first keys of the index, in order.
    """

    tables: tuple[str, ...]
    having: tuple[str, ...]
    leading: tuple[str, ...]
    origin: Origin
    reason: str | None = None
    default_schema: str = "public"

    def concerns(self, table: Table) -> bool:
        """Whether a pattern matches the table, and it has the columns."""
        return all(table.column(name) is not None for name in self.having) and self.names(table.name)

    def names(self, table: QualifiedName) -> bool:
        """Whether a pattern matches the table's name."""
        own = table.schema == self.default_schema
        full = f"{table.schema}.{table.name}"
        return any(
            fnmatchcase(full, pattern) if "." in pattern else own and fnmatchcase(table.name, pattern)
            for pattern in self.tables
        )


@dataclass(frozen=True, slots=True)
class NamePattern:
    """``index-name``: a regular expression in which ``{table}``, ``{column}`` and ``{columns}`` stand for the
    name of the table, the first column and all columns joined by underscores.
    """

    text: str

    def expand(self, table: str, columns: tuple[str, ...]) -> str:
        """The regular expression for an index on these columns."""
        words = {"table": table, "column": columns[0] if columns else "", "columns": "_".join(columns)}
        return re.sub(r"\{(table|columns?)\}", lambda match: re.escape(words[match[1]]), self.text)

    def matches(self, name: str, table: str, columns: tuple[str, ...]) -> bool:
        return re.fullmatch(self.expand(table, columns), name) is not None


@dataclass(frozen=True, slots=True)
class Policy:
    """The expected indexes by name, and what holds for all tables and indexes; None is no limit."""

    indexes: Mapping[str, ExpectedIndex] = field(default_factory=dict)
    requirements: tuple[Requirement, ...] = ()
    index_name: NamePattern | None = None
    max_indexes_per_table: int | None = None
    max_index_keys: int | None = None

    def required_names(self) -> frozenset[QualifiedName]:
        """The indexes that have an entry of their own."""
        return frozenset(expected.index.name for expected in self.indexes.values())

    def expects(self, name: QualifiedName) -> bool:
        """Whether an entry of the policy has this index."""
        return any(expected.index.name == name for expected in self.indexes.values())
