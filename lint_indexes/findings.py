"""What a rule saw, where, and the way out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from lint_indexes.model.names import QualifiedName
from lint_indexes.model.origin import Origin


class Severity(str, Enum):
    """How bad a finding is; errors fail the run."""

    ERROR = "error"
    WARNING = "warning"

    def __str__(self) -> str:
        return self.value


@dataclass(frozen=True, slots=True)
class Subject:
    """What a violation is about, as far as it is known."""

    table: QualifiedName | None = None
    index: str | None = None
    revision: str | None = None


@dataclass(frozen=True, slots=True)
class Related:
    """A second place that explains a violation: "dropped here", "declared here"."""

    origin: Origin
    message: str


@dataclass(frozen=True, slots=True)
class Violation:
    """What a rule yields. One primary place first, related ones after; ``help`` is the way out.

    ``escalated`` makes it an error where the rule is only a warning.
    """

    message: str
    origin: Origin
    subject: Subject = Subject()
    related: tuple[Related, ...] = ()
    help: str | None = None
    escalated: bool = False


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A comparison that could not be decided: counted and shown, neither a pass nor a finding."""

    message: str
    origin: Origin | None
    subject: Subject = Subject()


@dataclass(frozen=True, slots=True)
class Finding:
    """A violation with the rule that saw it and the severity that the configuration gives it."""

    code: str
    name: str
    severity: Severity
    violation: Violation
    fixable: bool = False
