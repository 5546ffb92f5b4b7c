"""LI602."""

from __future__ import annotations

from collections.abc import Iterator

from lint_indexes.findings import Subject, Violation
from lint_indexes.model.history import History
from lint_indexes.model.repository import Base, DeclaredRevision
from lint_indexes.rule import rule


@rule("LI602", "forked-from-base", judges_past_states=False)
def forked_from_base(migrations: History, base: Base) -> Iterator[Violation]:
    """The branch and its base have each added a revision to the same parent.

    ## What it does
    With `--base REF`, reads the migrations that `REF` has added since the branch left it, and looks for one
    that revises the same revision as one of the branch. A revision that begins a branch on purpose, with
    `branch_labels`, is left alone. Files of the base are read, not run.

    ## Why is this bad?
    Each side has one head and is fine by itself. git merges the two without a conflict, and then there are
    two heads, so that `alembic upgrade head` refuses to run: on the main branch, where everybody notices.

    ## Example
    ```python
    # main:versions/0002_index_status.py
    revision = "0002"
    down_revision = "0001"


    def upgrade():
        op.create_index("ix_booking_status", "booking", ["status"])


    def downgrade():
        op.drop_index("ix_booking_status", "booking")
    ```
    ```python
    # versions/0003_index_company.py
    revision = "0003"
    down_revision = "0001"


    def upgrade():
        op.create_index("ix_booking_company", "booking", ["company_id"])


    def downgrade():
        op.drop_index("ix_booking_company", "booking")
    ```

    ## Use instead
    ```python
    # main:versions/0002_index_status.py
    revision = "0002"
    down_revision = "0001"


    def upgrade():
        op.create_index("ix_booking_status", "booking", ["status"])


    def downgrade():
        op.drop_index("ix_booking_status", "booking")
    ```
    ```python
    # versions/0002_index_status.py
    revision = "0002"
    down_revision = "0001"


    def upgrade():
        op.create_index("ix_booking_status", "booking", ["status"])


    def downgrade():
        op.drop_index("ix_booking_status", "booking")
    ```
    ```python
    # versions/0003_index_company.py
    revision = "0003"
    down_revision = "0002"


    def upgrade():
        op.create_index("ix_booking_company", "booking", ["company_id"])


    def downgrade():
        op.drop_index("ix_booking_company", "booking")
    ```
    """
    for own in base.own:
        rivals = [other for other in base.others if _fork(own, other)]
        if not rivals:
            continue
        parents = sorted({parent for rival in rivals for parent in _parents(rival)} & _parents(own))
        names = ", ".join(f"{rival.id} ({rival.path})" for rival in rivals)
        yield Violation(
            message=(
                f"revision {own.id} has the same parent ({', '.join(parents) or 'none'}) as {names} of"
                f" {base.name}: merged, they are two heads"
            ),
            origin=migrations.revisions[own.id].origin,
            subject=Subject(revision=own.id),
            help=_way_out(own, rivals, base),
        )


def _fork(own: DeclaredRevision, other: DeclaredRevision) -> bool:
    if own.labelled or other.labelled:
        return False
    first = not own.down_revisions and not other.down_revisions
    return first or bool(_parents(own) & _parents(other))


def _parents(revision: DeclaredRevision) -> set[str]:
    return set(revision.down_revisions)


def _way_out(own: DeclaredRevision, rivals: list[DeclaredRevision], base: Base) -> str:
    join = f"merge {base.name} and join the heads: alembic merge heads"
    heads = _heads_above(rivals, base)
    if len(heads) != 1 or len(own.down_revisions) > 1:
        return join
    return f'rebase onto {base.name} and set down_revision = "{heads[0]}" in revision {own.id}; or {join}'


def _heads_above(rivals: list[DeclaredRevision], base: Base) -> list[str]:
    """The heads of the base that come after some of its revisions, those included."""
    above = {rival.id for rival in rivals}
    grown = True
    while grown:
        after = {other.id for other in base.others if _parents(other) & above}
        grown = not after <= above
        above |= after
    revised = {parent for other in base.others for parent in _parents(other)}
    return sorted(above - revised)
