"""A plan as the new contents of files; nothing is written here."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from lint_indexes.ddl.apply import apply
from lint_indexes.ddl.errors import SqlError
from lint_indexes.errors import LintIndexesError
from lint_indexes.fixers.migration.directives import directives
from lint_indexes.fixers.migration.functions import Rendered, edit_migration
from lint_indexes.fixers.models.edit import ModelEdit, edit_models
from lint_indexes.fixers.models.splices import CannotEditError
from lint_indexes.fixers.plan import Choice, NotFixed, Plan, describe
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.edits import (
    CompleteDowngrade,
    DeclareIndex,
    Edit,
    FileChange,
    Migrate,
    ReplaceStatement,
    UndeclareIndex,
)
from lint_indexes.model.history import History, Revision, Step
from lint_indexes.model.names import ObjectName
from lint_indexes.model.operations import CreateIndex, DropIndex, Operation
from lint_indexes.model.restoring import IrreversibleError, undo
from lint_indexes.probe.client import Probe


@dataclass(frozen=True, slots=True)
class Changes:
    """The files that a plan makes, or why fixes of it cannot be made."""

    changes: tuple[FileChange, ...] = ()
    failed: tuple[NotFixed, ...] = ()


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
    models: Catalog | None,
    *,
    unstaged: frozenset[Path],
    concurrently: bool,
    postgres_version: int,
    message: str | None = None,
) -> Changes:
    """The files that a plan makes.

    Parameters:
        probe: the one that loaded the project; it lets Alembic write.
        unstaged: files that have edits which git does not know.
        concurrently: whether indexes of existing tables are built without blocking writes.
        message: of the new revision, made up if None.
    """
    maker = _Maker(unstaged)
    _edit_models(maker, plan.models, models)
    writer = _Migrations(probe, history, concurrently, postgres_version)
    for revision, edits in plan.revisions.items():
        _edit_revision(maker, writer, history.revisions[revision], edits)
    if not maker.failed:
        try:
            for path, text in writer.write(plan.operations, plan.merge, message):
                maker.put(path, text)
        except (IrreversibleError, SqlError) as error:
            reason = error.message if isinstance(error, SqlError) else str(error)
            maker.failed.update(
                {
                    edit: f"no migration can be written for it: {reason}"
                    for choice in plan.choices
                    for edit in choice.fix.edits
                    if isinstance(edit, Migrate)
                }
            )
    if maker.failed:
        return Changes(failed=tuple(_failures(plan.choices, maker.failed)))
    return Changes(tuple(one for one in maker.contents.values() if one.before != one.after))


def _failures(choices: Iterable[Choice], failed: Mapping[Edit, str]) -> Iterator[NotFixed]:
    """A fix that fails in one of its edits is not made at all."""
    for choice in choices:
        reason = next((failed[edit] for edit in choice.fix.edits if edit in failed), None)
        if reason is not None:
            yield NotFixed(choice.finding, reason)


def _edit_models(
    maker: _Maker, edits: Sequence[DeclareIndex | UndeclareIndex], models: Catalog | None
) -> None:
    by_path: dict[Path, list[tuple[Edit, ModelEdit]]] = {}
    for edit in edits:
        table = models.tables.get(edit.index.table) if models else None
        if table is None or table.origin is None or table.origin.path is None:
            maker.failed[edit] = f"it is not known where the model of {edit.index.table} is"
            continue
        declare = isinstance(edit, DeclareIndex)
        remove = edit.instead_of if isinstance(edit, DeclareIndex) else edit.index
        model_edit = ModelEdit(table, edit.index if declare else None, remove)
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


def _edit_revision(
    maker: _Maker,
    writer: _Migrations,
    revision: Revision,
    edits: Sequence[CompleteDowngrade | ReplaceStatement],
) -> None:
    """The edits of one migration, each by itself: one that cannot be made does not hinder the others."""
    path = Path(revision.path)
    appended: Rendered | None = None
    replaced: dict[int, Rendered] = {}
    for edit in edits:
        try:
            if isinstance(edit, CompleteDowngrade):
                appended = writer.appended(revision, edit.operations)
                edit_migration(maker.current(path), appended=appended)
            else:
                rendered = writer.replaced(revision, edit)
                edit_migration(maker.current(path), {edit.line: rendered})
                replaced[edit.line] = rendered
        except (CannotEditError, IrreversibleError) as error:  # noqa: PERF203 - each may fail by itself
            maker.failed[edit] = str(error)
        except SqlError as error:
            maker.failed[edit] = error.message
    if not any(edit in maker.failed for edit in edits):
        maker.put(path, edit_migration(maker.current(path), replaced, appended))


@dataclass(frozen=True, slots=True)
class _Migrations:
    """Lets the project's Alembic write operations."""

    probe: Probe
    history: History
    concurrently: bool
    postgres_version: int

    def write(
        self, operations: Sequence[Operation], merge: Sequence[str], message: str | None
    ) -> Iterator[tuple[Path, bytes]]:
        """The new migrations as paths and contents: one that joins heads, one on each head concerned."""
        heads = self.history.heads
        if merge:
            merged = self.probe.write_revision(merge, "merge heads")
            yield Path(merged.path), _bytes(merged.text)
            heads = (merged.id,)
        state = self.history.head
        for head, some in self._by_head(operations, heads).items():
            steps: list[Step] = []
            upgrade = directives(
                some, state, concurrently=self.concurrently, postgres_version=self.postgres_version
            )
            for operation in some:
                after = apply(state, operation, postgres_version=self.postgres_version)
                steps.append(Step(operation, state, after))
                state = after
            downgrade = directives(
                undo(steps), state, concurrently=self.concurrently, postgres_version=self.postgres_version
            )
            parents = (head,) if head else ()
            written = self.probe.write_revision(parents, message or describe(some), upgrade, downgrade)
            yield Path(written.path), _bytes(written.text)

    def _by_head(
        self, operations: Sequence[Operation], heads: Sequence[str]
    ) -> Mapping[str, list[Operation]]:
        """Each operation on the head of the branch that its table comes from."""
        grouped: dict[str, list[Operation]] = {}
        for operation in operations:
            grouped.setdefault(self._head_of(operation, heads), []).append(operation)
        return grouped

    def _head_of(self, operation: Operation, heads: Sequence[str]) -> str:
        first = heads[0] if heads else ""
        if len(heads) < 2:
            return first
        table = self._table_of(operation)
        for head in heads:
            run = self.history.revisions[head].upgrade if head in self.history.revisions else None
            made = table and any(
                self.history.revisions[one].upgrade.before.find_table(table) is None
                and self.history.revisions[one].upgrade.after.find_table(table) is not None
                for one in self._ancestors(head)
            )
            if run is not None and made:
                return head
        return first

    def _table_of(self, operation: Operation) -> ObjectName | None:
        if isinstance(operation, DropIndex):
            index = self.history.head.find_index(operation.names[0])
            return ObjectName(index.table.name, index.table.schema) if index else None
        return getattr(operation, "table", None)

    def _ancestors(self, head: str) -> frozenset[str]:
        seen: set[str] = set()
        pending = [head]
        while pending:
            one = pending.pop()
            if one not in seen and one in self.history.revisions:
                seen.add(one)
                pending += self.history.revisions[one].down_revisions
        return frozenset(seen)

    def appended(self, revision: Revision, operations: Sequence[Operation]) -> Rendered:
        """What a downgrade() is to do too, in the manner of its upgrade()."""
        done = revision.downgrade
        state = done.after if done is not None and done.certain else revision.upgrade.after
        mannered = any(
            isinstance(operation, CreateIndex | DropIndex) and operation.concurrently
            for statement in revision.upgrade.statements
            for operation in statement.operations
        )
        return self._rendered(operations, state, concurrently=mannered)

    def replaced(self, revision: Revision, edit: ReplaceStatement) -> Rendered:
        """What a statement is to do instead, without a lock."""
        runs = (revision.upgrade, *([revision.downgrade] if revision.downgrade else []))
        step = next(
            step
            for run in runs
            for statement in run.statements
            if statement.origin.line == edit.line and statement.operations == edit.operations
            for step in statement.steps
        )
        return self._rendered(edit.operations, step.before, concurrently=True)

    def _rendered(self, operations: Sequence[Operation], state: Catalog, *, concurrently: bool) -> Rendered:
        found = directives(
            operations, state, concurrently=concurrently, postgres_version=self.postgres_version
        )
        try:
            rendered = self.probe.render(found)
        except LintIndexesError as error:
            raise CannotEditError(error.message) from error
        return Rendered(rendered.lines, rendered.imports)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
