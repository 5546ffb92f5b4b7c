"""Which fix of a finding is taken, if any."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lint_indexes.findings import Finding, Fix
from lint_indexes.model.edits import RemoveIgnore, RevisionEdit, SetLockTimeout


@dataclass(frozen=True, slots=True)
class Choice:
    """A finding with the fix that was chosen for it."""

    finding: Finding
    fix: Fix


@dataclass(frozen=True, slots=True)
class NotFixed:
    """A finding that could be mended, and why it is not."""

    finding: Finding
    reason: str


def choose(
    findings: Iterable[Finding], *, unsafe: bool, drop_drift: bool, rewrite: bool = True
) -> tuple[tuple[Choice, ...], int]:
    """The fix of every finding that has one, and how many are left out since they are not safe.

    Parameters:
        unsafe: take those that may lose something as well.
        drop_drift: drop what the models do not declare, instead of declaring it.
        rewrite: whether revisions that are judged are new, so that to rewrite them is safe.
    """
    choices: list[Choice] = []
    hidden = 0
    for finding in findings:
        violation = finding.violation
        fix = violation.drop if drop_drift and violation.drop is not None else violation.fix
        if fix is None:
            continue
        if unsafe or (fix.safe and (rewrite or not _rewrites(fix))):
            choices.append(Choice(finding, fix))
        else:
            hidden += 1
    return tuple(choices), hidden


def _rewrites(fix: Fix) -> bool:
    return bool(revisions_edited(fix))


def revisions_edited(fix: Fix) -> frozenset[str]:
    """The existing revisions whose files a fix edits."""
    return frozenset(edit.revision for edit in fix.edits if isinstance(edit, RevisionEdit))


def comes_last(choice: Choice) -> bool:
    """Whether a fix is made when all others are: that of a comment, whose line is no longer right after
    them, or of a lock that they may do without.
    """
    return all(isinstance(edit, RemoveIgnore | SetLockTimeout) for edit in choice.fix.edits)
