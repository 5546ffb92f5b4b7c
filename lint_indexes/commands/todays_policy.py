"""The policy that demands the indexes that there are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import field

from lint_indexes.commands.options import PolicyChoice
from lint_indexes.compare.drift import Drift
from lint_indexes.config.policy import index_entry
from lint_indexes.config.value import Config
from lint_indexes.errors import LintIndexesError
from lint_indexes.linter.judging import judge
from lint_indexes.linter.loaded import Loaded
from lint_indexes.model.catalog import Index
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.history import History
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.origin import Source

_JUDGES = ("LI001", "LI101", "LI102")
"""The rules that an entry of the policy can be broken by."""


@dataclass(frozen=True, slots=True)
class TodaysPolicy:
    """``entries`` by the name of the index; ``left_out`` says of others why they get none."""

    entries: Mapping[str, object] = field(default_factory=dict)
    left_out: Mapping[str, str] = field(default_factory=dict)


def todays_policy(
    choice: PolicyChoice,
    loaded: Loaded,
    default_schema: str,
    existing: Collection[str],
    with_entries: Callable[[Mapping[str, object]], Config],
) -> TodaysPolicy:
    """The policy of a project as it was loaded, which is then in accord with it.

    Indexes behind constraints have no entry: it is the constraint that is wanted. An index on which models
    and migrations disagree has none either, so that the disagreement stays a finding.

    Parameters:
        existing: the names that have an entry already.
        with_entries: the configuration with these entries beside those that there are.

    Raises:
        LintIndexesError: there are no models to take it from.
    """
    if choice is PolicyChoice.MODELS and loaded.models is None:
        raise LintIndexesError(
            "--policy models: env.py names no target_metadata, so there are no models",
            hint="name them with --metadata, or take --policy all",
        )
    entries: dict[str, object] = {}
    left_out: dict[str, str] = {}
    for index in _indexes(choice, loaded):
        name = index.name.name
        if name in entries:
            left_out[name] = "another schema has an index of that name too"
        elif name not in existing:
            entries[name] = index_entry(index, default_schema, _layers(index, loaded))
    while entries:
        broken = _broken(with_entries(entries), loaded, entries)
        if not broken:
            break
        left_out.update(broken)
        entries = {name: entry for name, entry in entries.items() if name not in broken}
    return TodaysPolicy(entries, left_out)


def _indexes(choice: PolicyChoice, loaded: Loaded) -> Iterator[Index]:
    """The indexes to demand, by table and name."""
    models = loaded.models.catalog.indexes if loaded.models else {}
    found: dict[QualifiedName, Index] = {}
    if choice is PolicyChoice.ALL:
        renamed = set(_renamed(loaded))
        head = loaded.history.head.indexes
        found.update({name: head[name] for name in head if name not in renamed})
    if choice is not PolicyChoice.NONE:
        found.update({name: models[name] for name in models})
    for index in sorted(found.values(), key=lambda index: (index.table, index.name)):
        if index.constraint is None and index.partition_of is None and not _excluded(index, loaded.history):
            yield index


def _renamed(loaded: Loaded) -> Iterator[QualifiedName]:
    """What the migrations call indexes that have another name in the models."""
    if loaded.models is not None:
        drift = Drift(loaded.models.catalog, loaded.history, None, loaded.models.naming)
        yield from (migrated.name for _, migrated in drift.renamed())


def _excluded(index: Index, history: History) -> bool:
    return history.exclusions.has_index(index)


def _layers(index: Index, loaded: Loaded) -> tuple[Source, ...]:
    """Where alone it is to be; nothing where that is everywhere."""
    if loaded.models is None or index.name in loaded.models.catalog.indexes:
        return ()
    return (Source.MIGRATIONS,)


def _broken(config: Config, loaded: Loaded, entries: Collection[str]) -> dict[str, str]:
    """Which entries the project is not in accord with, and why."""
    report = judge(config, loaded, select=_JUDGES, baseline=False)
    violations = (finding.violation for finding in report.findings)
    broken = ((violation.subject.index, violation.message) for violation in violations)
    return {name: message for name, message in broken if name is not None and name in entries}
