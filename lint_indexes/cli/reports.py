"""Which reporter makes what of a run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lint_indexes.cli.paths import read_line, show_path

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
    from lint_indexes.reporters import concise, github, gitlab, json, junit, sarif, text

    if layout.statistics:
        if layout.output_format == "json":
            return json.render_statistics(reports)
        return text.render_statistics(reports, color=layout.color, quiet=layout.quiet)
    if layout.output_format == "sarif":
        return sarif.render(
            reports, show_path=show_path, rules=_rules_run(reports), documentation=documentation_url()
        )
    if layout.output_format == "junit":
        return junit.render(reports, show_path=show_path, rules=_rules_run(reports), strict=layout.strict)
    plain = {
        "concise": concise.render,
        "json": json.render,
        "github": github.render,
        "gitlab": gitlab.render,
    }
    if layout.output_format in plain:
        return plain[layout.output_format](reports, show_path=show_path)
    return text.render(
        reports,
        show_path=show_path,
        read_line=read_line,
        color=layout.color,
        verbose=layout.verbose,
        quiet=layout.quiet,
    )


def render_verification(reports: Sequence[Report], layout: Layout) -> str:
    """What became of the migrations on a server, and the findings; only the latter for formats of tools, but
    json.
    """
    if layout.output_format != "text":
        return render_check(reports, layout)
    from lint_indexes.reporters import text, verification

    findings = text.render(reports, show_path=show_path, read_line=read_line, color=layout.color, quiet=True)
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
    from lint_indexes.reporters import json, sql, text

    if output_format == "json":
        return json.render_listing(listing, show_path=show_path)
    if output_format == "sql":
        return sql.render_listing(listing)
    return text.render_listing(listing, show_path=show_path, color=color)


def render_configurations(
    configurations: Sequence[EffectiveConfiguration], output_format: str, *, color: bool
) -> str:
    """What holds in each project, as text or JSON."""
    from lint_indexes.reporters import json, text

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
