"""What a fix changes, as data: a fixer makes files of it."""

from __future__ import annotations

from pathlib import Path

from lint_indexes.model.catalog import Index
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.operations import Operation
from lint_indexes.model.origin import Origin


@dataclass(frozen=True, slots=True)
class Migrate:
    """The next migration executes these operations, in this order; its downgrade reverses them."""

    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class DeclareIndex:
    """The models declare ``index``, in the place of ``instead_of`` where that is an index of theirs."""

    index: Index
    instead_of: Index | None = None


@dataclass(frozen=True, slots=True)
class UndeclareIndex:
    """The models no longer declare an index of theirs; its origin is where they do."""

    index: Index


@dataclass(frozen=True, slots=True)
class CompleteDowngrade:
    """The ``downgrade()`` of an existing revision executes these operations too, after what it does now."""

    revision: str
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class ReplaceStatement:
    """The statement that begins on a line of an existing revision executes these operations instead."""

    revision: str
    line: int
    operations: tuple[Operation, ...]


@dataclass(frozen=True, slots=True)
class SetLockTimeout:
    """The ``upgrade()`` of an existing revision sets a lock_timeout before what begins on a line."""

    revision: str
    line: int


@dataclass(frozen=True, slots=True)
class RemoveIgnore:
    """The comment that stands at ``origin`` no longer names a selector; one without any goes."""

    origin: Origin
    selector: str


@dataclass(frozen=True, slots=True)
class MergeHeads:
    """A new revision joins these."""

    heads: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FileChange:
    """What a file is to become; ``before`` is what it is, None for a new file."""

    path: Path
    before: bytes | None
    after: bytes


RevisionEdit = CompleteDowngrade | ReplaceStatement | SetLockTimeout
"""An edit of a migration that exists."""

Edit = Migrate | DeclareIndex | UndeclareIndex | RevisionEdit | RemoveIgnore | MergeHeads
"""Any of the edits."""
