"""A history as a project grows it: new tables and indexes evenly over its revisions, and a change in each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from synthetic import operations
from synthetic.operations import Body
from synthetic.schema import INDEX_KINDS, Column, Constraint, Index, Table, new_table

FIELDS = 3
"""The columns of a new table that indexes are for; those of later indexes are added with them."""


@dataclass(frozen=True)
class Size:
    """How many there are of each at the end; of indexes, those that no constraint is behind."""

    revisions: int
    tables: int
    indexes: int


class Growth:
    """The schema after each revision; ``tables`` is what there is at the end."""

    def __init__(self, size: Size, seed: int = 0) -> None:
        self.tables: list[Table] = []
        self._size = size
        self._random = Random(seed)
        self._created = self._indexes = self._changes = 0
        self._passing: Table | None = None
        self._kinds: tuple[Callable[[Body, Table], None], ...] = (
            self._add_column,
            self._change_type,
            self._rename_index,
            self._replace_index,
            self._rename_column,
            self._add_unique,
            self._update_rows,
            self._add_column_if_missing,
            self._add_check,
            self._rename_table,
            self._passing_table,
        )

    def bodies(self) -> list[Body]:
        """What each revision does, from the first to the last."""
        bodies = [self._revision(number) for number in range(1, self._size.revisions + 1)]
        if self._passing is not None:
            operations.drop_table(bodies[-1], self._passing)
        return bodies

    def _revision(self, number: int) -> Body:
        body = Body()
        old = len(self.tables)
        indexes = self._due(self._size.indexes, number)
        for at in range(self._due(self._size.tables, number) - self._created):
            self._new_table(indexes - self._indexes if at == 0 else 0)
        for table in self.tables[old:]:
            operations.create_table(body, table)
        while self._indexes < indexes:
            self._index_in_use(body)
        if old:
            kind = self._kinds[self._changes % len(self._kinds)]
            self._changes += 1
            kind(body, self.tables[self._random.randrange(old)])
        return body

    def _due(self, whole: int, revision: int) -> int:
        """How many there are after a revision; the first has a table."""
        return max(whole * revision // self._size.revisions, min(whole, 1))

    def _new_table(self, indexes: int) -> None:
        table = new_table(self._created, FIELDS)
        if self.tables and indexes > 0:
            parent = self._random.choice(self.tables)
            name = f"fk_{table.name}_parent_id"
            table.columns.append(Column("parent_id", "BigInteger()"))
            table.constraints.append(Constraint(name, "foreign key", "parent_id", parent.name))
            table.indexes.append(Index(f"ix_{table.name}_parent_id", "parent_id", "plain"))
        while len(table.indexes) < min(indexes, FIELDS):
            table.indexes.append(_next_index(table))
        self._created += 1
        self._indexes += len(table.indexes)
        self.tables.append(table)

    def _index_in_use(self, body: Body) -> None:
        """One more index on a table that has rows, and its column if there is none yet."""
        table = self._random.choice(self.tables)
        index = _next_index(table)
        if all(column.name != index.column for column in table.columns):
            column = Column(index.column, "String(100)")
            operations.add_column(body, table, column)
            table.columns.append(column)
        operations.create_index(body, table, index)
        table.indexes.append(index)
        self._indexes += 1

    def _add_column(self, body: Body, table: Table) -> None:
        column = Column(f"extra_{self._changes}", "Integer()")
        operations.add_column(body, table, column)
        table.columns.append(column)

    def _add_column_if_missing(self, body: Body, table: Table) -> None:
        column = Column(f"extra_{self._changes}", "Numeric(12, 2)")
        operations.add_column_if_missing(body, table, column)
        table.columns.append(column)

    def _change_type(self, body: Body, table: Table) -> None:
        name = next(column for column in table.columns if column.name == "name")
        new = f"String({50 + self._changes})"
        operations.change_type(body, table, name.name, name.type, new)
        name.type = new

    def _rename_index(self, body: Body, table: Table) -> None:
        for index in table.indexes[:1]:
            new = f"{index.name.partition('__')[0]}__{self._changes}"
            operations.rename_index(body, index.name, new)
            index.name = new

    def _replace_index(self, body: Body, table: Table) -> None:
        """Its keys are others from here on, and so is its name."""
        for index in [one for one in table.indexes if one.kind == "plain" and one.column != "parent_id"][:1]:
            operations.drop_index(body, table, index)
            new = Index(f"{index.name}_created_at", index.column, "composite")
            operations.create_index(body, table, new)
            table.indexes[table.indexes.index(index)] = new

    def _rename_column(self, body: Body, table: Table) -> None:
        for column in [one for one in table.columns if one.name.startswith("extra_")][:1]:
            new = f"renamed_{self._changes}"
            operations.rename_column(body, table, column.name, new)
            column.name = new

    def _add_unique(self, body: Body, table: Table) -> None:
        column = Column(f"code_{self._changes}", "String(40)")
        operations.add_column(body, table, column)
        table.columns.append(column)
        constraint = Constraint(f"uq_{table.name}_{column.name}", "unique", column.name)
        operations.add_unique(body, table, constraint)
        table.constraints.append(constraint)

    def _update_rows(self, body: Body, table: Table) -> None:
        operations.update_rows(body, table)

    def _add_check(self, body: Body, table: Table) -> None:
        constraint = Constraint(f"ck_{table.name}_{self._changes}", "check", "", "deleted_at >= created_at")
        operations.add_check(body, table, constraint)
        table.constraints.append(constraint)

    def _rename_table(self, body: Body, table: Table) -> None:
        old = table.name
        table.name = f"{old.partition('__')[0]}__{self._changes}"
        operations.rename_table(body, old, table.name)
        for constraint in (one for other in self.tables for one in other.constraints if one.text == old):
            constraint.text = table.name

    def _passing_table(self, body: Body, table: Table) -> None:
        """A table that comes and goes."""
        if self._passing is None:
            self._passing = new_table(0, FIELDS)
            self._passing.name = f"passing_{self._changes}"
            self._passing.indexes = [Index(f"ix_passing_{self._changes}", "field_0", "plain")]
            operations.create_table(body, self._passing)
        else:
            operations.drop_table(body, self._passing)
            self._passing = None


def _next_index(table: Table) -> Index:
    number = sum(1 for index in table.indexes if index.column.startswith("field_"))
    kind = INDEX_KINDS[(number + len(table.name)) % len(INDEX_KINDS)]
    origin = table.name.partition("__")[0]
    return Index(f"ix_{origin}_field_{number}", f"field_{number}", kind)
