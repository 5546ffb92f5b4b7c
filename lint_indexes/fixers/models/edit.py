"""The model half of ``--fix``: indexes declared, replaced and removed in the text of a model file."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from lint_indexes.fixers.models.change import Change, Place, change
from lint_indexes.fixers.models.layout import Style
from lint_indexes.fixers.models.names import Import, add_import
from lint_indexes.fixers.models.source import Decoded, SourceFile, decode
from lint_indexes.fixers.models.splices import CannotEditError, Splice, moved, spliced
from lint_indexes.model.catalog import Index, Table
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.declaration import declaration
from lint_indexes.model.origin import Origin

_REMEMBERED = 1000
"""How many results are kept: a fix that fails has the others of all files made again."""


@dataclass(frozen=True, slots=True)
class ModelEdit:
    """A change of what the models declare for a table of theirs.

    ``table.origin`` is the line of the class statement or the Table(); ``declare`` an index that they do
    not declare yet; ``remove`` one that they do, its origin where. With both, one replaces the other.
    ``by_column_flag``: the metadata's naming convention gives the name to index=True on the column.
    """

    table: Table
    declare: Index | None = None
    remove: Index | None = None
    by_column_flag: bool = False


@dataclass(frozen=True, slots=True)
class Declined:
    """An edit that was not made, why, and the declaration to paste where there is one."""

    edit: ModelEdit
    reason: str
    code: str | None = None


@dataclass(frozen=True, slots=True)
class Edited:
    """The file with the edits that could be made, and those that could not."""

    source: bytes
    declined: tuple[Declined, ...] = ()


def edit_models(source: bytes, path: str, edits: Sequence[ModelEdit]) -> Edited:
    """Make the edits in a file; lines that no edit is about stay byte for byte.

    What base classes of other files declare cannot be seen: whoever writes the result imports it first, and
    looks whether the models differ from before by these indexes alone.

    Args:
        path: of the file, as origins give it. An edit may also be about what another file declares of a
            table: then only what is in this file can be removed.
    """
    return _edited(source, path, tuple(edits), tuple(map(_origins, edits)))


def _origins(edit: ModelEdit) -> tuple[Origin | None, ...]:
    """What an edit's equality leaves out."""
    return tuple(one.origin if one else None for one in (edit.table, edit.declare, edit.remove))


@lru_cache(_REMEMBERED)
def _edited(
    source: bytes, path: str, edits: tuple[ModelEdit, ...], _: tuple[tuple[Origin | None, ...], ...]
) -> Edited:
    try:
        decoded = decode(source)
        file = SourceFile(decoded.text)
    except CannotEditError as error:
        return Edited(source, tuple(_decline(edit, error) for edit in edits))
    pending = [_located(file, path, edit) for edit in edits]
    declined: list[Declined] = []
    while pending:
        turn = _Turn(file, decoded)
        for one in pending:
            turn.attempt(one)
        file = turn.finish()
        declined += turn.declined
        pending = [one.moved(turn.applied) for one in turn.deferred]
    order = {id(edit): number for number, edit in enumerate(edits)}
    declined.sort(key=lambda one: order[id(one.edit)])
    return Edited(decoded.encode(file.text), tuple(declined))


@dataclass(frozen=True, slots=True)
class _Pending:
    """An edit, with the offsets at which its lines begin (None: not in this file)."""

    edit: ModelEdit
    table: int | None
    remove: int | None

    def moved(self, steps: Sequence[Sequence[Splice]]) -> _Pending:
        table, gone = self.table, self.remove
        for splices in steps:
            table = None if table is None else moved(table, splices)
            gone = None if gone is None else moved(gone, splices)
        return _Pending(self.edit, table, gone)


def _located(file: SourceFile, path: str, edit: ModelEdit) -> _Pending:
    origins = (edit.table.origin, edit.remove.origin if edit.remove else None)
    table, gone = (
        file.line(origin.line) if origin is not None and origin.path == path and origin.line else None
        for origin in origins
    )
    return _Pending(edit, table, gone)


def _decline(edit: ModelEdit, error: CannotEditError) -> Declined:
    return Declined(edit, str(error), str(declaration(edit.declare)) if edit.declare else None)


class _Turn:
    """The edits that can be made in one go: those of different statements of the module.

    ``applied`` are the splices that were made, in steps that each begin with what the last one left.
    """

    def __init__(self, file: SourceFile, decoded: Decoded) -> None:
        self._file = file
        self._decoded = decoded
        self._style = Style(file.width, file.indent, file.newline)
        self._changes: list[tuple[_Pending, Change]] = []
        self._touched: set[int] = set()
        self.deferred: list[_Pending] = []
        self.declined: list[Declined] = []
        self.applied: list[Sequence[Splice]] = []

    def attempt(self, one: _Pending) -> None:
        """Find out what to change for an edit."""
        edit = one.edit
        if self._touched & {
            id(self._file.statement_at(at)) for at in (one.table, one.remove) if at is not None
        }:
            self.deferred.append(one)
            return
        try:
            place = Place(edit.table, one.table, one.remove)
            made = change(self._file, place, edit.declare, edit.remove, edit.by_column_flag)
            spliced(self._file.text, made.splices)
            for splice in made.splices:
                self._decoded.encode(splice.text)
        except CannotEditError as error:
            self.declined.append(_decline(edit, error))
            return
        touched = {id(self._file.statement_at(splice.start)) for splice in made.splices}
        if touched & self._touched:
            self.deferred.append(one)
            return
        self._touched |= touched
        self._changes.append((one, made))

    def finish(self) -> SourceFile:
        """The file with the changes and their imports; as it was, if it could not be parsed any more."""
        splices = [splice for _, made in self._changes for splice in made.splices]
        first_use: dict[Import, int] = {}
        for _, made in self._changes:
            start = min((splice.start for splice in made.splices), default=0)
            for name in made.imports:
                first_use[name] = min(first_use.get(name, start), start)
        try:
            file = self._apply(self._file, splices)
            for name in sorted(first_use, key=lambda one: one.name or ""):
                before = first_use[name]
                for step in self.applied:
                    before = moved(before, step)
                file = self._apply(file, add_import(file, name, before, self._style))
        except CannotEditError as error:
            self.applied = []
            self.declined += [_decline(one.edit, error) for one, _ in self._changes]
            return self._file
        return file

    def _apply(self, file: SourceFile, splices: Sequence[Splice]) -> SourceFile:
        if not splices:
            return file
        changed = SourceFile(spliced(file.text, splices))
        self.applied.append(splices)
        return changed
