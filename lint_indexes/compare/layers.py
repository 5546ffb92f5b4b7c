"""The models and the migrations as the policy sees them: one catalog each that must have an index."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.equality import Equal, compare_indexes
from lint_indexes.compare.state import catalogs_of
from lint_indexes.compare.targets import unknown_target
from lint_indexes.model.catalog import Catalog, Index
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.history import History
from lint_indexes.model.origin import Source
from lint_indexes.model.policy import ExpectedIndex


@dataclass(frozen=True, slots=True)
class Layer:
    """A source that must have an index of the policy."""

    source: Source
    catalog: Catalog

    def lacks(self, index: Index) -> bool:
        """Whether the index is missing for sure.

        Not where the whole table is missing (that is one finding of its own), nor where the table's indexes
        are not all known.
        """
        table = self.catalog.tables.get(index.table)
        known = table is not None and table.complete and index.table not in self.catalog.uncertain
        return known and index.name not in self.catalog.indexes

    def twins(self, index: Index) -> Iterator[Index]:
        """The indexes that equal this one under another name."""
        for candidate in self.catalog.indexes_on(index.table):
            same = compare_indexes(candidate, self.catalog, index, self.catalog)
            if candidate.name != index.name and isinstance(same, Equal):
                yield candidate


def layers_of(expected: ExpectedIndex, metadata: Catalog | None, migrations: History | None) -> list[Layer]:
    """The sources that are there and that the policy entry is meant for.

    None where its table or a column is in none of them: an index that cannot be is LI001.
    """
    if unknown_target(expected.index, catalogs_of(metadata, migrations)) is not None:
        return []
    layers = []
    if metadata is not None and Source.MODELS in expected.layers:
        layers.append(Layer(Source.MODELS, metadata))
    if migrations is not None and Source.MIGRATIONS in expected.layers:
        layers.append(Layer(Source.MIGRATIONS, migrations.head))
    return layers
