"""LI001."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.state import catalogs_of
from lint_indexes.compare.targets import UnknownTarget, unknown_target
from lint_indexes.findings import Related, Subject, Violation
from lint_indexes.model.catalog import Catalog, Index
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
    catalogs = catalogs_of(metadata, migrations)
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
        target = unknown_target(expected.index, catalogs)
        if target is not None:
            yield _violation(name, expected.index, target, migrations)


def _violation(name: str, index: Index, target: UnknownTarget, migrations: History | None) -> Violation:
    assert index.origin is not None
    return Violation(
        message=f"{name} is declared on {target}, which neither models nor migrations have",
        origin=index.origin,
        subject=Subject(index.table, name),
        related=tuple(_ends(index, target, migrations)) if migrations else (),
        help=_way_out(target, migrations),
    )


def _ends(index: Index, target: UnknownTarget, migrations: History) -> Iterator[Related]:
    """Where the index, and the table if that is what nobody has, were dropped or renamed."""
    ended = {"the index": index.name, "the table": None if target.columns else target.table}
    for what, name in ended.items():
        dropped = migrations.dropped_by(name) if name else None
        if dropped is not None and name is not None:
            yield Related(dropped.origin, f"{what} was {dropped.fate_of(name)} here")


def _way_out(target: UnknownTarget, migrations: History | None) -> str:
    dropped = migrations.dropped_by(target.table) if migrations and not target.columns else None
    new_name = dropped.new_name_of(target.table) if dropped else None
    if new_name is not None:
        return f"the table is called {new_name} now"
    if target.nearest:
        return f"did you mean {' and '.join(target.nearest)}?"
    return "correct the name, or remove the entry if nobody needs the index any more"
