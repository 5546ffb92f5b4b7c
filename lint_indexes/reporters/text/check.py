"""The outcome of a check as text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import field
from functools import cache

from lint_indexes.findings import Finding, Severity
from lint_indexes.model.dataclass import dataclass
from lint_indexes.report import Report, sorted_findings
from lint_indexes.reporters.text.frame import ReadLine, ShowPath, place, render_frame
from lint_indexes.reporters.text.style import Style, printable
from lint_indexes.reporters.text.summary import summary


@dataclass(frozen=True, slots=True)
class _Page:
    show_path: ShowPath
    read_line: ReadLine
    style: Style = field(default_factory=Style)


def render(
    reports: Sequence[Report],
    *,
    show_path: ShowPath,
    read_line: ReadLine,
    color: bool = False,
    verbose: bool = False,
    quiet: bool = False,
) -> str:
    """All findings with their source lines, what was left open or skipped, and a summary.

    ``quiet`` leaves the findings alone; ``verbose`` adds the reports' notes and what was uncertain.
    """
    page = _Page(cache(show_path), read_line, Style(color))
    findings = sorted_findings(reports)
    blocks = ["\n".join(_finding(finding, page)) for finding in findings]
    if not quiet:
        blocks += [
            "\n".join(_open_questions(reports, page)),
            "\n".join(_notes(reports, page) if verbose else ()),
        ]
        blocks.append("\n".join(summary(reports, findings, page.style)))
    text = "\n\n".join(block for block in blocks if block)
    return f"{text}\n" if text else ""


def _finding(finding: Finding, page: _Page) -> Iterator[str]:
    violation, style = finding.violation, page.style
    origins = (violation.origin, *(related.origin for related in violation.related))
    width = max(len(str(origin.line or "")) for origin in origins) or 1
    code = style.severity(finding.code, finding.severity)
    kind = "" if finding.severity is Severity.ERROR else f" ({finding.severity})"
    yield f"{code} {finding.name}{kind}: {printable(violation.message)}"
    yield from render_frame(violation.origin, page.show_path, page.read_line, style, width)
    for related in violation.related:
        yield f"{style.label('info:')} {printable(related.message)}"
        yield from render_frame(related.origin, page.show_path, page.read_line, style, width)
    if violation.help is not None:
        yield f"{style.label('help:')} {printable(violation.help)}"


def _open_questions(reports: Sequence[Report], page: _Page) -> Iterator[str]:
    for question in (question for report in reports for question in report.open_questions):
        where = place(question.origin, page.show_path) if question.origin else ""
        yield f"{page.style.label('undecided:')} {printable(question.message)}"
        if where:
            yield f" {page.style.gutter('-->')} {printable(where)}"


def _notes(reports: Sequence[Report], page: _Page) -> Iterator[str]:
    for report in reports:
        if len(reports) > 1:
            yield f"{page.style.label('project:')} {printable(page.show_path(str(report.root)))}"
        for note in report.notes:
            yield f"{page.style.label('note:')} {printable(note)}"
        for uncertain in report.coverage.uncertain:
            text = printable(f"{uncertain.revision}: {uncertain.reason}")
            yield f"{page.style.label('uncertain:')} {text}"
