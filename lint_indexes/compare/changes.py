"""The indexes of one database at two moments, or on two servers: what is lost, left over or changed."""

from __future__ import annotations

from lint_indexes.compare.equality import Comparison, Different, Undecided, compare_indexes
from lint_indexes.model.catalog import Catalog, Index, Table
from lint_indexes.model.verification import IndexChange

Remembered = tuple[Index, Index, Table | None, Table | None]


class StateComparison:
    """Compares states by name and definition, and remembers the pairs of definitions it has compared."""

    def __init__(self) -> None:
        self._known: dict[Remembered, Comparison] = {}

    def changes(
        self,
        before: Catalog,
        after: Catalog,
        words: tuple[str, str, str, str] = ("is lost", "is left over", "the state before", "the state after"),
    ) -> tuple[IndexChange, ...]:
        """The indexes that differ, sorted by name; tables that one side does not know for sure are left out.

        Args:
            words: what to say of an index that is only in ``before``, only in ``after``, and the names of
                the two states.
        """
        found = []
        for name in sorted(before.changed_indexes(after)):
            was, now = before.indexes.get(name), after.indexes.get(name)
            known = was or now
            if known is None or was is now:
                continue
            table = known.table
            if table in before.uncertain or table in after.uncertain:
                continue
            if was is None or now is None:
                found.append(IndexChange(name, words[1] if was is None else words[0]))
                continue
            different = self._difference(was, before, now, after, words[2:])
            if different is not None:
                found.append(IndexChange(name, different))
        return tuple(found)

    def _difference(
        self, was: Index, before: Catalog, now: Index, after: Catalog, places: tuple[str, ...]
    ) -> str | None:
        result = self._compare(was, before, now, after)
        if isinstance(result, Different):
            return f"is changed ({'; '.join(each.describe(*places) for each in result.differences)})"
        if isinstance(result, Undecided):
            return f"cannot be compared ({result.reason})"
        if was.constraint is not now.constraint:
            return f"is changed ({was.kind} in {places[0]}, {now.kind} in {places[1]})"
        return None

    def _compare(self, was: Index, before: Catalog, now: Index, after: Catalog) -> Comparison:
        key = (was, now, before.tables.get(was.table), after.tables.get(now.table))
        if key not in self._known:
            self._known[key] = compare_indexes(was, before, now, after)
        return self._known[key]
