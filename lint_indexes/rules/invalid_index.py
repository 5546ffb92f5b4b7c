"""LI701."""

from __future__ import annotations

import re
from collections.abc import Iterator

from lint_indexes.compare.database import DatabaseDrift
from lint_indexes.findings import OpenQuestion, Related, Subject, Violation
from lint_indexes.model.catalog import ConstraintKind, Index, RelationKind
from lint_indexes.model.origin import Origin, Source
from lint_indexes.rule import rule

# What REINDEX CONCURRENTLY calls its copies (PostgreSQL manual, REINDEX, "Rebuilding Indexes Concurrently").
_COPY = re.compile(r"_cc(new|old)\d*$")


@rule("LI701", "invalid-index")
def invalid_index(database: DatabaseDrift) -> Iterator[Violation | OpenQuestion]:
    """The database has an index that PostgreSQL does not use, since building it failed.

    ## What it does
    Looks for indexes whose `pg_index.indisvalid` is false. One that is being built at this moment is a
    question, not a finding.

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
        else:
            yield _violation(index, database)


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
