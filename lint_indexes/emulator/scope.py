"""Which relation a column name belongs to (PostgreSQL source, parser/parse_relation.c, as facts)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any

from lint_indexes.ddl.errors import SqlError
from lint_indexes.emulator.values import Evaluate
from lint_indexes.model.dataclass import dataclass

Frame = tuple[Any, Any]
"""The row at hand, and the frame of the query around this one (None for the outermost)."""

SYSTEM_COLUMNS = frozenset(("ctid", "xmin", "cmin", "xmax", "cmax", "tableoid"))


@dataclass(frozen=True, slots=True)
class Source:
    """A relation in FROM; its columns stand in the row from ``offset`` on.

    ``hidden`` columns are joined by USING: they are found under the table's name only. ``complete`` is
    false where the relation may have columns that nobody has seen.
    """

    alias: str
    columns: tuple[str, ...]
    offset: int
    complete: bool = True
    stored: bool = False
    hidden: frozenset[str] = frozenset()

    def find(self, column: str) -> int | None:
        return self.offset + self.columns.index(column) if column in self.columns else None

    def may_have(self, column: str) -> bool:
        """Whether the column may exist although it is not among those known."""
        return not self.complete or (self.stored and column in SYSTEM_COLUMNS)


@dataclass(frozen=True, slots=True)
class Position:
    """A column: ``depth`` queries outwards, at ``index`` in the row. ``width`` is set for a whole row."""

    depth: int
    index: int
    width: int | None = None


@dataclass(frozen=True, slots=True)
class Aggregate:
    """An aggregate call of a query: from the frames of a group to a value."""

    evaluate: Evaluate


@dataclass(slots=True)
class Scope:
    """The relations that a query's names can mean; ``aggregates`` is None where none may stand."""

    outer: Scope | None = None
    sources: list[Source] = field(default_factory=list)
    aggregates: list[Aggregate] | None = None
    ctes: Mapping[str, Any] = field(default_factory=dict)

    @property
    def width(self) -> int:
        return sum(len(source.columns) for source in self.sources)

    def cte(self, name: str) -> Any:
        """The WITH query of that name, None if there is none."""
        if name in self.ctes:
            return self.ctes[name]
        return self.outer.cte(name) if self.outer is not None else None

    def find(self, names: Sequence[str]) -> Position | None:
        """Where a column reference points; None for a column that may exist and is not known.

        Raises:
            SqlError: 42703, 42702 or 42P01, as the parser would.
        """
        if len(names) == 1:
            return self._find_unqualified(names[0])
        return self._find_qualified(names[-2], names[-1])

    def _find_unqualified(self, name: str) -> Position | None:
        scope: Scope | None = self
        depth = 0
        while scope is not None:
            position, found = scope._here(name, depth)
            if found:
                return position
            scope, depth = scope.outer, depth + 1
        raise SqlError("42703", f'column "{name}" does not exist')

    def _here(self, name: str, depth: int) -> tuple[Position | None, bool]:
        places = [
            place
            for source in self.sources
            if name not in source.hidden and (place := source.find(name)) is not None
        ]
        if len(places) > 1:
            raise SqlError("42702", f'column reference "{name}" is ambiguous')
        if places:
            return Position(depth, places[0]), True
        if any(source.may_have(name) for source in self.sources):
            return None, True
        for source in self.sources:
            if source.alias == name:
                return Position(depth, source.offset, len(source.columns)), True
        return None, False

    def _find_qualified(self, alias: str, name: str) -> Position | None:
        scope: Scope | None = self
        depth = 0
        while scope is not None:
            source = next((one for one in scope.sources if one.alias == alias), None)
            if source is not None:
                place = source.find(name)
                if place is not None:
                    return Position(depth, place)
                if source.may_have(name):
                    return None
                raise SqlError("42703", f"column {alias}.{name} does not exist")
            scope, depth = scope.outer, depth + 1
        raise SqlError("42P01", f'missing FROM-clause entry for table "{alias}"')
