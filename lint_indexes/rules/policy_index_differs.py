"""LI102."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.equality import Difference, Different, Undecided, compare_indexes
from lint_indexes.compare.layers import Layer, layers_of
from lint_indexes.compare.mending import adding, bring_about
from lint_indexes.findings import Fix, OpenQuestion, Related, Subject, Violation
from lint_indexes.model.catalog import Catalog, Index
from lint_indexes.model.declaration import sqlalchemy_declaration
from lint_indexes.model.history import History
from lint_indexes.model.policy import ExpectedIndex, Policy
from lint_indexes.rule import rule


@rule("LI102", "policy-index-differs")
def policy_index_differs(
    policy: Policy, metadata: Catalog | None, migrations: History | None
) -> Iterator[Violation | OpenQuestion]:
    """An index has the name that the policy expects, but another definition.

    ## What it does
    Compares every entry of `[tool.lint-indexes.indexes]` with the index of that name in the models and in the
    state that the migrations lead to, by parse tree, and lists each difference.

    ## Why is this bad?
    An index with other columns, another order or another predicate serves other queries than those that the
    policy was written for, under a name that says that all is well.

    ## Example
    ```toml
    # pyproject.toml
    [tool.lint-indexes.indexes]
    ix_booking_company_status = "booking (company_id, status)"
    ```
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index("ix_booking_company_status", "booking", ["status", "company_id"])


    def downgrade():
        op.drop_index("ix_booking_company_status", "booking")
    ```

    ## Use instead
    ```toml
    # pyproject.toml
    [tool.lint-indexes.indexes]
    ix_booking_company_status = "booking (company_id, status)"
    ```
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index("ix_booking_company_status", "booking", ["company_id", "status"])


    def downgrade():
        op.drop_index("ix_booking_company_status", "booking")
    ```
    """
    for expected in policy.indexes.values():
        for layer in layers_of(expected, metadata, migrations):
            found = layer.catalog.indexes.get(expected.index.name)
            if found is not None:
                yield from _judge(expected, layer, found, _fix(expected, policy, metadata, migrations))


def _fix(
    expected: ExpectedIndex, policy: Policy, metadata: Catalog | None, migrations: History | None
) -> Fix | None:
    migrated = migrations.head if migrations else None
    edits = bring_about(expected.index, metadata, migrated, expected.layers, policy.required_names())
    return adding(expected.index, edits, f"rebuild {expected.index.name.name} as the policy has it")


def _judge(
    expected: ExpectedIndex, layer: Layer, found: Index, fix: Fix | None
) -> Iterator[Violation | OpenQuestion]:
    index = expected.index
    origin = found.origin or index.origin
    assert origin is not None
    assert index.origin is not None
    subject = Subject(index.table, index.name.name, origin.revision)
    result = compare_indexes(index, layer.catalog, found, layer.catalog)
    if isinstance(result, Undecided):
        message = f"{index.name.name}: policy and {layer.source} could not be compared: {result.reason}"
        yield OpenQuestion(message, origin, subject)
    if isinstance(result, Different):
        listed = "; ".join(_describe(difference, layer) for difference in result.differences)
        yield Violation(
            message=f"{index.name.name} is not what the policy declares: {listed}",
            origin=origin,
            subject=subject,
            related=(Related(index.origin, "declared here"),),
            help=f"the policy's index as a model declares it: {sqlalchemy_declaration(index)}",
            fix=fix,
        )


def _describe(difference: Difference, layer: Layer) -> str:
    return difference.describe("the policy", f"the {layer.source}")
