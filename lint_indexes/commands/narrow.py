"""What is reported where files are named: fewer findings, of the same judgement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from lint_indexes.findings import Finding, OpenQuestion
from lint_indexes.model.origin import Origin, Source
from lint_indexes.report import Report


def narrow(report: Report, files: Sequence[Path]) -> Report:
    """The report with what concerns the files, or the folders with all that is below them.

    A finding concerns the file in which it stands and those of its related places: drift is a matter of
    both sides. One that stands in the configuration or the baseline, or nowhere, is about the project as a
    whole, and always reported: what is missing everywhere is in no file that could be named.
    Without files the report is left as it is.
    """
    if not files:
        return report
    named = frozenset(file.resolve() for file in files)
    findings = tuple(finding for finding in report.findings if _concerns(finding, named))
    return replace(
        report,
        findings=findings,
        open_questions=tuple(one for one in report.open_questions if _stands_in(one, named)),
        elsewhere=len(report.findings) - len(findings),
    )


def _concerns(finding: Finding, named: frozenset[Path]) -> bool:
    violation = finding.violation
    if violation.origin.source is Source.POLICY or violation.origin.path is None:
        return True
    return _is_among([violation.origin, *(related.origin for related in violation.related)], named)


def _stands_in(question: OpenQuestion, named: frozenset[Path]) -> bool:
    return question.origin is None or _is_among([question.origin], named)


def _is_among(origins: Iterable[Origin], named: frozenset[Path]) -> bool:
    paths = (Path(origin.path).resolve() for origin in origins if origin.path is not None)
    return any(not named.isdisjoint((path, *path.parents)) for path in paths)
