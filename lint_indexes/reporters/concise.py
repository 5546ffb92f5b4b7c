"""Findings one per line, as editors and other tools read them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lint_indexes.findings import Finding, Severity
from lint_indexes.report import Report, sorted_findings


def render(reports: Sequence[Report], *, show_path: Callable[[str], str]) -> str:
    """``path:line:column: CODE message``, and nothing where there is no finding."""
    return "".join(_line(finding, show_path) for finding in sorted_findings(reports))


def _line(finding: Finding, show_path: Callable[[str], str]) -> str:
    origin = finding.violation.origin
    place = [show_path(origin.path)] if origin.path is not None else []
    if place and origin.line is not None:
        place.append(str(origin.line))
        place += [str(origin.column)] if origin.column is not None else []
    kind = "" if finding.severity is Severity.ERROR else f"({finding.severity}) "
    message = " ".join(finding.violation.message.split())
    return f"{':'.join(place)}{': ' if place else ''}{finding.code} {kind}{message}\n"
