"""``[tool.lint-indexes.per-file-ignores]``: rules that are not reported in a file, on a table or an index."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from fnmatch import fnmatchcase

from lint_indexes.findings import Finding


def is_ignored(
    finding: Finding, ignores: Mapping[str, Collection[str]], show_path: Callable[[str], str]
) -> bool:
    """Whether a pattern matches the finding's file, table or index. ``ignores`` are codes by pattern."""
    names = names_of(finding, show_path)
    return any(
        finding.code in codes and any(fnmatchcase(name, pattern) for name in names)
        for pattern, codes in ignores.items()
    )


def names_of(finding: Finding, show_path: Callable[[str], str]) -> list[str]:
    """What a pattern may match to mean a finding: its file, its table, its index."""
    violation, subject = finding.violation, finding.violation.subject
    names = [show_path(violation.origin.path)] if violation.origin.path is not None else []
    names += [subject.index] if subject.index is not None else []
    if subject.table is not None:
        names += [subject.table.name, f"{subject.table.schema}.{subject.table.name}"]
    return names
