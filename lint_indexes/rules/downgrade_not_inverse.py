"""LI303."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.compare.aftermath import comes_from_a_failure
from lint_indexes.compare.equality import Different, Undecided, compare_indexes
from lint_indexes.compare.undoing import restoring
from lint_indexes.findings import OpenQuestion, Outcome, Related, Subject, Violation
from lint_indexes.model.catalog import Catalog, Index
from lint_indexes.model.circumstances import Circumstances
from lint_indexes.model.history import Definition, Revision
from lint_indexes.model.names import QualifiedName
from lint_indexes.rule import rule


@rule("LI303", "downgrade-not-inverse")
def downgrade_not_inverse(revision: Revision, circumstances: Circumstances) -> Iterator[Outcome]:
    """After upgrade and downgrade, the indexes are not what they were before.

    ## What it does
    Runs the downgrade in memory from the state after its own upgrade, whatever it is written with (helpers,
    loops, batch operations, raw SQL), and lists every index that is lost, left over or changed.

    ## Why is this bad?
    A downgrade that forgets an index leaves a database that matches no revision: queries are slow for no
    visible reason, or the next upgrade fails on an index that is there already.

    ## Example
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index("ix_booking_status", "booking", ["status"])
        op.create_index("ix_booking_company", "booking", ["company_id"])


    def downgrade():
        op.drop_index("ix_booking_status", "booking")
    ```

    ## Use instead
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index("ix_booking_status", "booking", ["status"])
        op.create_index("ix_booking_company", "booking", ["company_id"])


    def downgrade():
        op.drop_index("ix_booking_company", "booking")
        op.drop_index("ix_booking_status", "booking")
    ```
    """
    if revision.downgrade_function.definition is Definition.EMPTY:
        return
    if revision.downgrade is None or revision.downgrade.failure or not revision.upgrade.certain:
        return
    yield from _judge(revision, revision.upgrade.before, revision.downgrade.after, circumstances)


def _judge(
    revision: Revision, before: Catalog, after: Catalog, circumstances: Circumstances
) -> Iterator[Outcome]:
    listed: list[str] = []
    changed: list[QualifiedName] = []
    related: list[Related] = []
    for name in sorted(before.changed_indexes(after)):
        was, now = before.indexes.get(name), after.indexes.get(name)
        known = was or now
        if was == now or known is None or known.table in after.uncertain:
            continue
        if now is not None and was is None and _may_have_been_there(now, revision):
            continue
        if comes_from_a_failure(was, circumstances):
            continue
        outcome = _compare(revision, was, before, now, after)
        if isinstance(outcome, OpenQuestion):
            yield outcome
        elif outcome is not None:
            listed.append(outcome)
            changed.append(name)
            related.extend(_place(revision, was, now))
    if listed:
        yield Violation(
            message=(
                f"the downgrade() of revision {revision.id} does not undo its upgrade(): {'; '.join(listed)}"
            ),
            origin=revision.origin_of(revision.downgrade_function),
            subject=Subject(revision=revision.id),
            related=tuple(related),
            help="add what is missing to downgrade(), in the reverse order of upgrade()",
            fix=restoring(revision, changed),
        )


def _may_have_been_there(index: Index, revision: Revision) -> bool:
    """Whether a downgrade may make anew what the upgrade found: no migration shows the whole of its table."""
    before = revision.upgrade.before
    table = before.tables.get(index.table)
    unseen = before.open_world if table is None else not table.complete
    return unseen and index.name not in revision.upgrade.after.indexes


def _compare(
    revision: Revision, was: Index | None, before: Catalog, now: Index | None, after: Catalog
) -> str | OpenQuestion | None:
    """What became of one index, in words; None where it is the same."""
    if now is None:
        assert was is not None
        return f"{was.name.name} is lost"
    if was is None:
        return f"{now.name.name} is left over"
    result = compare_indexes(was, before, now, after)
    if isinstance(result, Undecided):
        message = f"{was.name.name}: before and after the downgrade could not be compared: {result.reason}"
        return OpenQuestion(message, now.origin, Subject(was.table, was.name.name, revision.id))
    if isinstance(result, Different):
        changes = "; ".join(each.describe("the state before", "the downgrade") for each in result.differences)
        return f"{was.name.name} is changed ({changes})"
    return None


def _place(revision: Revision, was: Index | None, now: Index | None) -> Iterator[Related]:
    """The line that dropped what is lost, or made what is left over."""
    if now is not None and now.origin is not None:
        yield Related(now.origin, f"{now.name.name} is made here")
    elif was is not None:
        run = revision.upgrade if revision.upgrade.dropped_by(was.name) else revision.downgrade
        dropped = run.dropped_by(was.name) if run else None
        if dropped:
            yield Related(dropped.origin, f"{was.name.name} is dropped here")
