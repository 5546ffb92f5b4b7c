"""The last lines of a report: what it comes to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from lint_indexes.findings import Finding, Severity
from lint_indexes.report import Report, total_coverage
from lint_indexes.reporters.text.style import Style

UNCERTAINTY_RULES = ("LI004", "LI603")
"""Those that say why a revision could not be analysed: what it did is not known, or it does not load."""


def summary(reports: Sequence[Report], findings: Sequence[Finding], style: Style) -> Iterator[str]:
    """Rules that did not run, what was put aside, and one line with the result."""
    yield from _skipped(reports)
    suppressed = sum(report.suppressed for report in reports)
    if suppressed:
        yield f"{_count(suppressed, 'finding')} suppressed."
    undecided = sum(len(report.open_questions) for report in reports)
    if undecided:
        yield f"{_count(undecided, 'comparison')} could not be decided."
    elsewhere = sum(report.elsewhere for report in reports)
    if elsewhere:
        yield f"{_count(elsewhere, 'finding')} not shown: {_about(elsewhere)} other files only."
    yield _found(reports, findings) if findings else _clean(reports, style)


def _about(findings: int) -> str:
    return "it concerns" if findings == 1 else "they concern"


def _skipped(reports: Sequence[Report]) -> Iterator[str]:
    codes: dict[str, set[str]] = {}
    for report in reports:
        for skipped in report.skipped:
            codes.setdefault(skipped.reason, set()).add(skipped.code)
    for reason in sorted(codes, key=lambda reason: sorted(codes[reason])):
        yield f"Skipped {', '.join(sorted(codes[reason]))}: {reason}."


def _found(reports: Sequence[Report], findings: Sequence[Finding]) -> str:
    errors = sum(finding.severity is Severity.ERROR for finding in findings)
    warnings = len(findings) - errors
    counts = [_count(errors, "error")] if errors else []
    counts += [_count(warnings, "warning")] if warnings else []
    found = f"Found {' and '.join(counts)}"
    coverage = total_coverage(reports)
    if not coverage.revisions:
        return f"{found}."
    uncertain = f"{len({item.revision for item in coverage.uncertain})} uncertain"
    told = [code for code in UNCERTAINTY_RULES if any(finding.code == code for finding in findings)]
    see = f": see {' and '.join(told)}" if told else ""
    analysed = f"{coverage.analysed} analysed, {uncertain}{see}" if coverage.uncertain else "all analysed"
    return f"{found} in {_count(coverage.revisions, 'revision')} ({analysed})."


def _clean(reports: Sequence[Report], style: Style) -> str:
    rules = {code for report in reports for code in report.rules_run}
    if not rules:
        return "No rule ran."
    passed = style.good(f"{'All ' if len(rules) > 1 else ''}{_count(len(rules), 'rule')} passed")
    if any(report.elsewhere for report in reports):
        passed = "Nothing found in the named files"
    coverage = total_coverage(reports)
    indexes = [report.indexes for report in reports if report.indexes is not None]
    seen = [f"{len(reports)} projects"] if len(reports) > 1 else []
    seen += [_count(sum(indexes), "index", "indexes")] if indexes else []
    if coverage.revisions:
        uncertain = len({item.revision for item in coverage.uncertain})
        seen += [_count(coverage.revisions, "revision"), f"{uncertain} uncertain"]
    return f"{passed}: {', '.join(seen)}." if seen else f"{passed}."


def _count(number: int, noun: str, plural: str | None = None) -> str:
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
