"""Typed access to a TOML table: what is wrong goes to Problems, and a harmless value comes back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lint_indexes.config.positions import Key
from lint_indexes.config.problems import Problems, alternatives

_TYPE_NAMES = {str: "a string", int: "an integer", float: "a float", bool: "a boolean", list: "an array"}


def type_name(value: object) -> str:
    """TOML's name for the type of a value, with its article."""
    return "a table" if isinstance(value, Mapping) else _TYPE_NAMES.get(type(value), "a date or time")


class TableReader:
    """One table of the configuration, at ``key`` below the configuration's own table."""

    def __init__(self, table: Mapping[str, object], problems: Problems, key: Key = ()) -> None:
        self.table = table
        self.problems = problems
        self.key = key

    def reject_unknown(self, valid: Iterable[str]) -> None:
        """Report every key that is not one of ``valid``."""
        known = frozenset(valid)
        for name in self.table:
            if name not in known:
                self.problem(name, f"unknown key; {alternatives(name, known)}")

    def problem(self, name: str, message: str) -> None:
        self.problems.add((*self.key, name), message)

    def string(self, name: str) -> str | None:
        """A string that is not empty, or None."""
        value = self.table.get(name)
        if value is None:
            return None
        if not isinstance(value, str):
            self.problem(name, f"must be a string, not {type_name(value)}")
            return None
        if not value.strip():
            self.problem(name, "must not be empty")
            return None
        return value

    def strings(self, name: str) -> tuple[str, ...]:
        """A string or an array of strings."""
        value = self.table.get(name)
        if value is None:
            return ()
        items: list[object] = value if isinstance(value, list) else [value]
        texts = tuple(item for item in items if isinstance(item, str))
        if len(texts) < len(items):
            wrong = next(item for item in items if not isinstance(item, str))
            wanted = "" if isinstance(value, list) else "a string or "
            of = "of " if isinstance(value, list) else ""
            self.problem(name, f"must be {wanted}an array of strings, not {of}{type_name(wrong)}")
        elif not all(text.strip() for text in texts):
            self.problem(name, "must not hold an empty string")
        else:
            return texts
        return ()

    def choices(self, name: str, valid: Iterable[str]) -> frozenset[str]:
        """A string or an array of strings, each one of ``valid``."""
        chosen = self.strings(name)
        for item in chosen:
            if item not in valid:
                self.problem(name, f'unknown value "{item}"; {alternatives(item, valid)}')
        return frozenset(chosen)

    def boolean(self, name: str) -> bool:
        value = self.table.get(name, False)
        if not isinstance(value, bool):
            self.problem(name, f"must be true or false, not {type_name(value)}")
            return False
        return value

    def subtable(self, name: str) -> TableReader:
        """A table, empty where there is none."""
        value = self.table.get(name, {})
        if not isinstance(value, Mapping):
            self.problem(name, f"must be a table, not {type_name(value)}")
            value = {}
        return TableReader(value, self.problems, (*self.key, name))
