"""How often each rule found something, as text."""

from __future__ import annotations

from collections.abc import Sequence

from lint_indexes.report import Report, RuleCount, counts_by_rule, sorted_findings
from lint_indexes.reporters.text.style import Style
from lint_indexes.reporters.text.summary import summary


def render_statistics(reports: Sequence[Report], *, color: bool = False, quiet: bool = False) -> str:
    """One line per rule, the most frequent first, and the summary unless ``quiet``."""
    style = Style(color)
    counts = counts_by_rule(reports)
    number = max((len(str(item.count)) for item in counts), default=0)
    kind = max((len(item.severity) for item in counts), default=0)
    lines = [_line(item, number, kind, style) for item in counts]
    if not quiet:
        lines += summary(reports, sorted_findings(reports), style)
    return "".join(f"{line}\n" for line in lines)


def _line(item: RuleCount, number: int, kind: int, style: Style) -> str:
    code = style.severity(item.code, item.severity)
    return f"{item.count:>{number}}  {code}  {item.severity!s:<{kind}}  {item.name}"
