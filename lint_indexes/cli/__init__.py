"""The command line: the only place that prints or exits."""

from lint_indexes.cli.run import run

__all__ = ["run"]
