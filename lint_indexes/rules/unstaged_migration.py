"""LI005."""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from lint_indexes.findings import Subject, Violation
from lint_indexes.model.history import History
from lint_indexes.model.repository import Commit, LeftOut
from lint_indexes.rule import rule


@rule("LI005", "unstaged-migration", judges_past_states=False)
def unstaged_migration(migrations: History, commit: Commit) -> Iterator[Violation]:
    """A migration exists in the working tree, and the commit would go without it.

    ## What it does
    Asks git, in a commit hook, which migrations the commit lacks: files that are untracked, that are only
    meant to be added (`git add --intent-to-add`), that a commit of some paths leaves out, or that
    `.gitignore` hides. A project that keeps none of its migrations in git is left alone.

    It is judged where a commit is being made: pre-commit sets PRE_COMMIT, and git itself GIT_INDEX_FILE. In a
    run by hand a migration that was just written is no mistake, so the rule does not run there.

    ## Why is this bad?
    The migrations were replayed together with this file, so all that is said of them holds for this machine
    alone. The commit has the new models and not the migration; or the next migration, and not its parent.

    ## Example
    ```sh
    # commit.sh
    git add models.py
    git commit -m "Index bookings by status"
    ```
    ```python
    # models.py
    class Booking(Base):
        __tablename__ = "booking"

        id = Column(Integer, primary_key=True)
        status = Column(String(20), index=True)
    ```
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index("ix_booking_status", "booking", ["status"])


    def downgrade():
        op.drop_index("ix_booking_status", "booking")
    ```

    ## Use instead
    ```sh
    # commit.sh
    git add models.py migrations/versions/0002_index_booking.py
    git commit -m "Index bookings by status"
    ```
    ```python
    # models.py
    class Booking(Base):
        __tablename__ = "booking"

        id = Column(Integer, primary_key=True)
        status = Column(String(20), index=True)
    ```
    ```python
    # versions/0002_index_booking.py
    def upgrade():
        op.create_index("ix_booking_status", "booking", ["status"])


    def downgrade():
        op.drop_index("ix_booking_status", "booking")
    ```
    """
    for revision in migrations.revisions.values():
        missing = commit.left_out.get(revision.path)
        if missing is not None:
            yield Violation(
                message=f"revision {revision.id} {_why(missing)}: the commit would go without it",
                origin=revision.origin,
                subject=Subject(revision=revision.id),
                help=_way_out(missing),
            )


def _why(file: LeftOut) -> str:
    return "is not staged" if file.ignored_by is None else f"is ignored by git ({file.ignored_by})"


def _way_out(file: LeftOut) -> str:
    path = shlex.quote(file.path)
    if file.ignored_by is None:
        return f"git add {path}; or move it out of the versions folder, if it is not meant to be committed"
    return f"git add --force {path}; or move it out of the versions folder"
