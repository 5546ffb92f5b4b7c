"""Typed access to a TOML table: what is wrong goes to Problems, and the default comes back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeVar

from lint_indexes.config.positions import Key
from lint_indexes.config.problems import Place, Problems, alternatives
from lint_indexes.config.tables import Setting

Value = TypeVar("Value")


class TableReader:
    """One table of the configuration, at ``key`` below the configuration's own table."""

    def __init__(self, table: Mapping[str, object], problems: Problems, key: Key = ()) -> None:
        self.table = table
        self.problems = problems
        self.key = key

    def reject_unknown(self, settings: Iterable[Setting[Any]], *others: str) -> None:
        """Report every key that is neither one of ``settings`` nor of ``others``."""
        known = frozenset((*(setting.name for setting in settings), *others))
        for name in self.table:
            if name not in known:
                self.problem(name, f"unknown key; {alternatives(name, known)}")

    def problem(self, name: str, message: str) -> None:
        self.problems.add((*self.key, name), message)

    def has(self, setting: Setting[Any]) -> bool:
        """Whether the key is there, with whatever value."""
        return setting.name in self.table

    def read(self, setting: Setting[Value]) -> Value:
        """The value of a key; the default where it is not there or wrong."""
        if not self.has(setting):
            return setting.default
        place = Place(self.problems, (*self.key, setting.name))
        value = setting.shape.read(self.table[setting.name], place)
        return setting.default if value is None else value

    def names(self, setting: Setting[Any]) -> tuple[str, ...]:
        """The user's keys in a table, those with wrong values too."""
        table = self.table.get(setting.name)
        return tuple(table) if isinstance(table, Mapping) else ()

    def inner(self, table: Mapping[str, object], *path: str) -> TableReader:
        """A table within this one."""
        return TableReader(table, self.problems, (*self.key, *path))
