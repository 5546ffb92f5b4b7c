"""``--write-baseline``: accept what stands today."""

from __future__ import annotations

from collections import Counter
from functools import partial
from pathlib import Path

from lint_indexes.commands.judging import chosen_projects, judge_project
from lint_indexes.commands.options import CheckOptions
from lint_indexes.config.value import Config
from lint_indexes.findings import Identity
from lint_indexes.linter.selection import KNOWN_RULES, NEVER_ACCEPTED
from lint_indexes.model.dataclass import dataclass
from lint_indexes.report import Report
from lint_indexes.sources.files import relative_path, write_whole
from lint_indexes.sources.suppressions import baseline_path, load_baseline
from lint_indexes.suppressions.baseline import render_baseline


@dataclass(frozen=True, slots=True)
class WrittenBaseline:
    """A baseline that was written, with the number of its entries, and of the findings that made them."""

    path: Path
    entries: int
    findings: int


def write_baselines(options: CheckOptions) -> list[WrittenBaseline]:
    """Accept what each project has today: judge it without its baseline, and write that anew.

    What is said of suppressions, or of a commit, is never accepted: it is to be mended. Entries of rules
    that did not run stay as they are.

    Raises:
        LintIndexesError: a project could not be judged, or its baseline not be written.
    """
    return [_write_baseline(config, options) for config in chosen_projects(options)]


def _write_baseline(config: Config, options: CheckOptions) -> WrittenBaseline:
    path = baseline_path(config.root)
    kept = load_baseline(config.root)
    report = judge_project(config, options, baseline=False)
    counts = accepted_today(report)
    others = {
        entry.identity: entry.count
        for entry in kept
        if entry.identity.code in KNOWN_RULES and entry.identity.code not in report.rules_run
    }
    write_whole(path, render_baseline({**others, **counts}))
    return WrittenBaseline(path, len(others) + len(counts), counts.total())


def accepted_today(report: Report) -> Counter[Identity]:
    """What a baseline accepts of a report: what the findings are about, and how many are about that."""
    show_path = partial(relative_path, folder=report.root)
    findings = (finding for finding in report.findings if finding.code not in NEVER_ACCEPTED)
    return Counter(finding.identity(show_path) for finding in findings)
