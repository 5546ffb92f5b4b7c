"""The variables of a PL/pgSQL block (PostgreSQL manual, 43.3 Declarations)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from lint_indexes.emulator import casts
from lint_indexes.emulator.backend import Backend
from lint_indexes.emulator.columntypes import BUILTIN_BY_NAME
from lint_indexes.emulator.compiler import Record
from lint_indexes.emulator.errors import Unsupported
from lint_indexes.emulator.plpgsql_tree import Tree
from lint_indexes.emulator.values import UNKNOWN


class Variables:
    """``values`` are the variables' values by name; a datum's number is its place in the function's list."""

    def __init__(self, backend: Backend, datums: Sequence[Tree]) -> None:
        self.backend = backend
        self.datums = [next(iter(datum.items())) for datum in datums]
        self.values: dict[str, Any] = {}

    def declare(self, evaluate: Callable[[Tree], Any]) -> None:
        """Give every variable its first value."""
        for kind, datum in self.datums:
            if kind == "PLpgSQL_var":
                if datum["refname"] not in self.values or "default_val" in datum:
                    self.values[datum["refname"]] = self._initial(datum, evaluate)
            elif kind == "PLpgSQL_rec":
                self.values[datum["refname"]] = Record()

    def _initial(self, datum: Tree, evaluate: Callable[[Tree], Any]) -> Any:
        default = datum.get("default_val")
        if default is None:
            return None
        try:
            return self._as_type(evaluate(default), datum)
        except Unsupported:
            return UNKNOWN

    def _as_type(self, value: Any, datum: Tree) -> Any:
        """The value as the variable's type keeps it."""
        name = datum.get("datatype", {}).get("PLpgSQL_type", {}).get("typname", "").strip('"')
        builtin = BUILTIN_BY_NAME.get(name.removeprefix("pg_catalog.").strip('"'))
        if builtin is None or value is UNKNOWN:
            return value
        try:
            return casts.cast(self.backend, value, builtin.format)
        except Unsupported:
            return value

    def set(self, number: int, value: Any) -> None:
        """Assign to the variable of that number.

        Raises:
            Unsupported: for a row variable.
        """
        kind, datum = self.datums[number]
        if kind == "PLpgSQL_recfield":
            record = self.datums[datum["recparentno"]][1]["refname"]
            self.values[record][datum["fieldname"]] = value
        elif kind == "PLpgSQL_var":
            self.values[datum["refname"]] = self._as_type(value, datum)
        else:
            raise Unsupported("an assignment to a row")

    def into(self, target: Tree, columns: tuple[str, ...], row: Sequence[Any] | None) -> bool:
        """Put a row, or NULLs, into the variables of INTO or FOR."""
        if "PLpgSQL_rec" in target:
            values = [None] * len(columns) if row is None else row
            self.values[target["PLpgSQL_rec"]["refname"]] = Record(zip(columns, values, strict=False))
            return True
        fields = [target["PLpgSQL_var"]] if "PLpgSQL_var" in target else target["PLpgSQL_row"]["fields"]
        for at, one in enumerate(fields):
            value = row[at] if row is not None and at < len(row) else None
            if "varno" in one:
                self.set(one["varno"], value)
            else:
                self.values[one["refname"]] = value
        return True
