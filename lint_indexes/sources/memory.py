"""What earlier runs have found out about a project, for those who can do with less work where it holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from lint_indexes.findings import Outcome
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.circumstances import Circumstances
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.exclusions import Exclusions
from lint_indexes.model.history import Revision, Run
from lint_indexes.model.inputs import Inputs
from lint_indexes.probe.protocol import Direction, Facts, ListedRevision, ProbeInputs, Summary
from lint_indexes.sources.metadata import Models

Verdicts = dict[str, tuple[Outcome, ...]]
"""What rules have yielded about a revision, by their codes."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What env.py and the models amounted to.

    ``models`` is None where env.py names none; ``warnings`` are those of loading them; ``exclusions`` is what
    env.py said of the tables and indexes that it was ``asked`` about.
    """

    summary: Summary
    models: Models | None
    warnings: tuple[str, ...]
    exclusions: Exclusions
    asked: frozenset[str]


class Journal:
    """Runs of migrations, which need not be run again from the same state. This one knows none.

    ``start`` is the catalog that the history begins with, None where it is for others to make.
    ``went_another_way``: the history has come to another state than it had in those runs.
    """

    start: Catalog | None = None
    went_another_way = False

    def facts(self) -> Mapping[str, Facts]:
        """Those of migrations that are as they were, by path."""
        return {}

    def note_models(self, models: Models | None) -> None:
        """Say what the models are, which have a say where a migration fails."""

    def has(self, listed: ListedRevision, direction: Direction) -> bool:
        """Whether a run of a migration is known, from whatever state."""
        return False

    def find(self, listed: ListedRevision, direction: Direction, before: Catalog) -> Run | None:
        """What an earlier run of a migration, from this state, came to; None where that is not known."""
        return None

    def verdicts(self, revision: Revision, circumstances: Circumstances) -> Verdicts:
        """What rules have yielded about a revision whose runs were the same, under the same circumstances, by
        code. Whoever asks another rule notes here what that yields.
        """
        return {}

    def note_error(self, listed: ListedRevision) -> None:
        """Say that there was an error in a run, of which listeners of the project's may have heard."""

    def add(self, listed: ListedRevision, direction: Direction, run: Run) -> None:
        """Note what a run came to."""


class Memory:
    """What is remembered of one project. This one remembers nothing."""

    def summary(self, python: Path) -> Summary | None:
        """That of env.py and the models, if both are as they were with this interpreter."""
        return None

    def read_ahead(self) -> Iterable[object]:
        """Restore what the summary was found with, a piece at a time: there is time for that while the
        project's Python is waited for.
        """
        return ()

    def environment(self) -> Environment | None:
        """What both amounted to, under the same condition."""
        return None

    def forget_environment(self) -> None:
        """Something may depend on it that is not remembered: it has to be loaded."""

    def journal(self, summary: Summary | None) -> Journal:
        """The runs that hold with this environment."""
        return Journal()

    def complete(self, seen: ProbeInputs) -> Inputs | None:
        """What this run depends on beside what is remembered; None where a migration turned out to depend on
        the environment, which was left out.
        """
        return seen.all()

    def keep(self, environment: Environment | None) -> None:
        """Remember this run. ``environment`` is None where it was not loaded, or cannot be summarized."""
