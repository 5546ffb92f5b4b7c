"""What the configuration demands of the schema."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from lint_indexes.model.catalog import Index
from lint_indexes.model.names import ObjectName
from lint_indexes.model.origin import Source


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
class Policy:
    """The expected indexes by name."""

    indexes: Mapping[str, ExpectedIndex] = field(default_factory=dict)
