"""Which fixes of a run go together, and what they amount to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field

from lint_indexes.findings import Fix
from lint_indexes.fixers.choice import Choice, NotFixed
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.edits import (
    CompleteDowngrade,
    DeclareIndex,
    Edit,
    MergeHeads,
    Migrate,
    RemoveIgnore,
    ReplaceStatement,
    RevisionEdit,
    SetLockTimeout,
    UndeclareIndex,
)
from lint_indexes.model.index_operations import creation_of, removal_of
from lint_indexes.model.operations import (
    AddConstraint,
    CreateIndex,
    DropConstraint,
    DropIndex,
    Operation,
    RenameConstraint,
    RenameTable,
)

Name = tuple[str | None, str]
"""Schema and name of an index."""

_CREATIONS = (CreateIndex, AddConstraint)
_REMOVALS = (DropIndex, DropConstraint)
_RENAMES = (RenameTable, RenameConstraint)


@dataclass(frozen=True, slots=True)
class Plan:
    """What all fixes of a run change.

    ``operations`` are those of the next migration, in an order that works; ``models`` the edits of the
    models; ``revisions`` those of each revision that exists; ``merge`` the heads to join; ``ignores`` what
    comments no longer say.
    """

    choices: tuple[Choice, ...] = ()
    operations: tuple[Operation, ...] = ()
    models: tuple[DeclareIndex | UndeclareIndex, ...] = ()
    revisions: Mapping[str, tuple[RevisionEdit, ...]] = field(default_factory=dict)
    merge: tuple[str, ...] = ()
    ignores: tuple[RemoveIgnore, ...] = ()
    left: tuple[NotFixed, ...] = ()


def plan(choices: Sequence[Choice]) -> Plan:
    """Put fixes together; of two that disagree about an index, one that does away with it goes first, then
    one that gives it another name.
    """
    kept: list[Choice] = []
    conflicting: list[NotFixed] = []
    decided: dict[object, tuple[Edit, Choice]] = {}
    gone: dict[Name, Choice] = {}
    for choice in sorted(choices, key=_precedence):
        clash = _clash(choice, decided, gone)
        if clash is not None:
            conflicting.append(NotFixed(choice.finding, f"it disagrees with another fix: {clash.fix.title}"))
            continue
        kept.append(choice)
        for edit in choice.fix.edits:
            decided.update(dict.fromkeys(_subjects(edit), (edit, choice)))
            if _does_away(choice.fix):
                gone.update({name: choice for _, name in _subjects(edit)})
            gone.update(dict.fromkeys(_old_names(edit), choice))
    chosen = list(dict.fromkeys(edit for choice in kept for edit in choice.fix.edits))
    return Plan(
        choices=tuple(kept),
        operations=tuple(_ordered(edit for edit in chosen if isinstance(edit, Migrate))),
        models=tuple(edit for edit in chosen if isinstance(edit, DeclareIndex | UndeclareIndex)),
        revisions=_by_revision(chosen),
        merge=next((edit.heads for edit in chosen if isinstance(edit, MergeHeads)), ()),
        ignores=tuple(edit for edit in chosen if isinstance(edit, RemoveIgnore)),
        left=tuple(conflicting),
    )


def _by_revision(edits: Iterable[Edit]) -> Mapping[str, tuple[RevisionEdit, ...]]:
    found: dict[str, tuple[RevisionEdit, ...]] = {}
    for edit in edits:
        if isinstance(edit, RevisionEdit):
            found[edit.revision] = (*found.get(edit.revision, ()), edit)
    return found


def _clash(
    choice: Choice, decided: Mapping[object, tuple[Edit, Choice]], gone: Mapping[Name, Choice]
) -> Choice | None:
    """The choice that decided otherwise about something that this one is about."""
    for edit in choice.fix.edits:
        for subject in _subjects(edit):
            if subject in decided and decided[subject][0] != edit:
                return decided[subject][1]
            other = gone.get(subject[1])
            if other is not None and other.fix != choice.fix and not _does_away(choice.fix):
                return other
    return None


def _precedence(choice: Choice) -> int:
    if _does_away(choice.fix):
        return 0
    return 1 if any(_old_names(edit) for edit in choice.fix.edits) else 2


def _old_names(edit: Edit) -> list[Name]:
    """The names that indexes no longer have, once they are renamed."""
    operations = edit.operations if isinstance(edit, Migrate) else ()
    return [next(_names(one)) for one in operations if isinstance(one, _RENAMES)]


def _does_away(fix: Fix) -> bool:
    """Whether something goes and nothing comes in its place."""
    operations = [one for edit in fix.edits if isinstance(edit, Migrate) for one in edit.operations]
    undeclared = any(isinstance(edit, UndeclareIndex) for edit in fix.edits)
    return undeclared or (bool(operations) and all(isinstance(one, _REMOVALS) for one in operations))


def _subjects(edit: Edit) -> Iterator[tuple[str, Name]]:
    """What an edit decides about: a layer, and an index (or a revision) in it."""
    if isinstance(edit, DeclareIndex | UndeclareIndex):
        yield "models", (edit.index.name.schema, edit.index.name.name)
    elif isinstance(edit, Migrate):
        for operation in edit.operations:
            for name in _names(operation):
                yield "migrations", name
    elif isinstance(edit, CompleteDowngrade):
        yield "downgrade", (None, edit.revision)
    elif isinstance(edit, ReplaceStatement | SetLockTimeout):
        yield f"line {edit.line}", (None, edit.revision)


def _names(operation: Operation) -> Iterator[Name]:
    """The indexes that an operation makes, drops or renames."""
    if isinstance(operation, CreateIndex):
        yield operation.table.schema, operation.name or ""
    elif isinstance(operation, AddConstraint):
        yield operation.table.schema, operation.constraint.name or ""
    elif isinstance(operation, DropIndex):
        yield from ((name.schema, name.name) for name in operation.names)
    elif isinstance(operation, DropConstraint):
        yield operation.table.schema, operation.name
    elif isinstance(operation, RenameTable):
        yield operation.name.schema, operation.name.name
        yield operation.name.schema, operation.new_name
    elif isinstance(operation, RenameConstraint):
        yield operation.table.schema, operation.name
        yield operation.table.schema, operation.new_name


def _ordered(edits: Iterable[Migrate]) -> list[Operation]:
    """Constraints and names that are in the way go first, then come renames, then what is made; an index that
    merely goes does so in the end, when others can do its work. What is rebuilt is dropped just before.
    """
    operations = [operation for edit in edits for operation in edit.operations]
    made = {_first(one): one for one in operations if isinstance(one, CreateIndex)}
    renamed = {name for one in operations if isinstance(one, _RENAMES) for name in _names(one)}

    def rank(operation: Operation) -> tuple[int, int, int]:
        if isinstance(operation, DropIndex):
            if renamed & set(_names(operation)):
                return 0, 0, 0
            rebuilt = made.get(_first(operation))
            return (3, 0, 0) if rebuilt is None else (2, operations.index(rebuilt), 0)
        if isinstance(operation, (*_RENAMES, DropConstraint)):
            return int(isinstance(operation, _RENAMES)), 0, 0
        return 2, operations.index(operation), 1

    return sorted(operations, key=rank)


def combined(
    earlier: Sequence[Operation], later: Sequence[Operation], before: Catalog
) -> tuple[Operation, ...]:
    """The operations of two plans without indexes that come and go, or go and come as ``before``."""
    kept = list(earlier)
    for operation in later:
        opposite = next((one for one in earlier if one in kept and _cancel(one, operation, before)), None)
        if opposite is None:
            kept.append(operation)
        else:
            kept.remove(opposite)
    return tuple(kept)


def _cancel(one: Operation, other: Operation, before: Catalog) -> bool:
    """Whether all is as it was when an operation has followed another one."""
    if isinstance(one, _CREATIONS) and isinstance(other, _REMOVALS):
        return set(_names(one)) == set(_names(other))
    if isinstance(one, _REMOVALS) and isinstance(other, _CREATIONS):
        indexes = before.indexes.values()
        return any((removal_of(index), creation_of(index)) == (one, other) for index in indexes)
    return False


def without_rebuilding(operations: Sequence[Operation], before: Catalog) -> tuple[Operation, ...]:
    """Operations without indexes that go and come as they were."""
    kept = list(operations)
    for index in before.indexes.values():
        pair = (removal_of(index), creation_of(index))
        if all(one in kept for one in pair):
            kept = [one for one in kept if one not in pair]
    return tuple(kept)


def describe(operations: Sequence[Operation]) -> str:
    """What a migration does, in few words: the message of the revision."""
    created = [one for one in operations if isinstance(one, _CREATIONS)]
    dropped = [one for one in operations if isinstance(one, _REMOVALS)]
    renamed = [one for one in operations if isinstance(one, _RENAMES)]
    made = {_first(one) for one in created}
    groups = (
        ("create", [_first(one) for one in created if _first(one) not in map(_first, dropped)]),
        ("rebuild", [_first(one) for one in dropped if _first(one) in made]),
        ("drop", [_first(one) for one in dropped if _first(one) not in made]),
        ("rename", [_first(one) for one in renamed]),
    )
    parts = [_counted(verb, names) for verb, names in groups if names]
    return ", ".join(parts) or "merge heads"


def _first(operation: Operation) -> str:
    return next((name for _, name in _names(operation)), "")


def _counted(verb: str, names: Sequence[str]) -> str:
    return f"{verb} {names[0]}" if len(names) == 1 else f"{verb} {len(names)} indexes"
