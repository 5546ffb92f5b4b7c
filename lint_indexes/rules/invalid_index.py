"""LI701."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from lint_indexes.compare.database import DatabaseDrift
from lint_indexes.findings import Fix, OpenQuestion, Related, Subject, Violation
from lint_indexes.model.catalog import ConstraintKind, Index, RelationKind
from lint_indexes.model.edits import Migrate
from lint_indexes.model.index_operations import creation_of, removal_of
from lint_indexes.model.origin import Origin, Source
from lint_indexes.rule import rule

# What REINDEX CONCURRENTLY calls its copies (PostgreSQL manual, REINDEX, "Rebuilding Indexes Concurrently").
_COPY = re.compile(r"_cc(new|old)\d*$")


@rule("LI701", "invalid-index")
def invalid_index(database: DatabaseDrift) -> Iterator[Violation | OpenQuestion]:
    """The database has an index that PostgreSQL does not use, since building it failed.

    ## What it does
    Looks for indexes whose `pg_index.indisvalid` is false. One that is being built at this moment, or
    that a migration drops which has not run yet, is a question, not a finding.

    ## Why is this bad?
    `CREATE INDEX CONCURRENTLY` that fails leaves the index behind, under its name: a deadlock, a timeout or
    two rows of one key will do. From then on no query uses it, every write may still maintain it, a unique
    one protects from nothing that is already there, and `IF NOT EXISTS` finds that it exists.

    ## Example
    ```sql
    -- database.sql
    INSERT INTO booking (id, status) VALUES (1, 'PENDING'), (2, 'PENDING');
    CREATE UNIQUE INDEX CONCURRENTLY uq_booking_status ON booking (status); -- fails: two rows of one key
    ```

    ## Use instead
    ```sql
    -- database.sql
    INSERT INTO booking (id, status) VALUES (1, 'PENDING'), (2, 'PENDING');
    UPDATE booking SET status = 'DONE' WHERE id = 1;
    CREATE UNIQUE INDEX CONCURRENTLY uq_booking_status ON booking (status);
    ```
    """
    for index in database.invalid():
        if database.is_being_built(index):
            message = f"{index.name.name} on {index.table.name} is not valid yet: it is just being built"
            yield OpenQuestion(message, None, Subject(index.table, index.name.name))
        elif (revision := database.is_renewed(index)) is not None:
            message = f"{index.name.name} on {index.table.name} is invalid until {revision} has run"
            yield OpenQuestion(message, None, Subject(index.table, index.name.name, revision))
        else:
            yield replace(_violation(index, database), fix=_fix(index, database))


def _violation(index: Index, database: DatabaseDrift) -> Violation:
    built = database.expected.indexes.get(index.name)
    origin = built.origin if built is not None else None
    table = database.actual.tables.get(index.table)
    partitioned = table is not None and table.kind is RelationKind.PARTITIONED_TABLE
    return Violation(
        message=f"{index.kind} {index.name.name} on {index.table.name} is invalid in the database:"
        f" {_effect(index, partitioned=partitioned)}",
        origin=Origin(Source.DATABASE),
        subject=Subject(index.table, index.name.name, origin.revision if origin else None),
        related=(Related(origin, "this migration builds it"),) if origin else (),
        help=_way_out(index, partitioned=partitioned, wanted=built is not None),
    )


def _fix(index: Index, database: DatabaseDrift) -> Fix | None:
    """A migration that builds the index anew, where the migrations have it and nothing else depends on it."""
    built = database.migrations.head.indexes.get(index.name)
    table = database.actual.tables.get(index.table)
    if built is None or built.constraint is not None or table is None:
        return None
    if table.kind is RelationKind.PARTITIONED_TABLE or built.partition_of is not None:
        return None
    return Fix(f"build {index.name.name} anew", (Migrate((removal_of(built), creation_of(built))),))


def _effect(index: Index, *, partitioned: bool) -> str:
    if partitioned:
        return "some partition lacks its share"
    return f"no query uses it, and {'every' if index.ready else 'no'} write maintains it"


def _way_out(index: Index, *, partitioned: bool, wanted: bool) -> str:
    drop = f"DROP INDEX CONCURRENTLY {index.name}"
    if partitioned:
        return (
            f"CREATE INDEX CONCURRENTLY on each that lacks it, then ALTER INDEX {index.name} ATTACH PARTITION"
        )
    if _COPY.search(index.name.name) and not wanted:
        return f"it is what a failed REINDEX CONCURRENTLY has left: {drop}"
    if index.constraint is ConstraintKind.EXCLUDE:  # which REINDEX CONCURRENTLY does not take
        return f"mend the rows that contradict it, then REINDEX INDEX {index.name}"
    otherwise = "" if wanted else f", or {drop}"
    return f"mend what stopped it, then REINDEX INDEX CONCURRENTLY {index.name}{otherwise}"
