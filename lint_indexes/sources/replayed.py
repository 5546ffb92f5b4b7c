"""What became of the runs of a replay, in the words of the history."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from lint_indexes.compare.long_names import long_names
from lint_indexes.emulator.session import Session
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.history import REFUSED, Definition, Failure, FailureKind, Revision, Run
from lint_indexes.probe.protocol import Direction, ListedRevision


def has_downgrade(listed: ListedRevision) -> bool:
    return listed.downgrade_function.definition is not Definition.MISSING


def runs_of(
    chosen: Iterable[ListedRevision], judged: Collection[str]
) -> Iterator[tuple[ListedRevision, Direction]]:
    """The runs of some revisions, where none fails."""
    for listed in chosen:
        yield listed, "upgrade"
        if listed.id in judged and has_downgrade(listed):
            yield listed, "downgrade"


def carried_on(failure: Failure) -> bool:
    """Whether the run was refused something, caught that, and ran to its end."""
    return failure.kind is FailureKind.REFUSED and failure.exception is None


def reason_of(failure: Failure) -> str:
    return f"{failure.message}, {REFUSED}" if failure.kind is FailureKind.REFUSED else failure.message


def revision_of(listed: ListedRevision, upgrade: Run, downgrade: Run | None, *, judged: bool) -> Revision:
    return Revision(
        id=listed.id,
        down_revisions=listed.down_revisions,
        depends_on=listed.depends_on,
        path=listed.path,
        message=listed.message,
        line=listed.line,
        upgrade_function=listed.upgrade_function,
        downgrade_function=listed.downgrade_function,
        upgrade=upgrade,
        downgrade=downgrade,
        judged=judged,
    )


def finished(session: Session, before: Catalog, failure: Failure | None) -> Run:
    statements = tuple(session.statements)
    return Run(
        before=before,
        after=session.catalog,
        statements=statements,
        failure=failure,
        doubts=tuple(session.doubts),
        read_rows=session.read_rows,
        read_catalogs=session.read_catalogs,
        long_names=tuple(name for statement in statements for name in long_names(statement)),
    )
