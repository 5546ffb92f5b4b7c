"""LI106."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.state import Judgements, judge_state, known_tables, origin_of
from lint_indexes.findings import Subject, Violation
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.history import History
from lint_indexes.model.policy import Policy
from lint_indexes.rule import rule


@rule("LI106", "undeclared-index", enabled_by_default=False)
def undeclared_index(policy: Policy, metadata: Catalog | None, migrations: History) -> Iterator[Violation]:
    """There is an index that the policy does not declare.

    ## What it does
    Lists the indexes of the models and of the migrations that have no entry in
    `[tool.lint-indexes.indexes]`. Those behind primary keys, unique and exclusion constraints need none.
    Select it where the policy is to be the complete list; one without entries is none.

    ## Why is this bad?
    In a project that keeps its indexes in one list, with the reason for each, one beside the list has been
    forgotten there, or was never agreed on.

    ## Example
    ```toml
    # pyproject.toml
    [tool.lint-indexes.indexes]
    ix_booking_company = "booking (company_id)"
    ```
    ```python
    # models.py
    class Booking(Base):
        __tablename__ = "booking"
        __table_args__ = (Index("ix_booking_status", "status"),)

        id = Column(Integer, primary_key=True)
        status = Column(String(20))
        company_id = Column(Integer)
    ```

    ## Use instead
    ```toml
    # pyproject.toml
    [tool.lint-indexes.indexes]
    ix_booking_status = "booking (status)"
    ```
    ```python
    # models.py
    class Booking(Base):
        __tablename__ = "booking"
        __table_args__ = (Index("ix_booking_status", "status"),)

        id = Column(Integer, primary_key=True)
        status = Column(String(20))
        company_id = Column(Integer)
    ```
    """

    if not policy.indexes:
        return

    def judge(catalog: Catalog) -> Judgements:
        for table in known_tables(catalog):
            for index in catalog.indexes_on(table.name):
                if index.constraint is None and not policy.expects(index.name):
                    origin = origin_of(index, table)
                    yield (
                        (table.name, index.name),
                        Violation(
                            message=f"the policy does not declare index {index.name.name}",
                            origin=origin,
                            subject=Subject(table.name, index.name.name, origin.revision),
                            help="add it to [tool.lint-indexes.indexes] with its reason, or drop it",
                        ),
                    )

    yield from judge_state(metadata, migrations, judge)
