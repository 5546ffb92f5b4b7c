"""The schema of a database, as a persistent value: a changed catalog shares what did not change."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import field, replace
from typing import Any, TypeVar

from rpds import HashTrieMap, HashTrieSet

from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.lineage import Touched, touched_since_they_parted
from lint_indexes.model.names import ObjectName, QualifiedName
from lint_indexes.model.objects import (
    Column,
    Constraint,
    ConstraintKind,
    Function,
    Index,
    IndexKey,
    RelationKind,
    Sequence,
    Table,
    Type,
    TypeKind,
)
from lint_indexes.model.references import (
    PARTS_WITH_TABLES,
    constraint_names_of,
    refiled,
    sequences_used_by,
    tables_used_by,
)

__all__ = [
    "Catalog",
    "Column",
    "Constraint",
    "ConstraintKind",
    "Function",
    "Index",
    "IndexKey",
    "RelationKind",
    "Sequence",
    "Table",
    "Type",
    "TypeKind",
]


@dataclass(frozen=True, slots=True)
class Catalog:
    """All that a session sees. Every ``with_`` and ``without_`` returns a new catalog.

    ``uncertain`` maps a table to the reason why its indexes cannot be known for sure.
    ``open_world``: objects may exist that nobody has seen (a history that began with create_all and stamp).
    ``index_names`` has the indexes of each table, ``constraint_names`` the tables that have a constraint of
    each name, ``dependents`` the tables and views that refer to a table, ``sequence_users`` those with a
    column whose default names a sequence (by its name alone), ``owned_sequences`` the sequences that a table
    owns; ``touched`` are the tables, indexes and sequences that were added, replaced or dropped. All of these
    are kept by the methods below. ``refused_indexes`` could not be created, since their names
    were taken: only a lenient fold goes on after that. Temporary objects are in the schema ``pg_temp``.
    ``own_operators``: it has operators, casts or operator classes that nobody has read. ``last_number`` is
    that of the index made last.
    """

    schemas: HashTrieSet[str] = HashTrieSet(("public",))
    tables: HashTrieMap[QualifiedName, Table] = HashTrieMap()
    indexes: HashTrieMap[QualifiedName, Index] = HashTrieMap()
    types: HashTrieMap[QualifiedName, Type] = HashTrieMap()
    sequences: HashTrieMap[QualifiedName, Sequence] = HashTrieMap()
    functions: HashTrieMap[QualifiedName, tuple[Function, ...]] = HashTrieMap()
    extensions: HashTrieMap[str, str] = HashTrieMap()
    index_names: HashTrieMap[QualifiedName, HashTrieSet[QualifiedName]] = HashTrieMap()
    constraint_names: HashTrieMap[QualifiedName, HashTrieSet[QualifiedName]] = HashTrieMap()
    dependents: HashTrieMap[QualifiedName, HashTrieSet[QualifiedName]] = field(
        default=HashTrieMap(), compare=False, repr=False
    )
    sequence_users: HashTrieMap[str, HashTrieSet[QualifiedName]] = field(
        default=HashTrieMap(), compare=False, repr=False
    )
    owned_sequences: HashTrieMap[QualifiedName, HashTrieSet[QualifiedName]] = field(
        default=HashTrieMap(), compare=False, repr=False
    )
    touched: Touched | None = field(default=None, compare=False, repr=False)
    uncertain: HashTrieMap[QualifiedName, str] = HashTrieMap()
    search_path: tuple[str, ...] = ("public",)
    open_world: bool = False
    own_operators: bool = False
    refused_indexes: tuple[Index, ...] = ()
    last_number: int = field(default=0, compare=False)

    @property
    def current_schema(self) -> str | None:
        """The first schema of the search_path that exists: where unqualified names are created."""
        return next((schema for schema in self.search_path if schema in self.schemas), None)

    def same_schema(self, other: Catalog) -> bool:
        """Whether both hold the same objects; search_path and doubts are no objects."""
        return all(
            getattr(self, part) is getattr(other, part) or getattr(self, part) == getattr(other, part)
            for part in ("schemas", "types", "functions", "extensions")
        ) and all(
            getattr(self, part).get(name) == getattr(other, part).get(name)
            for part, name in self.touched_since(other)
        )

    def candidates(self, name: ObjectName) -> Iterator[QualifiedName]:
        """The qualified names that a name may mean, in the order in which they are looked up."""
        if name.schema is not None:
            yield QualifiedName(name.schema, name.name)
            return
        if "pg_temp" in self.schemas:
            yield QualifiedName("pg_temp", name.name)
        for schema in self.search_path:
            yield QualifiedName(schema, name.name)

    def find_table(self, name: ObjectName) -> Table | None:
        return _first(self.tables, self.candidates(name))

    def find_index(self, name: ObjectName) -> Index | None:
        return _first(self.indexes, self.candidates(name))

    def find_type(self, name: ObjectName) -> Type | None:
        return _first(self.types, self.candidates(name))

    def relation_exists(self, name: QualifiedName) -> bool:
        """Whether the name is taken: tables, views, indexes and sequences share one namespace."""
        return name in self.tables or name in self.indexes or name in self.sequences

    def indexes_on(self, table: QualifiedName) -> tuple[Index, ...]:
        """The table's indexes, sorted by name, those behind constraints included."""
        names = self.index_names.get(table)
        return () if names is None else tuple(self.indexes[name] for name in sorted(names))

    def indexes_by_age(self, table: QualifiedName) -> tuple[Index, ...]:
        """The table's indexes in the order in which they were made, which is PostgreSQL's own."""
        return tuple(sorted(self.indexes_on(table), key=lambda index: index.number))

    def sorted_indexes(self) -> tuple[Index, ...]:
        return tuple(self.indexes[name] for name in sorted(self.indexes))

    def sorted_tables(self) -> tuple[Table, ...]:
        return tuple(self.tables[name] for name in sorted(self.tables))

    def with_table(self, table: Table) -> Catalog:
        """Add a table, or replace the one of that name."""
        return self._refiled(table.name, self.tables.get(table.name), table)

    def _refiled(self, name: QualifiedName, before: Table | None, after: Table | None) -> Catalog:
        """The catalog after a table was added, changed or dropped; its indexes are not looked at."""
        tables = self.tables.remove(name) if after is None else self.tables.insert(name, after)
        changes: dict[str, Any] = {"tables": tables, "touched": Touched("tables", name, self.touched)}
        if not _keeps(before, after, "columns"):
            changes["sequence_users"] = refiled(self.sequence_users, name, sequences_used_by, before, after)
        if not _keeps(before, after, "constraints", "partition_references"):
            names = refiled(self.constraint_names, name, constraint_names_of, before, after)
            changes["constraint_names"] = names
        if not _keeps(before, after, *PARTS_WITH_TABLES):
            changes["dependents"] = refiled(self.dependents, name, tables_used_by, before, after)
        return replace(self, **changes)

    def dependents_of(self, table: QualifiedName) -> tuple[Table, ...]:
        """The tables and views that refer to a table, sorted by name.

        By a foreign key, as partition or child, or in a query; a table may refer to itself.
        """
        names = self.dependents.get(table)
        return () if names is None else tuple(self.tables[name] for name in sorted(names))

    def tables_that_use(self, sequence: QualifiedName) -> tuple[Table, ...]:
        """The tables with a default that may name a sequence, sorted by name; its schema is not looked at."""
        names = self.sequence_users.get(sequence.name)
        return () if names is None else tuple(self.tables[name] for name in sorted(names))

    def sequences_owned_by(self, table: QualifiedName) -> tuple[Sequence, ...]:
        """The sequences that columns of a table own, sorted by name."""
        names = self.owned_sequences.get(table)
        return () if names is None else tuple(self.sequences[name] for name in sorted(names))

    def with_sequence(self, sequence: Sequence) -> Catalog:
        """Add a sequence, or replace the one of that name."""
        before = self.sequences.get(sequence.name)
        owned = refiled(self.owned_sequences, sequence.name, _owners_of, before, sequence)
        sequences = self.sequences.insert(sequence.name, sequence)
        touched = Touched("sequences", sequence.name, self.touched)
        return replace(self, sequences=sequences, owned_sequences=owned, touched=touched)

    def without_sequence(self, name: QualifiedName) -> Catalog:
        """Drop a sequence, if there is one of that name."""
        owned = refiled(self.owned_sequences, name, _owners_of, self.sequences.get(name), None)
        touched = Touched("sequences", name, self.touched)
        return replace(self, sequences=self.sequences.discard(name), owned_sequences=owned, touched=touched)

    def without_table(self, name: QualifiedName) -> Catalog:
        """Drop a table with its indexes."""
        catalog = self
        for index in self.index_names.get(name, HashTrieSet()):
            catalog = catalog.without_index(index)
        catalog = catalog._refiled(name, catalog.tables[name], None)
        return replace(catalog, index_names=catalog.index_names.discard(name))

    def with_index(self, index: Index) -> Catalog:
        """Add an index, or replace the one of that name. One without a number becomes the youngest."""
        before = self.indexes.get(index.name)
        catalog = self if before is None or before.table == index.table else self.without_index(index.name)
        last_number = catalog.last_number
        if not index.number:
            last_number += 1
            index = replace(index, number=last_number)
        names = catalog.index_names.get(index.table, HashTrieSet()).insert(index.name)
        return replace(
            catalog,
            indexes=catalog.indexes.insert(index.name, index),
            index_names=catalog.index_names.insert(index.table, names),
            touched=Touched("indexes", index.name, catalog.touched),
            last_number=last_number,
        )

    def without_index(self, name: QualifiedName) -> Catalog:
        table = self.indexes[name].table
        names = self.index_names[table].remove(name)
        return replace(
            self,
            indexes=self.indexes.remove(name),
            index_names=self.index_names.insert(table, names) if names else self.index_names.remove(table),
            touched=Touched("indexes", name, self.touched),
        )

    def changed_indexes(self, other: Catalog) -> set[QualifiedName]:
        """The names of all indexes in which two states differ, and of some in which they do not."""
        return {name for part, name in self.touched_since(other) if part == "indexes"}

    def lost_indexes(self, other: Catalog) -> Iterator[Index]:
        """The indexes that are gone in a later state, sorted by name."""
        for name in sorted(self.changed_indexes(other)):
            if name in self.indexes and name not in other.indexes:
                yield self.indexes[name]

    def touched_since(self, other: Catalog) -> set[tuple[str, QualifiedName]]:
        """Part ("tables", "indexes" or "sequences") and name of all such objects in which two states differ,
        and of some in which they do not.
        """
        found = touched_since_they_parted(self.touched, other.touched)
        if found is not None:
            return found
        return {
            (part, name)
            for part in ("tables", "indexes", "sequences")
            for name in (*getattr(self, part), *getattr(other, part))
        }

    def with_uncertain(self, table: QualifiedName, reason: str) -> Catalog:
        """Mark a table's indexes as not known for sure; the first reason is kept."""
        if table in self.uncertain:
            return self
        return replace(self, uncertain=self.uncertain.insert(table, reason))


Found = TypeVar("Found")


def _keeps(before: Table | None, after: Table | None, *parts: str) -> bool:
    """Whether a table that changes has the same values in some of its fields, as far as a glance tells."""
    if before is None or after is None:
        return False
    return all(getattr(before, part) is getattr(after, part) for part in parts)


def _first(objects: HashTrieMap[QualifiedName, Found], names: Iterable[QualifiedName]) -> Found | None:
    for name in names:
        found = objects.get(name)
        if found is not None:
            return found
    return None


def _owners_of(sequence: Sequence) -> Iterator[QualifiedName]:
    if sequence.owned_by is not None:
        yield sequence.owned_by[0]
