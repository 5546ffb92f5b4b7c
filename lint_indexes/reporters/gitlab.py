"""Findings as a Code Quality report of GitLab.

https://docs.gitlab.com/ci/testing/code_quality/#code-quality-report-format
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

from lint_indexes.findings import Finding, Severity
from lint_indexes.report import Report, fingerprinted

_SEVERITIES = {Severity.ERROR: "major", Severity.WARNING: "minor"}


def render(reports: Sequence[Report], *, show_path: Callable[[str], str]) -> str:
    """A JSON array with one entry per finding; GitLab compares its fingerprints between branches."""
    entries = [_entry(*pair, show_path) for pair in fingerprinted(reports, show_path)]
    return json.dumps(entries, indent=2, ensure_ascii=True) + "\n"


def _entry(finding: Finding, fingerprint: str, show_path: Callable[[str], str]) -> dict[str, object]:
    origin = finding.violation.origin
    # Both are required; what has no place of its own is shown at the top of the folder.
    path = show_path(origin.path) if origin.path is not None else "."
    return {
        "description": f"{finding.code} {finding.name}: {finding.violation.message}",
        "check_name": finding.code,
        "fingerprint": fingerprint,
        "severity": _SEVERITIES[finding.severity],
        "location": {"path": path, "lines": {"begin": origin.line or 1}},
    }
