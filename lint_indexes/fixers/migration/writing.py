"""New migrations, and statements for existing ones, as the project's own Alembic writes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from lint_indexes.ddl.apply import apply
from lint_indexes.ddl.errors import SqlError
from lint_indexes.errors import LintIndexesError
from lint_indexes.fixers.migration.directives import directives
from lint_indexes.fixers.migration.functions import Rendered
from lint_indexes.fixers.models.splices import CannotEditError
from lint_indexes.fixers.plan import describe, without_rebuilding
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.edits import ReplaceStatement
from lint_indexes.model.history import History, Revision, Step
from lint_indexes.model.names import ObjectName
from lint_indexes.model.operations import CreateIndex, DropIndex, Operation
from lint_indexes.model.restoring import undo
from lint_indexes.probe.client import Probe
from lint_indexes.probe.protocol import Directive

LOCK_TIMEOUT = "SET LOCAL lock_timeout = '5s'"
IN_TRANSACTION = "env.py begins a transaction around all migrations"


class CannotMigrateError(Exception):
    """PostgreSQL would refuse an operation of the next migration; the text says why."""

    def __init__(self, reason: str, operation: Operation) -> None:
        super().__init__(reason)
        self.operation = operation


@dataclass(frozen=True, slots=True)
class Migrations:
    """Lets the project's Alembic write operations."""

    probe: Probe
    history: History
    concurrently: bool
    postgres_version: int

    def write(
        self, operations: Sequence[Operation], merge: Sequence[str], message: str | None
    ) -> Iterator[tuple[Path, bytes]]:
        """The new migrations as paths and contents: one that joins heads, one on each head concerned.

        Raises:
            CannotMigrateError: PostgreSQL would refuse an operation.
            IrreversibleError: an operation cannot be written, or not be taken back.
        """
        heads = self.history.heads
        if merge:
            merged = self.probe.write_revision(merge, "merge heads")
            yield Path(merged.path), _bytes(merged.text)
            heads = (merged.id,)
        state = self.history.head
        for head, some in self._by_head(operations, heads).items():
            steps: list[Step] = []
            before = state
            for operation in some:
                after = self._after(operation, state)
                steps.append(Step(operation, state, after))
                state = after
            upgrade = self._directives(some, before)
            downgrade = self._directives(without_rebuilding(undo(steps), state), state)
            parents = (head,) if head else ()
            written = self.probe.write_revision(parents, message or describe(some), upgrade, downgrade)
            yield Path(written.path), _bytes(written.text)

    def _after(self, operation: Operation, state: Catalog) -> Catalog:
        try:
            return apply(state, operation, postgres_version=self.postgres_version)
        except SqlError as error:
            raise CannotMigrateError(error.message, operation) from error

    def _directives(self, operations: Sequence[Operation], state: Catalog) -> list[Directive]:
        concurrently = self.concurrently and not self.probe.in_transaction()
        return directives(
            operations, state, concurrently=concurrently, postgres_version=self.postgres_version
        )

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
                for one in self.history.with_ancestors((head,))
            )
            if run is not None and made:
                return head
        return first

    def _table_of(self, operation: Operation) -> ObjectName | None:
        if isinstance(operation, DropIndex):
            index = self.history.head.find_index(operation.names[0])
            return index.table.in_full if index else None
        return getattr(operation, "table", None)

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
        if self.probe.in_transaction():
            raise CannotEditError(f"{IN_TRANSACTION}, in which nothing can be done CONCURRENTLY")
        return self._rendered(edit.operations, step.before, concurrently=True)

    def _rendered(self, operations: Sequence[Operation], state: Catalog, *, concurrently: bool) -> Rendered:
        return self._as_python(
            directives(operations, state, concurrently=concurrently, postgres_version=self.postgres_version)
        )

    def lock_timeout(self) -> Rendered:
        """What gives up waiting for a lock, in the transaction that is open."""
        return self._as_python([{"do": "execute", "sql": LOCK_TIMEOUT}])

    def _as_python(self, found: Sequence[Directive]) -> Rendered:
        try:
            rendered = self.probe.render(found)
        except LintIndexesError as error:
            raise CannotEditError(error.message) from error
        return Rendered(rendered.lines, rendered.imports)


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
