"""LI001."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.targets import unknown_targets
from lint_indexes.findings import Subject, Violation
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.history import History
from lint_indexes.model.policy import Policy
from lint_indexes.rule import rule


@rule("LI001", "unknown-policy-target")
def unknown_policy_target(
    policy: Policy, metadata: Catalog | None, migrations: History | None
) -> Iterator[Violation]:
    """The policy names a table or a column that neither models nor migrations have.

    ## What it does
    Looks up the table and every column of each entry of `[tool.lint-indexes.indexes]` in the models and in
    the state that the migrations lead to. A `[[tool.lint-indexes.require]]` must concern at least one table.

    ## Why is this bad?
    A policy with a typo protects nothing: the index that it means can be dropped and no rule notices.

    ## Example
    ```toml
    # pyproject.toml
    [tool.lint-indexes.indexes]
    ix_booking_status = "booking (statuss)"
    ```

    ## Use instead
    ```toml
    # pyproject.toml
    [tool.lint-indexes.indexes]
    ix_booking_status = "booking (status)"
    ```
    """
    catalogs = [metadata] if metadata is not None else []
    if migrations is not None:
        catalogs.append(migrations.head)
    if any(catalog.open_world for catalog in catalogs):
        return
    for requirement in policy.requirements:
        tables = (table for catalog in catalogs for table in catalog.tables.values())
        if not any(requirement.concerns(table) for table in tables):
            yield Violation(
                message=(
                    f"no table that {', '.join(requirement.tables)} names has"
                    f" {', '.join(requirement.having)}: the requirement concerns nothing"
                ),
                origin=requirement.origin,
            )
    for name, expected in policy.indexes.items():
        if any(expected.index.table in catalog.uncertain for catalog in catalogs):
            continue
        for target in unknown_targets(expected.index, catalogs):
            assert expected.index.origin is not None
            yield Violation(
                message=f"{name} is declared on {target}, which neither models nor migrations have",
                origin=expected.index.origin,
                subject=Subject(expected.index.table, name),
                help=f"did you mean {target.nearest}?" if target.nearest else None,
            )
