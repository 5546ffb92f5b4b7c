"""A plan as the new contents of files; nothing is written here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from pathlib import Path

from lint_indexes.ddl.errors import SqlError
from lint_indexes.fixers.choice import Choice, NotFixed
from lint_indexes.fixers.migration.functions import Statements, edit_migration
from lint_indexes.fixers.migration.writing import CannotMigrateError, Migrations
from lint_indexes.fixers.models.declared import is_by_flag
from lint_indexes.fixers.models.edit import ModelEdit, edit_models
from lint_indexes.fixers.models.source import decode
from lint_indexes.fixers.models.splices import CannotEditError
from lint_indexes.fixers.plan import Plan, combined
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.edits import (
    CompleteDowngrade,
    DeclareIndex,
    Edit,
    FileChange,
    Migrate,
    RemoveIgnore,
    RevisionEdit,
    SetLockTimeout,
    UndeclareIndex,
)
from lint_indexes.model.history import History, Revision
from lint_indexes.model.operations import Operation
from lint_indexes.model.restoring import IrreversibleError
from lint_indexes.probe.client import Probe
from lint_indexes.suppressions.removal import remove_ignores


@dataclass(frozen=True, slots=True)
class Earlier:
    """What earlier plans of the same run amount to: edits of files that exist, and the next migration."""

    contents: tuple[FileChange, ...] = ()
    operations: tuple[Operation, ...] = ()
    merge: tuple[str, ...] = ()


NOTHING = Earlier()


@dataclass(frozen=True, slots=True)
class Changes:
    """The files that a plan makes, with those before it, or why fixes of it cannot be made."""

    changes: tuple[FileChange, ...] = ()
    failed: tuple[NotFixed, ...] = ()
    earlier: Earlier = NOTHING


@dataclass(slots=True)
class _Maker:
    """Collects changes by path, and the edits that failed with their reasons."""

    unstaged: frozenset[Path]
    contents: dict[Path, FileChange] = field(default_factory=dict)
    failed: dict[Edit, str] = field(default_factory=dict)

    def current(self, path: Path) -> bytes:
        """The content of a file, as changed so far.

        Raises:
            CannotEditError: it cannot be read, or has edits that are not staged.
        """
        if path in self.contents:
            return self.contents[path].after
        if path.resolve() in self.unstaged:
            raise CannotEditError(f"{path} has edits that are not staged: git add it, or stash them, first")
        try:
            content = path.read_bytes()
        except OSError as error:
            raise CannotEditError(f"{path} cannot be read: {error.strerror or error}") from error
        self.contents[path] = FileChange(path, content, content)
        return content

    def put(self, path: Path, content: bytes) -> None:
        before = self.contents[path].before if path in self.contents else None
        self.contents[path] = FileChange(path, before, content)


def make_changes(
    plan: Plan,
    probe: Probe,
    history: History,
    edited: History,
    models: Catalog | None,
    *,
    earlier: Earlier,
    by_flag: bool,
    unstaged: frozenset[Path],
    concurrently: bool,
    postgres_version: int,
    message: str | None = None,
) -> Changes:
    """The files that a plan makes.

    Parameters:
        probe: the one that loaded the project; it lets Alembic write.
        history: that of the files on the disk, which the next migration comes after.
        edited: that of the files with what was done ``earlier``.
        models: what the models declare then.
        by_flag: write index=True where SQLAlchemy's own convention gives the name that is wanted.
        unstaged: files that have edits which git does not know.
        concurrently: whether indexes of existing tables are built without blocking writes.
        message: of the new revision, made up if None.
    """
    maker = _Maker(unstaged, {change.path: change for change in earlier.contents})
    _edit_models(maker, plan.models, models, by_flag=by_flag)
    _edit_comments(maker, plan.ignores)
    writer = Migrations(probe, history, concurrently, postgres_version)
    for revision, edits in plan.revisions.items():
        _edit_revision(maker, writer, edited.revisions[revision], edits)
    contents = tuple(one for one in maker.contents.values() if one.before != one.after)
    operations = combined(earlier.operations, plan.operations, history.head)
    merge = earlier.merge or plan.merge
    if not maker.failed:
        try:
            for path, text in writer.write(operations, merge, message):
                maker.put(path, text)
        except (CannotMigrateError, IrreversibleError, SqlError) as error:
            maker.failed.update(_not_migrated(plan.choices, error))
    if maker.failed:
        return Changes(failed=tuple(_failures(plan.choices, maker.failed)))
    changes = tuple(one for one in maker.contents.values() if one.before != one.after)
    return Changes(changes, earlier=Earlier(contents, operations, merge))


def _not_migrated(
    choices: Iterable[Choice], error: CannotMigrateError | IrreversibleError | SqlError
) -> Mapping[Edit, str]:
    """The edits for which no migration can be written: those of the operation that is to blame, or all."""
    text = error.message if isinstance(error, SqlError) else str(error)
    edits = [edit for choice in choices for edit in choice.fix.edits if isinstance(edit, Migrate)]
    blamed = edits
    if isinstance(error, CannotMigrateError):
        blamed = [edit for edit in edits if error.operation in edit.operations]
    return dict.fromkeys(blamed or edits, f"no migration can be written for it: {text}")


def _failures(choices: Iterable[Choice], failed: Mapping[Edit, str]) -> Iterator[NotFixed]:
    """A fix that fails in one of its edits is not made at all."""
    for choice in choices:
        reason = next((failed[edit] for edit in choice.fix.edits if edit in failed), None)
        if reason is not None:
            yield NotFixed(choice.finding, reason)


def _edit_models(
    maker: _Maker, edits: Sequence[DeclareIndex | UndeclareIndex], models: Catalog | None, *, by_flag: bool
) -> None:
    by_path: dict[Path, list[tuple[Edit, ModelEdit]]] = {}
    for edit in edits:
        table = models.tables.get(edit.index.table) if models else None
        if table is None or table.origin is None or table.origin.path is None:
            maker.failed[edit] = f"it is not known where the model of {edit.index.table} is"
            continue
        declare = isinstance(edit, DeclareIndex)
        remove = edit.instead_of if isinstance(edit, DeclareIndex) else edit.index
        flagged = by_flag and is_by_flag(edit.index)
        model_edit = ModelEdit(table, edit.index if declare else None, remove, flagged)
        by_path.setdefault(Path(table.origin.path), []).append((edit, model_edit))
    for path, pairs in by_path.items():
        try:
            edited = edit_models(maker.current(path), str(path), [model_edit for _, model_edit in pairs])
        except CannotEditError as error:
            maker.failed.update({edit: str(error) for edit, _ in pairs})
            continue
        for declined in edited.declined:
            by_hand = f"; by hand: {declined.code}" if declined.code else ""
            maker.failed.update(
                {edit: declined.reason + by_hand for edit, one in pairs if one == declined.edit}
            )
        maker.put(path, edited.source)


def _edit_comments(maker: _Maker, edits: Sequence[RemoveIgnore]) -> None:
    for path in {edit.origin.path for edit in edits if edit.origin.path is not None}:
        here = [edit for edit in edits if edit.origin.path == path]
        lines: dict[int, set[str]] = {}
        for edit in here:
            lines.setdefault(edit.origin.line or 0, set()).add(edit.selector)
        try:
            decoded = decode(maker.current(Path(path)))
            maker.put(Path(path), decoded.encode(remove_ignores(decoded.text, lines, here[0].origin)))
        except CannotEditError as error:
            maker.failed.update(dict.fromkeys(here, str(error)))


def _edit_revision(
    maker: _Maker, writer: Migrations, revision: Revision, edits: Sequence[RevisionEdit]
) -> None:
    """The edits of one migration, each by itself: one that cannot be made does not hinder the others."""
    path = Path(revision.path)
    together = Statements()
    for edit in edits:
        try:
            alone = _statements(writer, revision, edit)
            edit_migration(maker.current(path), alone)
            together = together.and_(alone)
        except (CannotEditError, IrreversibleError) as error:  # noqa: PERF203 - each may fail by itself
            maker.failed[edit] = str(error)
        except SqlError as error:
            maker.failed[edit] = error.message
    if not any(edit in maker.failed for edit in edits):
        maker.put(path, edit_migration(maker.current(path), together))


def _statements(writer: Migrations, revision: Revision, edit: RevisionEdit) -> Statements:
    if isinstance(edit, CompleteDowngrade):
        return Statements(appended=writer.appended(revision, edit.operations))
    if isinstance(edit, SetLockTimeout):
        return Statements(inserted={edit.line: writer.lock_timeout()})
    return Statements({edit.line: writer.replaced(revision, edit)})
