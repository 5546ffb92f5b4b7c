"""Drift between the models and the migrations, less what belongs to another rule or is not known."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.equality import are_equal
from lint_indexes.compare.match import match_indexes
from lint_indexes.model.catalog import Catalog, ConstraintKind, Index, RelationKind, Table
from lint_indexes.model.history import History
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.naming import Naming
from lint_indexes.model.policy import Policy

_DECLARABLE = (RelationKind.TABLE, RelationKind.PARTITIONED_TABLE)


class Drift:
    """The two sides matched once, and the questions that several rules ask of the result.

    An index that the policy names is the policy's business alone, so it is in no answer; nor is what the
    project keeps out of Alembic's own comparison, nor an index whose name in the models is too long.
    """

    def __init__(
        self, metadata: Catalog, migrations: History, policy: Policy | None, naming: Naming | None = None
    ) -> None:
        self.models = metadata
        self.migrations = migrations
        self.migrated = migrations.head
        self._matching = match_indexes(metadata, migrations.head)
        self._policy_names = policy.required_names() if policy else frozenset()
        self._cut_names = frozenset(long.stored for long in (naming.long_names if naming else ()))

    def models_only(self) -> Iterator[Index]:
        """Indexes that only the models have, on tables that both have."""
        return (index for index in self._matching.left_only if self._judged(index))

    def migrations_only(self) -> Iterator[Index]:
        """Indexes that only the migrations have, on tables that both have.

        Not those that the models declare under a name that is taken: that is LI206.
        """
        judged = (index for index in self._matching.right_only if self._judged(index))
        return (index for index in judged if not self._is_refused(index))

    def renamed(self) -> Iterator[tuple[Index, Index]]:
        """Equal indexes under two names that somebody chose: (in the models, in the migrations).

        A primary key's name is compared by nobody, and a name that the models leave to PostgreSQL may be any.
        """
        for left, right in self._matching.renamed:
            chosen = left.constraint is not ConstraintKind.PRIMARY_KEY and not left.generated_name
            if chosen and self._judged(left) and self._judged(right):
                yield left, right

    def same_name(self) -> Iterator[tuple[Index, Index]]:
        """Indexes of one name: (in the models, in the migrations)."""
        return (pair for pair in self._matching.same_name if self._judged(pair[0]))

    def tables_of_models_only(self) -> Iterator[Table]:
        """Tables that the models have and no migration creates."""
        if not self.migrated.open_world:
            yield from (table for table in self._matching.left_tables if self._known(table))

    def tables_of_migrations_only(self) -> Iterator[Table]:
        """Tables that the migrations lead to and the models lack; partitions belong to their parent."""
        for table in self._matching.right_tables:
            if self._known(table) and table.complete and table.partition_of is None:
                yield table

    def _is_refused(self, index: Index) -> bool:
        refused = (one for one in self.models.refused_indexes if one.table == index.table)
        return any(are_equal(one, self.models, index, self.migrated) for one in refused)

    def _judged(self, index: Index) -> bool:
        if index.name in self._policy_names or index.name in self._cut_names:
            return False
        if self.migrations.exclusions.has_index(index):
            return False
        return all(_is_known(index.table, catalog) for catalog in (self.models, self.migrated))

    def _known(self, table: Table) -> bool:
        if self.migrations.exclusions.has_table(table):
            return False
        return table.kind in _DECLARABLE and table.name not in self.migrated.uncertain


def _is_known(name: QualifiedName, catalog: Catalog) -> bool:
    """Whether all indexes of a table are known; those of one that is not there are none."""
    table = catalog.tables.get(name)
    return name not in catalog.uncertain and (table is None or table.complete)
