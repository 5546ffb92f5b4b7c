"""LI103."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from lint_indexes.compare.coverage import supports_foreign_key
from lint_indexes.compare.mending import bring_about, fix_of, plain_index
from lint_indexes.compare.state import Judgements, catalogs_of, judge_state, known_tables
from lint_indexes.findings import Related, Severity, Subject, Violation
from lint_indexes.model.catalog import Catalog, Constraint, ConstraintKind, Index, Table
from lint_indexes.model.history import History, LostIndex
from lint_indexes.model.policy import Policy
from lint_indexes.rule import rule


@rule("LI103", "unindexed-foreign-key", severity=Severity.WARNING)
def unindexed_foreign_key(
    metadata: Catalog | None, migrations: History, policy: Policy | None
) -> Iterator[Violation]:
    """No index supports a foreign key.

    ## What it does
    Looks for an index whose first keys are the columns of the foreign key, in any order: a B-tree or hash
    index, also one behind a primary key or a unique constraint. It may be partial if it leaves out nothing
    but NULLs. An index that the policy requires counts: a missing one is LI101 or LI107. A foreign key that
    only the models have, of a table that the migrations have too, is left alone until a migration adds it.
    Where a migration dropped the last index for it, that line is shown: it may have been a decision.

    ## Why is this bad?
    PostgreSQL does not index foreign keys by itself. To delete a row, or to change its key, it reads the
    whole referencing table for each, and joins from the parent do so as well.

    ## Example
    ```python
    # models.py
    class Company(Base):
        __tablename__ = "company"

        id = Column(Integer, primary_key=True)


    class Driver(Base):
        __tablename__ = "driver"

        id = Column(Integer, primary_key=True)
        company_id = Column(ForeignKey("company.id"))
    ```

    ## Use instead
    ```python
    # models.py
    class Company(Base):
        __tablename__ = "company"

        id = Column(Integer, primary_key=True)


    class Driver(Base):
        __tablename__ = "driver"

        id = Column(Integer, primary_key=True)
        company_id = Column(ForeignKey("company.id"), index=True)
    ```
    """
    catalogs = catalogs_of(metadata, migrations)
    required = tuple(expected.index for expected in policy.indexes.values()) if policy else ()
    lost = migrations.lost_indexes()

    def judge(catalog: Catalog) -> Judgements:
        for table in known_tables(catalog):
            for key in _foreign_keys(table):
                demanded = policy is not None and _is_demanded(table, key, policy)
                settled = demanded or _is_supported(table, key, catalogs, required)
                if not settled and _is_enforced(table, key, migrations.head):
                    index = plain_index(table, key.columns, policy.index_name if policy else None, catalogs)
                    edits = bring_about(index, metadata, migrations.head)
                    finds = _leading_column(table, key, catalogs)
                    violation = _violation(table, key, finds, lost.get(table.name, ()))
                    violation = replace(violation, fix=fix_of(f"add {index.name.name}", edits))
                    yield (table.name, frozenset(key.columns)), violation

    return judge_state(metadata, migrations, judge)


def _foreign_keys(table: Table) -> Iterator[Constraint]:
    """The foreign keys of a table, one of those on the same columns, in the order of their columns."""
    seen: set[frozenset[str]] = set()
    order = {column.name: number for number, column in enumerate(table.columns)}
    for constraint in sorted(table.constraints, key=lambda one: [order.get(name, 0) for name in one.columns]):
        columns = frozenset(constraint.columns)
        if constraint.kind is ConstraintKind.FOREIGN_KEY and columns and columns not in seen:
            seen.add(columns)
            yield constraint


def _is_enforced(table: Table, key: Constraint, migrated: Catalog) -> bool:
    """Whether the deployed database has the key, or gets it with its table."""
    known = migrated.tables.get(table.name)
    if known is None or not known.complete:
        return True
    columns = frozenset(key.columns)
    return any(
        one.references == key.references and frozenset(one.columns) == columns
        for one in known.constraints
        if one.kind is ConstraintKind.FOREIGN_KEY
    )


def _is_supported(
    table: Table, key: Constraint, catalogs: tuple[Catalog, ...], required: tuple[Index, ...]
) -> bool:
    """Whether the models, the migrations or the policy have an index for it: drift is another rule's."""
    if any(table.name in catalog.uncertain for catalog in catalogs):
        return True
    wanted = (index for index in required if index.table == table.name)
    if any(supports_foreign_key(index, key.columns, catalogs[0]) for index in wanted):
        return True
    return any(
        supports_foreign_key(index, key.columns, catalog)
        for catalog in catalogs
        for index in catalog.indexes_on(table.name)
    )


def _is_demanded(table: Table, key: Constraint, policy: Policy) -> bool:
    """Whether a requirement of the policy asks for an index that would support the key: LI107 judges that."""
    return any(
        requirement.concerns(table) and set(requirement.leading[: len(key.columns)]) == set(key.columns)
        for requirement in policy.requirements
    )


def _leading_column(table: Table, key: Constraint, catalogs: tuple[Catalog, ...]) -> str | None:
    """A column of a longer key by which an index finds rows, if not by all of the key."""
    if len(key.columns) == 1:
        return None
    for catalog in catalogs:
        for index in catalog.indexes_on(table.name):
            for column in key.columns:
                if supports_foreign_key(index, (column,), catalog):
                    return column
    return None


def _violation(table: Table, key: Constraint, finds: str | None, lost: Iterable[LostIndex]) -> Violation:
    columns = ", ".join(key.columns)
    parent = key.references.name if key.references else "the other table"
    reads = "the whole table" if finds is None else f"all rows with the same {finds}"
    origin = key.origin or table.origin
    assert origin is not None
    return Violation(
        message=(
            f"no index supports the foreign key ({columns}) of {table.name.name}:"
            f" deleting from {parent} reads {reads}"
        ),
        origin=origin,
        subject=Subject(table.name, revision=origin.revision),
        related=tuple(_dropped(key, lost)),
        help=f"add an index on ({columns}), or on more columns after these",
    )


def _dropped(key: Constraint, lost: Iterable[LostIndex]) -> Iterator[Related]:
    """Where the last index that supported the key was dropped: whether on purpose is for people to say."""
    for revision, index in lost:
        if supports_foreign_key(index, key.columns, revision.upgrade.before):
            statement = revision.upgrade.dropped_by(index.name)
            if statement is not None:
                yield Related(statement.origin, f"{index.name.name}, which supported it, was dropped here")
            return
