"""A rule: a code, a name, the sources that it needs, and a function over them."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Iterable, Iterator, Mapping

from lint_indexes.findings import Finding, OpenQuestion, Outcome, Severity
from lint_indexes.model.circumstances import Circumstances
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.history import History, Revision

Check = Callable[..., Iterator[Outcome]]

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
_MIGRATIONS = "migrations"
_OF_A_REVISION = ("revision", "circumstances")
"""What a rule about single revisions may ask for instead, and nothing else: it is asked about each Revision
that is judged, with the Circumstances that the others make. So what it said of one holds until either has
changed."""


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the catalogue. ``required`` and ``optional`` are the sources that its signature names;
    ``revision_sources`` are those of a rule about single revisions, which requires the migrations.
    """

    code: str
    name: str
    check: Check
    severity: Severity
    required: tuple[str, ...]
    optional: tuple[str, ...]
    revision_sources: tuple[str, ...]
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
        return self.reported(self.outcomes(sources), severity)

    def outcomes(self, sources: Mapping[str, object]) -> Iterator[Outcome]:
        """What the check yields, about every revision that is judged where it is about single ones."""
        if not self.revision_sources:
            return self.check(**{name: sources.get(name) for name in (*self.required, *self.optional)})
        history = sources[_MIGRATIONS]
        assert isinstance(history, History)
        return (one for judged in history.judged_singly() for one in self.about(*judged))

    def about(self, revision: Revision, circumstances: Circumstances) -> Iterator[Outcome]:
        """What the check of a rule about single revisions yields about one."""
        given = {"revision": revision, "circumstances": circumstances}
        return self.check(**{name: given[name] for name in self.revision_sources})

    def reported(
        self, outcomes: Iterable[Outcome], severity: Severity | None = None
    ) -> Iterator[Finding | OpenQuestion]:
        """What is reported of such outcomes; ``severity`` replaces the rule's own."""
        for outcome in outcomes:
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
        parameters = inspect.signature(check).parameters
        about_revisions = "revision" in parameters
        known = _OF_A_REVISION if about_revisions else SOURCE_NAMES
        for parameter in parameters.values():
            if parameter.name not in known:
                raise TypeError(f"{code}: unknown source {parameter.name!r}; known: {', '.join(known)}")
            annotation = str(parameter.annotation).replace(" ", "")
            (optional if annotation.endswith("|None") else required).append(parameter.name)
        if not inspect.getdoc(check):
            raise TypeError(f"{code}: a rule is documented by its docstring, which is missing")
        return Rule(
            code,
            name,
            check,
            severity,
            (_MIGRATIONS,) if about_revisions else tuple(required),
            tuple(optional),
            tuple(required) if about_revisions else (),
            enabled_by_default,
            judges_past_states,
        )

    return decorate
