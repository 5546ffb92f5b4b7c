"""What is coloured how."""

from __future__ import annotations

import re

import click

from lint_indexes.findings import Severity
from lint_indexes.model.dataclass import dataclass

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")


@dataclass(frozen=True, slots=True)
class Style:
    """Colours the parts of a report, or leaves them as they are."""

    color: bool = False

    def severity(self, text: str, severity: Severity) -> str:
        return self._paint(text, "red" if severity is Severity.ERROR else "yellow")

    def gutter(self, text: str) -> str:
        """Arrows, line numbers and bars beside a source line."""
        return self._paint(text, "blue")

    def label(self, text: str) -> str:
        """What introduces a line: ``help:``, ``info:``."""
        return self._paint(text, "cyan")

    def good(self, text: str) -> str:
        return self._paint(text, "green")

    def _paint(self, text: str, color: str) -> str:
        return click.style(text, fg=color, bold=True) if self.color else text


def printable(text: str) -> str:
    """The text without characters that would steer a terminal; they come from files that we only show."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)
