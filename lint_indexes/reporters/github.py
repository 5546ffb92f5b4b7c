"""Findings as annotations of a GitHub workflow.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from lint_indexes.findings import Finding
from lint_indexes.report import Report, sorted_findings

# The runner's own escapes: those of the message, and in a property those of its separators as well.
_IN_MESSAGE = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_IN_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})


def render(reports: Sequence[Report], *, show_path: Callable[[str], str]) -> str:
    """One workflow command per finding, ``::error file=...,line=...,title=...::message``."""
    return "".join(_command(finding, show_path) for finding in sorted_findings(reports))


def _command(finding: Finding, show_path: Callable[[str], str]) -> str:
    violation = finding.violation
    origin = violation.origin
    properties: list[tuple[str, object]] = []
    if origin.path is not None:
        # A line or column without a file would be shown at the workflow's own file.
        properties = [("file", show_path(origin.path)), ("line", origin.line), ("col", origin.column)]
    properties.append(("title", f"{finding.code} {finding.name}"))
    listed = ",".join(
        f"{name}={str(value).translate(_IN_PROPERTY)}" for name, value in properties if value is not None
    )
    message = "\n".join(part for part in (violation.message, violation.help) if part)
    return f"::{finding.severity} {listed}::{message.translate(_IN_MESSAGE)}\n"
