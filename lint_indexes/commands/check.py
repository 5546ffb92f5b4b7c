"""``lint-indexes check``: judge every project that is configured here."""

from __future__ import annotations

from lint_indexes.commands.options import CheckOptions
from lint_indexes.commands.projects import configurations
from lint_indexes.linter import lint
from lint_indexes.report import Report


def check(options: CheckOptions) -> list[Report]:
    """One report for each project, in the order of their paths.

    Raises:
        LintIndexesError: a project could not be judged.
    """
    return [
        lint(
            config,
            python=options.python,
            at=options.at,
            select=options.select,
            ignore=options.ignore,
            extend_select=options.extend_select,
        )
        for config in configurations(options.root, options.config)
    ]
