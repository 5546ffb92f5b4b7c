"""LI104."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.state import Judgements, judge_state, known_indexes, known_tables, origin_of
from lint_indexes.findings import Related, Severity, Subject, Violation
from lint_indexes.model.catalog import Catalog, Index
from lint_indexes.model.history import History
from lint_indexes.model.names import MAX_IDENTIFIER_BYTES, quote_identifier
from lint_indexes.model.naming import Naming
from lint_indexes.model.policy import NamePattern, Policy
from lint_indexes.rule import rule

# SQLAlchemy cuts what a convention gives and puts a hash at its end; the longest are 60 bytes.
_MAYBE_CUT = MAX_IDENTIFIER_BYTES - 3


@rule("LI104", "index-name-convention", severity=Severity.WARNING)
def index_name_convention(
    policy: Policy, metadata: Catalog | None, migrations: History, naming: Naming | None
) -> Iterator[Violation]:
    """The name of an index is not what the policy's pattern, or the models' naming convention, asks for.

    ## What it does
    Compares the name of each index with `index-name` of the configuration, a regular expression in which
    `{table}`, `{column}` and `{columns}` stand for the table, the first column and all columns joined by
    underscores. Indexes behind constraints are not meant, nor names so long that they may have been cut.

    Without `index-name`, names that the models give by hand are compared with what the `naming_convention`
    of their MetaData would give: to indexes (`ix`), unique constraints (`uq`) and primary keys (`pk`). It
    counts where the project has set one, and where it leaves no choice: a partial index, one on an expression
    or one of several columns may need another name than `ix_%(column_0_label)s`.

    An index that the policy names is right in any case.

    ## Why is this bad?
    A name that says table and columns is found in a query plan, in a log and in a search; two people who
    need the same index give it the same name and notice.

    ## Example
    ```toml
    # pyproject.toml
    index-name = "ix_{table}_.*"
    ```
    ```python
    # models.py
    class Booking(Base):
        __tablename__ = "booking"
        __table_args__ = (Index("status_idx", "status"),)

        id = Column(Integer, primary_key=True)
        status = Column(String(20))
    ```

    ## Use instead
    ```toml
    # pyproject.toml
    index-name = "ix_{table}_.*"
    ```
    ```python
    # models.py
    class Booking(Base):
        __tablename__ = "booking"
        __table_args__ = (Index("ix_booking_status", "status"),)

        id = Column(Integer, primary_key=True)
        status = Column(String(20))
    ```
    """
    if policy.index_name is None:
        yield from _against_convention(policy, metadata, migrations, naming)
    else:
        yield from _against_pattern(policy, policy.index_name, metadata, migrations)


def _against_convention(
    policy: Policy, metadata: Catalog | None, migrations: History, naming: Naming | None
) -> Iterator[Violation]:
    for index in known_indexes(metadata) if metadata and naming else ():
        expected = naming.conventional.get(index.name) if naming else None
        if not expected or index.name.name in expected or policy.expects(index.name):
            continue
        assert index.origin is not None
        migrated = migrations.head.indexes.get(index.name)
        place = migrated.origin if migrated else None
        old, new = (quote_identifier(name) for name in (index.name.name, expected[0]))
        yield Violation(
            message=(
                f"{index.kind} {index.name.name} on {index.table.name} would be {' or '.join(expected)}"
                " by the naming_convention of the models"
            ),
            origin=index.origin,
            subject=Subject(index.table, index.name.name),
            related=(Related(place, "the migrations make it here"),) if place else (),
            help=(
                "leave the name out in the model, and rename it in a migration:"
                f" ALTER INDEX {old} RENAME TO {new}"
            ),
        )


def _against_pattern(
    policy: Policy, pattern: NamePattern, metadata: Catalog | None, migrations: History
) -> Iterator[Violation]:
    def judge(catalog: Catalog) -> Judgements:
        for table in known_tables(catalog):
            for index in catalog.indexes_on(table.name):
                if (
                    index.constraint is None
                    and not policy.expects(index.name)
                    and _is_against(index, pattern)
                ):
                    origin = origin_of(index, table)
                    yield (
                        (table.name, index.name),
                        Violation(
                            message=(
                                f"the name of index {index.name.name} on {table.name.name} does not match"
                                f' "{pattern.text}"'
                            ),
                            origin=origin,
                            subject=Subject(table.name, index.name.name, origin.revision),
                            help="rename it in the model, and in a migration: ALTER INDEX ... RENAME TO ...",
                        ),
                    )

    yield from judge_state(metadata, migrations, judge)


def _is_against(index: Index, pattern: NamePattern) -> bool:
    columns = tuple(column for key in index.keys for column in key.columns)
    name = index.name.name
    return len(name.encode()) < _MAYBE_CUT and not pattern.matches(name, index.table.name, columns)
