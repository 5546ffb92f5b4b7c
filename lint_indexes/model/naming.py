"""What the models' names are measured by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import field

from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.origin import Origin


@dataclass(frozen=True, slots=True)
class LongName:
    """A name over 63 bytes, in full, with the line that gives it.

    ``stored`` is what PostgreSQL makes of it, ``table`` the table that it names or that has what it names.
    """

    name: str
    stored: QualifiedName
    table: QualifiedName
    origin: Origin


@dataclass(frozen=True, slots=True)
class Naming:
    """How the models name their indexes, those behind constraints included.

    ``conventional`` are the names that the metadata's naming_convention would give to an index that has
    another one of its own; only for a convention that the project has set, and where it leaves no doubt.
    ``long_names`` are those that PostgreSQL cuts.
    """

    conventional: Mapping[QualifiedName, tuple[str, ...]] = field(default_factory=dict)
    long_names: tuple[LongName, ...] = ()
