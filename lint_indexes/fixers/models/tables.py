"""The class statement or Table() that makes a table, and what its columns are called."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import libcst as cst

from lint_indexes.fixers.models.columns import (
    WrittenColumn,
    assigned_value,
    assignments,
    bases_in,
    class_columns,
    keyword,
    last_name,
    positional,
    string_value,
    subclasses_in,
    table_columns,
)
from lint_indexes.fixers.models.source import Path, SourceFile, Statement
from lint_indexes.fixers.models.splices import CannotEditError
from lint_indexes.model.catalog import Table
from lint_indexes.model.dataclass import dataclass

_LOOPS = (cst.For, cst.While, cst.ListComp, cst.SetComp, cst.DictComp, cst.GeneratorExp)


@dataclass(frozen=True, slots=True)
class Target:
    """Where a table is made: the class statement or the call, with all that it stands in."""

    source: SourceFile
    statement: Statement
    path: Path

    @property
    def node(self) -> cst.CSTNode:
        return self.path[-1]

    def columns(self) -> list[WrittenColumn]:
        """The columns that the class or the Table() itself writes."""
        if isinstance(self.node, cst.ClassDef):
            return list(class_columns(self.node))
        return list(table_columns(self.node)) if isinstance(self.node, cst.Call) else []

    def keys(self, columns: Iterable[str]) -> dict[str, str]:
        """The Column.key of columns whose key is not their name, as far as this file shows them.

        A string in Index() is looked up among the keys: an attribute ``a = Column("b")`` has the key "b".

        Raises:
            CannotEditError: a subclass adds the column, so that the table is complete without it.
        """
        wanted = set(columns)
        written = self.columns()
        if isinstance(self.node, cst.ClassDef):
            for base in bases_in(self.source, self.node):
                written += class_columns(base)
            self._refuse_late(wanted - {column.name for column in written})
        return {column.name: column.key for column in written if column.key and column.name in wanted}

    def _refuse_late(self, missing: set[str]) -> None:
        assert isinstance(self.node, cst.ClassDef)
        for subclass in subclasses_in(self.source, self.node):
            for column in class_columns(subclass):
                if column.name in missing and not makes_table(subclass):
                    raise CannotEditError(
                        f"{subclass.name.value} adds the column {column.name} to the table of its base class,"
                        " where __table_args__ cannot name it"
                    )


def makes_table(node: cst.ClassDef) -> bool:
    names = {name for name, _ in assignments(node.body.body)}
    return bool(names & {"__tablename__", "__table__"})


def find_table(source: SourceFile, table: Table) -> Target:
    """The class or Table() that the probe saw a table being made by.

    Raises:
        CannotEditError: nothing of the kind is there, or it may make other tables as well.
    """
    line = source.line((table.origin.line if table.origin else None) or 0)
    return find_table_at(source, table, line)


def find_table_at(source: SourceFile, table: Table, line: int) -> Target:
    """The same, for the line that begins at an offset."""
    statement = source.statement_at(line) if line >= 0 else None
    paths = [] if statement is None else list(_makers(statement, table, line))
    if statement is None or not paths:
        raise CannotEditError("no class statement or Table() stands where the table is made")
    if len(paths) > 1:
        raise CannotEditError("several tables are made in one line")
    target = Target(source, statement, paths[0])
    _refuse_shared(target, table)
    return target


def _makers(statement: Statement, table: Table, line: int) -> Iterator[Path]:
    for path in statement.paths(lambda node: isinstance(node, (cst.ClassDef, cst.Call))):
        node = path[-1]
        if isinstance(node, cst.ClassDef):
            if any(statement.begins_on(one, line) for one in (node, *node.decorators)):
                yield path
        elif _is_table(node, table) and statement.covers_line(node, line):
            yield path


def _is_table(node: cst.CSTNode, table: Table) -> bool:
    """Whether it may be the Table() of that name."""
    if not isinstance(node, cst.Call) or last_name(node.func) != "Table":
        return False
    return table_name(node) in (table.name.name, None)


def table_name(call: cst.Call) -> str | None:
    """The name that a Table() gives, None where it is computed."""
    named = keyword(call, "name")
    first = positional(call)[:1]
    return string_value(named.value if named else first[0].value if first else None)


def class_table_name(node: cst.ClassDef) -> cst.BaseSmallStatement | None:
    """The statement that assigns ``__tablename__``."""
    return next((found for name, found in assignments(node.body.body) if name == "__tablename__"), None)


def _refuse_shared(target: Target, table: Table) -> None:
    """Refuse what makes other tables too, as a function that builds classes does."""
    repeated = any(isinstance(node, (cst.FunctionDef, cst.Lambda, *_LOOPS)) for node in target.path[:-1])
    if isinstance(target.node, cst.ClassDef):
        statement = class_table_name(target.node)
        name = None if statement is None else string_value(assigned_value(statement))
    else:
        assert isinstance(target.node, cst.Call)
        name = table_name(target.node)
        repeated = repeated or name is None
    if name not in (None, table.name.name):
        raise CannotEditError(
            f"what stands there makes the table {name}, and {table.name.name} is derived from it"
        )
    if repeated and name is None:
        raise CannotEditError("the table is made by code that may make several")
