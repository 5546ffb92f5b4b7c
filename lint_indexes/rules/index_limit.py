"""LI105."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.state import Judgements, judge_state, known_tables, origin_of
from lint_indexes.findings import Subject, Violation
from lint_indexes.model.catalog import Catalog, Table
from lint_indexes.model.history import History
from lint_indexes.model.policy import Policy
from lint_indexes.rule import rule


@rule("LI105", "index-limit", enabled_by_default=False)
def index_limit(policy: Policy, metadata: Catalog | None, migrations: History) -> Iterator[Violation]:
    """A table has more indexes, or an index more keys, than the policy allows.

    ## What it does
    Counts the indexes of each table, those behind constraints included, against `max-indexes-per-table`, and
    the keys of each index against `max-index-keys`. Columns of INCLUDE are no keys, and those of a unique
    index are left alone: they say what may not be there twice.

    ## Why is this bad?
    Every index is written to by every INSERT and by most UPDATEs, and takes memory from the others. An index
    of many keys is large, and few queries can use more than its first ones.

    ## Example
    ```toml
    # pyproject.toml
    max-index-keys = 2
    ```
    ```python
    # models.py
    class Booking(Base):
        __tablename__ = "booking"
        __table_args__ = (Index("ix_booking_all", "status", "company_id", "id"),)

        id = Column(Integer, primary_key=True)
        status = Column(String(20))
        company_id = Column(Integer)
    ```

    ## Use instead
    ```toml
    # pyproject.toml
    max-index-keys = 2
    ```
    ```python
    # models.py
    class Booking(Base):
        __tablename__ = "booking"
        __table_args__ = (Index("ix_booking_status_company", "status", "company_id"),)

        id = Column(Integer, primary_key=True)
        status = Column(String(20))
        company_id = Column(Integer)
    ```
    """

    def judge(catalog: Catalog) -> Judgements:
        for table in known_tables(catalog):
            yield from _count_indexes(table, catalog, policy.max_indexes_per_table)
            yield from _count_keys(table, catalog, policy.max_index_keys)

    return judge_state(metadata, migrations, judge)


def _count_indexes(table: Table, catalog: Catalog, limit: int | None) -> Judgements:
    count = len(catalog.indexes_on(table.name))
    if limit is not None and count > limit and table.origin is not None:
        yield (
            table.name,
            Violation(
                message=f"{table.name.name} has {count} indexes; the policy allows {limit}",
                origin=table.origin,
                subject=Subject(table.name, revision=table.origin.revision),
                help="drop those that no query needs, or merge some into one",
            ),
        )


def _count_keys(table: Table, catalog: Catalog, limit: int | None) -> Judgements:
    for index in catalog.indexes_on(table.name):
        if limit is not None and len(index.keys) > limit and not index.unique:
            origin = origin_of(index, table)
            yield (
                (table.name, index.name),
                Violation(
                    message=f"index {index.name.name} has {len(index.keys)} keys; the policy allows {limit}",
                    origin=origin,
                    subject=Subject(table.name, index.name.name, origin.revision),
                    help="keep the keys that queries compare with; what is only read may be in INCLUDE",
                ),
            )
