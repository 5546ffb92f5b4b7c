"""One edit of a model file, as splices of its text and the imports that it needs."""

from __future__ import annotations

from lint_indexes.fixers.models.columns import FLAGS, keyword, set_flags
from lint_indexes.fixers.models.declared import Flagged, Written, find_declaration, wanted_flags
from lint_indexes.fixers.models.layout import Style, call
from lint_indexes.fixers.models.names import Import, Names
from lint_indexes.fixers.models.removing import remove
from lint_indexes.fixers.models.replacing import replace_call, replacement
from lint_indexes.fixers.models.source import Path, SourceFile
from lint_indexes.fixers.models.splices import CannotEditError, Splice
from lint_indexes.fixers.models.table_args import lists_indexes, put
from lint_indexes.fixers.models.tables import Target, find_table_at
from lint_indexes.model.catalog import ConstraintKind, Index, Table
from lint_indexes.model.dataclass import dataclass
from lint_indexes.model.declaration import Declaration, Spelling, declaration


@dataclass(frozen=True, slots=True)
class Place:
    """A table, and where the lines begin that make it and that declare the index to remove.

    None where that is in another file.
    """

    table: Table
    made: int | None
    declared: int | None


@dataclass(frozen=True, slots=True)
class Change:
    splices: tuple[Splice, ...]
    imports: frozenset[Import] = frozenset()


def change(
    source: SourceFile, place: Place, declare: Index | None, gone: Index | None, by_flag: bool
) -> Change:
    """What to change in the file so that the models declare one index and no longer another.

    Raises:
        CannotEditError: it cannot be done safely.
    """
    for index in (declare, gone):
        if index is not None and index.constraint not in (None, ConstraintKind.UNIQUE):
            raise CannotEditError(f"a {index.kind} is more than an index")
    return _Editor(source, place).change(declare, gone, by_flag)


class _Editor:
    def __init__(self, source: SourceFile, place: Place) -> None:
        self._source = source
        self._place = place

    def change(self, declare: Index | None, gone: Index | None, by_flag: bool) -> Change:
        target = self._target(needed=declare is not None and gone is None)
        if gone is None:
            return Change(()) if declare is None else self._add(declare, target, by_flag)
        if self._place.declared is None:
            raise CannotEditError(f"{gone.kind} {gone.name.name} is declared in another file")
        found = find_declaration(self._source, gone, self._place.declared, target)
        if declare is None:
            return Change(tuple(remove(self._source, found, self._style(found.statement.start))))
        return self._replace(found, gone, declare, by_flag)

    def _style(self, offset: int) -> Style:
        return Style(self._source.width, self._source.indent, self._source.newline_at(offset))

    def _target(self, needed: bool) -> Target | None:
        """Where the table is made, None where that is not known and not ``needed``."""
        if self._place.made is None:
            if needed:
                raise CannotEditError("the table is made in another file")
            return None
        try:
            return find_table_at(self._source, self._place.table, self._place.made)
        except CannotEditError:
            if needed:
                raise
            return None

    def _spelt(self, index: Index, path: Path, keys: dict[str, str]) -> tuple[Declaration, dict[str, Import]]:
        """The declaration as the place writes it, and the names that must be imported for it."""
        names = Names(self._source, path)
        spelt = {name: names.spell(name) for name in sorted(declaration(index).names)}
        spelling = Spelling({name: text for name, (text, _) in spelt.items()}, keys, self._source.quote)
        imports = {name: wanted for name, (_, wanted) in spelt.items() if wanted is not None}
        return declaration(index, spelling), imports

    def _add(self, index: Index, target: Target | None, by_flag: bool) -> Change:
        if target is None:
            target = self._target(needed=True)
            assert target is not None
        style = self._style(target.statement.span(target.node).start)
        flag = Change(tuple(_flag(target, index, style)) if by_flag else ())
        if flag.splices and not lists_indexes(target):
            return flag
        new, imports = self._spelt(index, target.path, target.keys(index.columns))
        code = call(new.function, list(map(str, new.arguments)), style)
        try:
            return Change(tuple(put(target, code, style)), frozenset(imports.values()))
        except CannotEditError:
            if not flag.splices:
                raise
            return flag

    def _replace(self, found: Written | Flagged, gone: Index, declare: Index, by_flag: bool) -> Change:
        style = self._style(found.statement.span(found.call).start)
        target = self._target(needed=False)
        if isinstance(found, Written):
            keys = {} if target is None else target.keys(declare.columns)
            new, imports = self._spelt(declare, found.path, keys)
            made = replacement(found.statement, found.call, gone, declare, new)
            # Outside of the table's own arguments, a string is no column.
            if found.container is not None or made.only_users_keys:
                needed = frozenset(wanted for name, wanted in imports.items() if name in made.names)
                return Change(tuple(replace_call(found, made, style)), needed)
        elif by_flag and [key.column for key in gone.keys] == [key.column for key in declare.keys]:
            return Change(tuple(set_flags(found.statement, found.call, wanted_flags(declare), style)))
        added = self._add(declare, target, by_flag)
        removed = tuple(remove(self._source, found, style))
        return Change((*removed, *added.splices), added.imports)


def _flag(target: Target, index: Index, style: Style) -> list[Splice]:
    """index=True on the column, if the file has its Column() and that says nothing of the kind yet."""
    wanted = wanted_flags(index)
    for column in target.columns():
        if column.call is None or [key.column for key in index.keys] != [column.name]:
            continue
        if not any(keyword(column.call, flag) for flag in FLAGS):
            return set_flags(target.statement, column.call, wanted, style)
    return []
