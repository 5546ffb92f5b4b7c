"""Which reporter makes what of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from importlib import import_module
from typing import TYPE_CHECKING, Any

from lint_indexes.cli.paths import read_line, show_path
from lint_indexes.model.dataclass import dataclass

if TYPE_CHECKING:
    from lint_indexes.config.effective import EffectiveConfiguration
    from lint_indexes.report import Listing, Report
    from lint_indexes.rule import Rule

FORMATS = ("text", "concise", "json", "sarif", "github", "gitlab", "junit")
COUNTED_FORMATS = ("text", "concise", "json")
"""Those that have a way to say how often each rule found something."""


@dataclass(frozen=True, slots=True)
class Layout:
    """How the outcome of a check is shown."""

    output_format: str = "text"
    verbose: bool = False
    quiet: bool = False
    color: bool = False
    strict: bool = False
    statistics: bool = False


def render_check(reports: Sequence[Report], layout: Layout) -> str:
    """The outcome of a check in the format of the layout."""
    if layout.statistics:
        return _render_statistics(reports, layout)
    if layout.output_format == "text":
        return _render_text(reports, layout)
    reporter: Any = import_module(f"lint_indexes.reporters.{layout.output_format}")
    more: dict[str, object] = {}
    if layout.output_format in ("sarif", "junit"):
        more["rules"] = _rules_run(reports)
    if layout.output_format == "sarif":
        more["documentation"] = documentation_url()
    if layout.output_format == "junit":
        more["strict"] = layout.strict
    return str(reporter.render(reports, show_path=show_path, **more))


def _render_text(reports: Sequence[Report], layout: Layout) -> str:
    from lint_indexes.reporters.text.check import render

    return render(
        reports,
        show_path=show_path,
        read_line=read_line,
        color=layout.color,
        verbose=layout.verbose,
        quiet=layout.quiet,
    )


def _render_statistics(reports: Sequence[Report], layout: Layout) -> str:
    if layout.output_format == "json":
        from lint_indexes.reporters import json

        return json.render_statistics(reports)
    from lint_indexes.reporters.text.statistics import render_statistics

    return render_statistics(reports, color=layout.color, quiet=layout.quiet)


def render_verification(reports: Sequence[Report], layout: Layout) -> str:
    """What became of the migrations on a server, and the findings; only the latter for formats of tools, but
    json.
    """
    if layout.output_format != "text":
        return render_check(reports, layout)
    from lint_indexes.reporters import verification

    findings = _render_text(reports, replace(layout, verbose=False, quiet=True))
    if layout.quiet:
        return findings
    verdicts = verification.render(reports, color=layout.color)
    return "\n".join(part for part in (verdicts, findings) if part)


def render_disagreements(reports: Sequence[Report]) -> tuple[str, ...]:
    """Where the replay had something else than the server."""
    from lint_indexes.reporters import verification

    return verification.render_disagreements(reports)


def render_listing(listing: Listing, output_format: str, *, color: bool) -> str:
    """The indexes of a source as text, SQL or JSON."""
    from lint_indexes.reporters import json, sql
    from lint_indexes.reporters.text import listing as text

    if output_format == "json":
        return json.render_listing(listing, show_path=show_path)
    if output_format == "sql":
        return sql.render_listing(listing)
    return text.render_listing(listing, show_path=show_path, color=color)


def render_configurations(
    configurations: Sequence[EffectiveConfiguration], output_format: str, *, color: bool
) -> str:
    """What holds in each project, as text or JSON."""
    from lint_indexes.reporters import json
    from lint_indexes.reporters.text import configuration as text

    if output_format == "json":
        return json.render_configuration(configurations, show_path=show_path)
    return text.render_configuration(configurations, show_path=show_path, color=color)


def documentation_url() -> str | None:
    """Where the installed distribution says that its documents are: [project.urls] Documentation, the folder
    docs. None where it says nothing.
    """
    from importlib.metadata import PackageNotFoundError, metadata

    try:
        listed = metadata("lint-indexes").get_all("Project-URL", [])
    except PackageNotFoundError:
        return None
    named = (url.partition(",") for url in listed)
    return next((url.strip() for label, _, url in named if label.casefold() == "documentation"), None)


def _rules_run(reports: Sequence[Report]) -> list[Rule]:
    from lint_indexes.rules import ALL_RULES

    codes = {code for report in reports for code in report.rules_run}
    return [rule for rule in ALL_RULES if rule.code in codes]
