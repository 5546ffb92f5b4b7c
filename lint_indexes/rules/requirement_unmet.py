"""LI107."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from lint_indexes.compare.coverage import leads_with
from lint_indexes.compare.mending import bring_about, fix_of, plain_index
from lint_indexes.compare.state import Judgements, catalogs_of, judge_state, known_tables
from lint_indexes.findings import Related, Subject, Violation
from lint_indexes.model.catalog import Catalog, Table
from lint_indexes.model.history import History
from lint_indexes.model.policy import Policy, Requirement
from lint_indexes.rule import rule


@rule("LI107", "requirement-unmet")
def requirement_unmet(policy: Policy, metadata: Catalog | None, migrations: History) -> Iterator[Violation]:
    """A table lacks an index that the policy requires of all tables of its kind.

    ## What it does
    For each `[[tool.lint-indexes.require]]`, looks at the tables that its pattern names and that have its
    columns, for a B-tree index over all rows that leads with the columns of `leading`. A longer index will
    do, and so will a primary key or a unique constraint.

    ## Why is this bad?
    The rule that was agreed on, such as "every query is scoped by company", is forgotten with the next new
    table, and nothing fails until that table has grown.

    ## Example
    ```toml
    # pyproject.toml
    [[tool.lint-indexes.require]]
    tables = "*"
    leading = ["company_id"]
    reason = "every query is scoped by company"
    ```

    ## Use instead
    ```toml
    # pyproject.toml
    [[tool.lint-indexes.require]]
    tables = "*"
    leading = ["company_id"]
    reason = "every query is scoped by company"
    ```
    ```python
    # models.py
    class Booking(Base):
        __tablename__ = "booking"
        __table_args__ = (Index("ix_booking_company_status", "company_id", "status"),)

        id = Column(Integer, primary_key=True)
        status = Column(String(20))
        company_id = Column(Integer)
    ```
    """
    catalogs = catalogs_of(metadata, migrations)

    def judge(catalog: Catalog) -> Judgements:
        for table in known_tables(catalog):
            for requirement in policy.requirements:
                if requirement.concerns(table) and not _is_met(requirement, table, catalogs, policy):
                    index = plain_index(table, requirement.leading, policy.index_name, catalogs)
                    edits = bring_about(index, metadata, migrations.head)
                    fix = fix_of(f"add {index.name.name}", edits)
                    yield (table.name, requirement.leading), replace(_violation(requirement, table), fix=fix)

    return judge_state(metadata, migrations, judge)


def _is_met(requirement: Requirement, table: Table, catalogs: tuple[Catalog, ...], policy: Policy) -> bool:
    """Whether the models, the migrations or the policy have such an index: drift is another rule's."""
    if any(table.name in catalog.uncertain for catalog in catalogs):
        return True
    expected = (entry.index for entry in policy.indexes.values() if entry.index.table == table.name)
    if any(leads_with(index, requirement.leading, catalogs[0]) for index in expected):
        return True
    return any(
        leads_with(index, requirement.leading, catalog)
        for catalog in catalogs
        for index in catalog.indexes_on(table.name)
    )


def _violation(requirement: Requirement, table: Table) -> Violation:
    columns = ", ".join(requirement.leading)
    because = f" (the policy says why: {requirement.reason})" if requirement.reason else ""
    origin = table.origin or requirement.origin
    return Violation(
        message=f"{table.name.name} has no index that leads with ({columns}), which the policy requires",
        origin=origin,
        subject=Subject(table.name, revision=origin.revision),
        related=(Related(requirement.origin, "required here"),),
        help=f"add an index on ({columns}), or on more columns after these{because}",
    )
