"""Reports as text for people, in the manner of ruff's full output."""

from lint_indexes.reporters.text.check import render
from lint_indexes.reporters.text.configuration import render_configuration
from lint_indexes.reporters.text.listing import render_listing
from lint_indexes.reporters.text.statistics import render_statistics

__all__ = ["render", "render_configuration", "render_listing", "render_statistics"]
