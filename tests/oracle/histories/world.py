"""Choices among what exists: a generated statement mostly names things that are there, and sometimes not."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from lint_indexes.model.catalog import Catalog, Column, Index, RelationKind, Table, Type, TypeKind
from lint_indexes.model.names import QualifiedName, quote_identifier

_Chosen = TypeVar("_Chosen")

_LONG = "a_name_that_is_so_long_that_postgresql_cuts_it_after_63_bytes__"
"""63 bytes: whatever is appended is cut off, so two of them collide."""

TABLES = ("t", "u", "v", "w", "Order", f"{_LONG}_1", f"{_LONG[:40]}_élan_vital_et_quelques_mots_2")
COLUMNS = ("a", "b", "c", "d", "e", "select", f"{_LONG[:44]}_col")
INDEXES = ("i1", "i2", "i3", "I 4", "t_a_idx", "t_a_key", "t_pkey", f"{_LONG}x", f"{_LONG}y")
CONSTRAINTS = ("c1", "c2", "c3", "t_a_key", "t_a_fkey", "t_a_check", "u_pkey", f"{_LONG}z")
SCHEMAS = ("s1", "s2")
TYPES = ("mood", "level")
DOMAINS = ("positive", "label")
SEQUENCES = ("q1", "q2", "t_a_seq")
VIEWS = ("x", "y")
FUNCTIONS = ("f", "g")

_TABLES_PROPER = (RelationKind.TABLE, RelationKind.PARTITIONED_TABLE)


@dataclass(frozen=True)
class Step:
    """A statement, and the one that a downgrade would undo it with, if there is one."""

    sql: str
    undo: str | None = None


class NothingThere(Exception):  # noqa: N818 - it asks for another kind of statement
    """Nothing of the kind that a statement is about exists."""


class World:
    """What exists according to ``catalog``, and the choices of ``random``.

    Every choice is one of a list's, the plainest first, so that hypothesis can shrink it.
    """

    def __init__(self, random: Random, catalog: Callable[[], Catalog]) -> None:
        self._random = random
        self._catalog = catalog
        self._bounds = 0

    @property
    def catalog(self) -> Catalog:
        return self._catalog()

    def choose(self, options: Sequence[_Chosen]) -> _Chosen:
        return options[self._random.randint(0, len(options) - 1)]

    def weighted(self, options: Sequence[tuple[int, _Chosen]]) -> _Chosen:
        at = self._random.randint(0, sum(weight for weight, _ in options) - 1)
        for weight, option in options:
            at -= weight
            if at < 0:
                return option
        raise AssertionError("the weights do not add up")

    def next_bound(self) -> int:
        """A number that no partition's bound had before."""
        self._bounds += 1
        return self._bounds

    def rarely(self, one_in: int) -> bool:
        return self._random.randint(0, one_in - 1) == one_in - 1

    def number(self, low: int, high: int) -> int:
        return self._random.randint(low, high)

    def some(self, options: Sequence[_Chosen], most: int) -> list[_Chosen]:
        """Between one and ``most`` different options; none where there are none."""
        left = list(options)
        count = min(self.number(1, most), len(left))
        return [left.pop(self.number(0, len(left) - 1)) for _ in range(count)]

    def either(self, *texts: str) -> str:
        return self.choose(texts)

    def cascade(self) -> str:
        return self.either("", "", " CASCADE", " RESTRICT")

    def if_exists(self) -> str:
        return "IF EXISTS " if self.rarely(6) else ""

    def if_not_exists(self) -> str:
        return "IF NOT EXISTS " if self.rarely(6) else ""

    # Names

    def name(self, at: QualifiedName) -> str:
        """A name as a statement has it: with its schema, or without where that may be meant."""
        if at.schema == "pg_temp" or (at.schema == self.catalog.current_schema and not self.rarely(4)):
            return quote_identifier(at.name)
        return str(at)

    def new_name(self, names: Sequence[str]) -> str:
        """A name for something new, mostly one that is free, with a schema or without."""
        schema = self.choose(
            [None, None, None, *(one for one in sorted(self.catalog.schemas) if one != "pg_temp")]
        )
        if self.rarely(60):
            schema = self.choose(SCHEMAS)
        home = schema or self.catalog.current_schema or "public"
        free = [one for one in names if not self.catalog.relation_exists(QualifiedName(home, one))]
        chosen = self.choose(free if free and not self.rarely(20) else names)
        quoted = quote_identifier(chosen)
        return quoted if schema is None else f"{quote_identifier(schema)}.{quoted}"

    def tables(self, *kinds: RelationKind) -> list[Table]:
        wanted = kinds or _TABLES_PROPER
        return [table for table in self.catalog.sorted_tables() if table.kind in wanted]

    def table(self, *kinds: RelationKind) -> Table | None:
        """A table of one of the kinds, now and then of another; None for one that may not exist.

        Raises:
            NothingThere: there is none.
        """
        if self.rarely(60):
            return None
        known = self.tables(*kinds)
        if known and self.rarely(30):
            known = list(self.catalog.sorted_tables())
        return self._one_of(known)

    def _one_of(self, known: Sequence[_Chosen]) -> _Chosen:
        if not known:
            raise NothingThere
        return self.choose(known)

    def table_name(self, table: Table | None) -> str:
        return quote_identifier(self.choose(TABLES)) if table is None else self.name(table.name)

    def column(self, table: Table | None) -> Column:
        """A column of the table, now and then one that it may not have."""
        if table is None or not table.columns or self.rarely(50):
            return Column(self.choose(COLUMNS), "integer")
        return self.choose(table.columns)

    def columns(self, table: Table | None, most: int = 2) -> str:
        if table is None or not table.columns:
            return quote_identifier(self.choose(COLUMNS))
        names = [quote_identifier(column.name) for column in self.some(table.columns, most)]
        if self.rarely(60):
            names.append(quote_identifier(self.choose(COLUMNS)))
        return ", ".join(names)

    def new_column(self, table: Table | None) -> str:
        taken = {column.name for column in table.columns} if table is not None else set()
        free = [name for name in COLUMNS if name not in taken]
        return quote_identifier(self.choose(free if free and not self.rarely(30) else COLUMNS))

    def index(self, where: Callable[[Index], bool] = lambda _: True) -> Index | None:
        known = [index for index in self.catalog.sorted_indexes() if where(index)]
        return None if self.rarely(25) else self._one_of(known)

    def index_name(self, index: Index | None) -> str:
        return quote_identifier(self.choose(INDEXES)) if index is None else self.name(index.name)

    def new_index_name(self) -> str:
        free = [one for one in INDEXES if not self.catalog.relation_exists(QualifiedName("public", one))]
        return self.choose(free if free and not self.rarely(20) else INDEXES)

    def types(self, kind: TypeKind) -> list[Type]:
        known = self.catalog.types
        return [known[name] for name in sorted(known) if known[name].kind is kind]

    def type_name(self, kind: TypeKind) -> str:
        if self.rarely(30):
            return self.choose(TYPES if kind is TypeKind.ENUM else DOMAINS)
        return self.name(self._one_of(self.types(kind)).name)

    def existing(self, names: Iterable[QualifiedName], others: Sequence[str]) -> str:
        """One of the names that exist, now and then one of the others."""
        return self.choose(others) if self.rarely(20) else self.name(self._one_of(sorted(names)))

    def schema(self) -> str:
        known = [schema for schema in sorted(self.catalog.schemas) if schema != "pg_temp"]
        return self.choose(known if known and not self.rarely(20) else SCHEMAS)
