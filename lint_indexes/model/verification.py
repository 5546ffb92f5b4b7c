"""What became of the migrations on a real server: up, down and up again."""

from __future__ import annotations

from enum import Enum

from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.history import Failure, FailureKind, Revision
from lint_indexes.model.names import QualifiedName


class Stage(str, Enum):
    """One of the runs that a revision is put through."""

    UPGRADE = "upgrade"
    DOWNGRADE = "downgrade"
    AGAIN = "second upgrade"

    def __str__(self) -> str:
        return self.value


class Verdict(str, Enum):
    """What a revision's round trip came to."""

    RESTORED = "ok"
    CHANGED = "does not restore the indexes"
    DOWNGRADE_FAILS = "downgrade fails"
    NO_DOWNGRADE = "no downgrade"
    IRREVERSIBLE = "irreversible on purpose"
    NEEDS_ROWS = "needs rows"
    AGAIN_FAILS = "second upgrade fails"
    UPGRADE_FAILS = "upgrade fails"
    REFUSED = "not run: it reaches outside"
    NOT_TRIED = "upgrade only"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class IndexChange:
    """An index that two states do not have alike; ``what`` says in words how."""

    index: QualifiedName
    what: str

    def __str__(self) -> str:
        return f"{self.index.name} {self.what}"


@dataclass(frozen=True, slots=True)
class StageOutcome:
    """One run on the server.

    ``statement`` is what the server refused where that is why it failed. ``changes`` are the indexes that
    are not what they should be after the run: after a downgrade those before the upgrade, after the second
    upgrade those after the first. ``disagreements`` say where the in-memory server had something else;
    ``compared`` is the number of indexes that were looked at for that, None where they could not be.
    """

    stage: Stage
    failure: Failure | None = None
    statement: str | None = None
    changes: tuple[IndexChange, ...] = ()
    disagreements: tuple[str, ...] = ()
    compared: int | None = None


@dataclass(frozen=True, slots=True)
class VerifiedRevision:
    """A revision and its runs, in the order in which they were made."""

    revision: Revision
    stages: tuple[StageOutcome, ...]
    has_downgrade: bool = True
    needs_rows: bool = False

    def stage(self, stage: Stage) -> StageOutcome | None:
        return next((outcome for outcome in self.stages if outcome.stage is stage), None)

    @property
    def verdict(self) -> Verdict:
        upgrade, downgrade, again = map(self.stage, Stage)
        failures = [outcome.failure for outcome in self.stages if outcome.failure]
        if any(failure.kind is FailureKind.REFUSED for failure in failures):
            return Verdict.REFUSED
        if upgrade is None or upgrade.failure:
            return Verdict.UPGRADE_FAILS
        if downgrade is None:
            return Verdict.NOT_TRIED if self.has_downgrade else Verdict.NO_DOWNGRADE
        if downgrade.failure:
            return self._of_failure(downgrade.failure)
        if downgrade.changes:
            return Verdict.CHANGED
        if again is not None and again.failure:
            return Verdict.AGAIN_FAILS
        return Verdict.CHANGED if again is not None and again.changes else Verdict.RESTORED

    def _of_failure(self, failure: Failure) -> Verdict:
        if failure.kind is FailureKind.IRREVERSIBLE:
            return Verdict.IRREVERSIBLE
        if failure.kind is FailureKind.PYTHON and self.needs_rows:
            return Verdict.NEEDS_ROWS
        return Verdict.DOWNGRADE_FAILS


@dataclass(frozen=True, slots=True)
class Verification:
    """All revisions on one server; ``server`` is its version, ``statements`` how many the migrations ran."""

    server: str
    statements: int = 0
    revisions: tuple[VerifiedRevision, ...] = ()
    indexes: int = 0

    @property
    def disagreements(self) -> tuple[tuple[VerifiedRevision, StageOutcome, str], ...]:
        """Where the in-memory server and the real one had different indexes."""
        return tuple(
            (verified, outcome, text)
            for verified in self.revisions
            for outcome in verified.stages
            for text in outcome.disagreements
        )
