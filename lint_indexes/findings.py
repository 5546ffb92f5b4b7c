"""What a rule saw, where, and the way out."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import astuple
from enum import Enum
from typing import TYPE_CHECKING

from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.origin import Origin

if TYPE_CHECKING:
    from lint_indexes.model.edits import Edit


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
class Fix:
    """How ``--fix`` mends a violation. One that is not safe may lose what somebody wanted: it takes
    ``--unsafe-fixes``.
    """

    title: str
    edits: tuple[Edit, ...]
    safe: bool = True


@dataclass(frozen=True, slots=True)
class Violation:
    """What a rule yields. One primary place first, related ones after; ``help`` is the way out.

    ``escalated`` makes it an error where the rule is only a warning. ``fix`` is None where nothing can mend
    it by itself; ``drop`` is the opposite fix of a drift that can be settled either way.
    """

    message: str
    origin: Origin
    subject: Subject = Subject()
    related: tuple[Related, ...] = ()
    help: str | None = None
    escalated: bool = False
    fix: Fix | None = None
    drop: Fix | None = None


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A comparison that could not be decided: counted and shown, neither a pass nor a finding."""

    message: str
    origin: Origin | None
    subject: Subject = Subject()


Outcome = Violation | OpenQuestion
"""What a rule yields."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What a finding is about, whatever line it stands in and however it is worded.

    Several findings of one run may share it: two statements of one revision on one table, say.
    """

    code: str
    schema: str | None = None
    table: str | None = None
    index: str | None = None
    revision: str | None = None
    path: str | None = None

    def fingerprint(self, occurrence: int = 0) -> str:
        """A hash that survives moved lines; ``occurrence`` tells findings of one identity apart."""
        content = json.dumps([*astuple(self), *([occurrence] if occurrence else [])])
        return hashlib.sha256(content.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Finding:
    """A violation with the rule that saw it and the severity that the configuration gives it."""

    code: str
    name: str
    severity: Severity
    violation: Violation

    @property
    def fixable(self) -> bool:
        """Whether ``--fix`` can mend it, with ``--unsafe-fixes`` at least."""
        return self.violation.fix is not None

    def identity(self, show_path: Callable[[str], str]) -> Identity:
        """What the finding is about; ``show_path`` gives the path in a form that other machines share."""
        origin, subject = self.violation.origin, self.violation.subject
        return Identity(
            self.code,
            subject.table.schema if subject.table else None,
            subject.table.name if subject.table else None,
            subject.index,
            subject.revision,
            None if origin.path is None else show_path(origin.path),
        )
