"""What takes a finding out of a report: comments, patterns of the configuration, and the baseline.

Nothing here reads a file or knows a rule: texts, entries and the meaning of codes are passed in.
"""

from lint_indexes.suppressions.apply import Suppressions, Suppressor

__all__ = ["Suppressions", "Suppressor"]
