"""What became of each migration on a real server, and where the in-memory one had something else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import click

from lint_indexes.model.verification import Verdict, Verification
from lint_indexes.report import Report

_GOOD = (Verdict.RESTORED, Verdict.NOT_TRIED, Verdict.IRREVERSIBLE, Verdict.NEEDS_ROWS, Verdict.REFUSED)

_OURS = "Where it differs, that is a defect of lint-indexes, not of your project: please report it."


def render(reports: Sequence[Report], *, color: bool = False) -> str:
    """A line for each revision, the disagreements, and the totals."""
    blocks = [
        "\n".join(_verification(report.verification, color))
        for report in reports
        if report.verification is not None
    ]
    return "\n\n".join(blocks) + "\n"


def render_disagreements(reports: Sequence[Report]) -> tuple[str, ...]:
    """Where the replay had something else than the server, for a report that has no place for it."""
    return tuple(
        line
        for report in reports
        if report.verification is not None and report.verification.disagreements
        for line in (*_differences(report.verification), _OURS)
    )


def _verification(verification: Verification, color: bool) -> Iterator[str]:
    width = max((len(verified.revision.id) for verified in verification.revisions), default=0)
    for verified in verification.revisions:
        verdict = verified.verdict
        text = click.style(str(verdict), fg="green" if verdict in _GOOD else "red") if color else str(verdict)
        yield f"{verified.revision.id:<{width}}  {text}"
    yield ""
    yield from _disagreements(verification)
    yield f"PostgreSQL {verification.server}: {_count(verification.statements, 'statement')} executed."
    yield _totals(verification)


def _disagreements(verification: Verification) -> Iterator[str]:
    """These are no findings about the project: the replay is ours."""
    yield from _differences(verification)
    compared = [
        outcome for one in verification.revisions for outcome in one.stages if outcome.compared is not None
    ]
    indexes = sum(outcome.compared or 0 for outcome in compared)
    agreed = sum(not outcome.disagreements for outcome in compared)
    yield (
        f"The replay without a server had the same indexes in {agreed} of {_count(len(compared), 'state')}"
        f" ({_count(indexes, 'index', 'indexes')} compared)."
    )
    if verification.disagreements:
        yield _OURS


def _differences(verification: Verification) -> Iterator[str]:
    for verified, outcome, text in verification.disagreements:
        yield f"replay differs: {verified.revision.id}, {outcome.stage}: {text}"


def _totals(verification: Verification) -> str:
    counts = Counter(verified.verdict for verified in verification.revisions)
    parts = [f"{counts[verdict]} {verdict}" for verdict in Verdict if counts[verdict]]
    return (
        f"{_count(len(verification.revisions), 'revision')}: {', '.join(parts)};"
        f" {_count(verification.indexes, 'index', 'indexes')} at the end."
    )


def _count(number: int, noun: str, plural: str | None = None) -> str:
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
