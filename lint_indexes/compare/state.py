"""What the models and the head of the migrations have alike is judged once."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator
from dataclasses import replace

from lint_indexes.findings import Related, Violation
from lint_indexes.model.catalog import Catalog, Index, Table
from lint_indexes.model.history import History
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.origin import Origin, Source

Judgements = Iterable[tuple[Hashable, Violation]]
"""Violations, each with what it is about, such as a table and an index."""


def judge_state(
    metadata: Catalog | None, migrations: History, judge: Callable[[Catalog], Judgements]
) -> Iterator[Violation]:
    """Judge the models and the head of the migrations; what both have is one violation, of the models.

    A table of the models that a migration dropped is LI205, whatever else there is to say about it. One that
    env.py keeps out, and that no migration makes, is made by another history, or by none.
    """
    found: dict[Hashable, Violation] = {}
    for catalog in catalogs_of(metadata, migrations):
        for about, violation in judge(catalog):
            first = found.get(about)
            if catalog is metadata and _is_elsewhere(violation.subject.table, migrations):
                continue
            if first is None:
                found[about] = violation
            elif catalog is migrations.head and first.origin.source is Source.MODELS:
                place = Related(violation.origin, "the migrations make it here")
                found[about] = replace(first, related=(*first.related, place))
    yield from found.values()


def _is_elsewhere(table: QualifiedName | None, migrations: History) -> bool:
    """Whether a table of the models is for another rule, or for another history, to judge."""
    known = migrations.head.tables.get(table) if table else None
    if table is None or (known is not None and known.complete):
        return False
    if table in migrations.exclusions.tables:
        return True
    return known is None and migrations.dropped_by(table) is not None


def catalogs_of(metadata: Catalog | None, migrations: History | None) -> tuple[Catalog, ...]:
    """The models and the head of the migrations, those of them that are known."""
    sides = (metadata, migrations.head if migrations is not None else None)
    return tuple(catalog for catalog in sides if catalog is not None)


def known_tables(catalog: Catalog) -> Iterator[Table]:
    """The tables whose indexes are all known and their own: a partition's are its parent's business."""
    for table in catalog.sorted_tables():
        known = table.complete and table.name not in catalog.uncertain
        kept = table.kind.has_rows and table.name.schema != "pg_temp"
        if known and kept and table.partition_of is None:
            yield table


def known_indexes(catalog: Catalog) -> Iterator[Index]:
    """The indexes of those tables."""
    for table in known_tables(catalog):
        yield from catalog.indexes_on(table.name)


def origin_of(index: Index, table: Table) -> Origin:
    """Where an index is made; the table's place where the index has none of its own."""
    origin = index.origin or table.origin
    assert origin is not None
    return origin
