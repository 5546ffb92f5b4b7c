"""A rule: a code, a name, the sources that it needs, and a function over them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterator, Mapping

from lint_indexes.findings import Finding, OpenQuestion, Severity, Violation
from lint_indexes.model.dataclass import dataclass

Check = Callable[..., Iterator[Violation | OpenQuestion]]

SOURCE_NAMES = (
    "policy",
    "metadata",
    "migrations",
    "drift",
    "redundancies",
    "naming",
    "commit",
    "base",
    "database",
    "verification",
    "suppressions",
)
"""What a rule may ask for: Policy, Catalog (of the models), History, the Drift between the last two, their
Redundancies, the Naming of the models, the Commit that a hook judges, the Base that ``--base`` names, the
DatabaseDrift between the migrations and a live database, the Verification that only ``lint-indexes verify``
makes, and the Suppressions, which are there when the other rules have run."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the catalogue. ``required`` and ``optional`` are the sources that its signature names."""

    code: str
    name: str
    check: Check
    severity: Severity
    required: tuple[str, ...]
    optional: tuple[str, ...]
    enabled_by_default: bool
    judges_past_states: bool

    @property
    def documentation(self) -> str:
        """The docstring of the check, unindented."""
        return inspect.getdoc(self.check) or ""

    @property
    def summary(self) -> str:
        """The first line of the documentation."""
        return self.documentation.partition("\n")[0]

    def missing(self, sources: Mapping[str, object]) -> tuple[str, ...]:
        """The required sources that are not there."""
        return tuple(name for name in self.required if sources.get(name) is None)

    def run(
        self, sources: Mapping[str, object], severity: Severity | None = None
    ) -> Iterator[Finding | OpenQuestion]:
        """Run the check on the sources; ``severity`` replaces the rule's own."""
        arguments = {name: sources.get(name) for name in (*self.required, *self.optional)}
        for outcome in self.check(**arguments):
            if isinstance(outcome, OpenQuestion):
                yield outcome
            else:
                level = severity or (Severity.ERROR if outcome.escalated else self.severity)
                yield Finding(self.code, self.name, level, outcome)


def rule(
    code: str,
    name: str,
    *,
    severity: Severity = Severity.ERROR,
    enabled_by_default: bool = True,
    judges_past_states: bool = True,
) -> Callable[[Check], Rule]:
    """Make a Rule of a function whose parameters are named after the sources that it needs.

    A parameter annotated ``X | None`` is a source that the rule can do without.
    ``judges_past_states`` is false for a rule that compares the models, which are always of today, with
    the migrations: it is skipped where ``--at`` asks for an older revision.

    Raises:
        TypeError: a parameter is not one of SOURCE_NAMES, or there is no docstring.
    """

    def decorate(check: Check) -> Rule:
        required: list[str] = []
        optional: list[str] = []
        for parameter in inspect.signature(check).parameters.values():
            if parameter.name not in SOURCE_NAMES:
                raise TypeError(
                    f"{code}: unknown source {parameter.name!r}; known: {', '.join(SOURCE_NAMES)}"
                )
            annotation = str(parameter.annotation).replace(" ", "")
            (optional if annotation.endswith("|None") else required).append(parameter.name)
        if not inspect.getdoc(check):
            raise TypeError(f"{code}: a rule is documented by its docstring, which is missing")
        return Rule(
            code,
            name,
            check,
            severity,
            tuple(required),
            tuple(optional),
            enabled_by_default,
            judges_past_states,
        )

    return decorate
