"""Runs statements on both servers and compares what they say and what they have afterwards."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field, replace

from histories.reasons import has_several_reasons
from lint_indexes.compare.equality import Different, Equal, compare_indexes
from lint_indexes.ddl.apply import type_names
from lint_indexes.ddl.errors import SqlError
from lint_indexes.ddl.index import index_from_statement
from lint_indexes.ddl.nodes import parse_statements
from lint_indexes.emulator.session import Session
from lint_indexes.model.catalog import Catalog, ConstraintKind, Index, RelationKind
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.origin import Origin, Source
from lint_indexes.server.connection import Connection

_ORIGIN = Origin(Source.MIGRATIONS)
_OURS = r"nspname !~ '^pg_(?!temp)' AND nspname <> 'information_schema'"
_SCHEMA = "regexp_replace(nspname, '^pg_temp_.*', 'pg_temp')"
_NOT_OF_EXTENSION = """NOT EXISTS (
    SELECT FROM pg_depend WHERE classid = 'pg_class'::regclass AND objid = t.oid AND deptype = 'e')"""
_STATE = f"""
SELECT json_build_object(
    'indexes', (SELECT coalesce(json_agg(json_build_array(
            {_SCHEMA}, c.relname, t.relname, pg_get_indexdef(c.oid), indisvalid, ARRAY(
                SELECT oprname FROM pg_constraint k, unnest(k.conexclop) WITH ORDINALITY AS x (oid, position)
                JOIN pg_operator o ON o.oid = x.oid WHERE k.conindid = c.oid ORDER BY position))), '[]')
        FROM pg_index JOIN pg_class c ON c.oid = indexrelid JOIN pg_class t ON t.oid = indrelid
        JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {_OURS} AND {_NOT_OF_EXTENSION}),
    'constraints', (SELECT coalesce(json_agg(json_build_array({_SCHEMA}, t.relname, conname, contype)), '[]')
        FROM pg_constraint JOIN pg_class t ON t.oid = conrelid
        JOIN pg_namespace n ON n.oid = t.relnamespace
        WHERE contype IN ('p', 'u', 'x', 'f', 'c') AND {_OURS} AND {_NOT_OF_EXTENSION}),
    'columns', (SELECT coalesce(json_agg(json_build_array(
            {_SCHEMA}, t.relname, attname, format_type(atttypid, atttypmod), attnotnull)), '[]')
        FROM pg_attribute JOIN pg_class t ON t.oid = attrelid JOIN pg_namespace n ON n.oid = t.relnamespace
        WHERE {_OURS} AND relkind IN ('r', 'p', 'v', 'm') AND attnum > 0 AND NOT attisdropped
        AND {_NOT_OF_EXTENSION}))::text
"""
_KINDS = {
    ConstraintKind.PRIMARY_KEY: "p",
    ConstraintKind.UNIQUE: "u",
    ConstraintKind.EXCLUDE: "x",
    ConstraintKind.FOREIGN_KEY: "f",
    ConstraintKind.CHECK: "c",
}
_WITHOUT_EFFECT = frozenset({"BEGIN", "SAVEPOINT", "RELEASE", "COMMIT"})
_VIEWS = (RelationKind.VIEW, RelationKind.MATERIALIZED_VIEW)

Row = tuple[object, ...]


class DisagreementError(AssertionError):
    """The two servers differ. ``what`` is the short reason."""

    def __init__(self, what: str, history: list[str]) -> None:
        listed = "\n".join(f"    {statement};" for statement in history)
        super().__init__(f"{what}\n{listed}")
        self.what = what
        self.history = history


class UnknownEffect(Exception):  # noqa: N818 - no error of the history's
    """The emulated server does not know what became of everything: the rest of a history says nothing."""


@dataclass
class Figures:
    """What was compared in all histories so far."""

    histories: int = 0
    statements: int = 0
    errors: int = 0
    indexes: int = 0
    constraints: int = 0
    doubts: int = 0
    cut_short: int = 0
    undecided: int = 0
    for_another_reason: int = 0
    sqlstates: Counter[str] = field(default_factory=Counter)
    kinds: Counter[str] = field(default_factory=Counter)
    reasons: Counter[str] = field(default_factory=Counter)

    def describe(self) -> str:
        """The figures as text."""
        rows = (
            f"histories {self.histories}, of which {self.cut_short} were cut short by a doubt",
            f"statements {self.statements}, of {len(self.kinds)} kinds",
            f"errors compared {self.errors}, of {len(self.sqlstates)} SQLSTATEs"
            f" ({self.for_another_reason} for another of several reasons)",
            f"indexes compared {self.indexes}, undecided {self.undecided}",
            f"constraints compared {self.constraints}",
            f"doubted statements {self.doubts}",
            *(f"  {count} times: {reason}" for reason, count in self.reasons.most_common(20)),
        )
        return "\n".join(rows) + "\n"


class Judge:
    """One history on both servers."""

    def __init__(self, connection: Connection, figures: Figures) -> None:
        self._connection = connection
        self._session = Session(Catalog(), postgres_version=connection.major_version)
        self._figures = figures
        self._known: dict[QualifiedName, tuple[_Stored, Index, object]] = {}
        self.history: list[str] = []
        self.aborted = False
        self.in_transaction = False

    @property
    def catalog(self) -> Catalog:
        return self._session.catalog

    def execute(self, sql: str) -> bool:
        """Run a statement on both; whether it succeeded.

        Raises:
            DisagreementError: in its SQLSTATE, or in what is there afterwards.
            UnknownEffect: the emulated server doubts, and not about certain tables only; or PostgreSQL has an
            internal error.
        """
        self.history.append(sql)
        self._figures.statements += 1
        self._figures.kinds[" ".join(sql.split()[:2])] += 1
        ours, doubted = self._ours(sql)
        theirs = self._theirs(sql)
        if theirs is not None and theirs.startswith("XX"):
            raise UnknownEffect  # an internal error is a defect of PostgreSQL's, and no rule to follow
        if doubted:
            self._figures.doubts += 1
            self._figures.reasons[self._session.doubts[-1].reason] += 1
            if ours != theirs:
                raise UnknownEffect
        if ours and theirs and ours != theirs and has_several_reasons(sql, self.catalog):
            self._figures.for_another_reason += 1
        elif ours != theirs:
            raise DisagreementError(f"{sql}\n  PostgreSQL: {theirs}\n  emulated: {ours}", self.history)
        self._follow(sql, failed=theirs is not None)
        if theirs is not None:
            self._figures.errors += 1
            self._figures.sqlstates[theirs] += 1
            return False
        if not self.aborted and sql.split()[0] not in _WITHOUT_EFFECT:
            self.compare()
        return True

    def _ours(self, sql: str) -> tuple[str | None, bool]:
        before = len(self._session.doubts)
        sqlstate = None
        try:
            self._session.execute(sql, (), _ORIGIN)
        except SqlError as error:
            sqlstate = error.sqlstate
        return sqlstate, len(self._session.doubts) > before

    def _theirs(self, sql: str) -> str | None:
        try:
            self._connection.execute(sql)
        except SqlError as error:
            return error.sqlstate
        return None

    def _follow(self, sql: str, *, failed: bool) -> None:
        word = sql.split()[0]
        if failed:
            self.aborted = self.in_transaction
        elif word == "BEGIN":
            self.in_transaction = True
        elif word in ("COMMIT", "ROLLBACK"):
            self.aborted = False
            self.in_transaction = sql.startswith("ROLLBACK TO")

    def compare(self) -> None:
        """Compare all indexes, constraints and columns.

        Raises:
            DisagreementError: where they differ.
        """
        ((text,),) = self._connection.execute(_STATE).rows
        state: dict[str, list[list[object]]] = json.loads(str(text))
        self._compare_rows("columns", self._columns(), state["columns"])
        self._compare_rows("constraints", self._constraints(), state["constraints"])
        indexes = {
            QualifiedName(str(row[0]), str(row[1])): _Stored(
                str(row[2]), str(row[3]), bool(row[4]), tuple(row[5])
            )
            for row in state["indexes"]
        }
        ours = {index.name: index for index in self.catalog.indexes.values() if self._is_sure(index.table)}
        names = {
            name for name, row in indexes.items() if self._is_sure(QualifiedName(name.schema, row.table))
        }
        if names != set(ours):
            self._differ("indexes", sorted(map(str, names - set(ours))), sorted(map(str, set(ours) - names)))
        for name in sorted(names):
            self._compare_index(ours[name], indexes[name])

    def _is_sure(self, table: QualifiedName) -> bool:
        return table not in self.catalog.uncertain

    def _differ(self, what: str, theirs: object, ours: object) -> None:
        raise DisagreementError(
            f"{what} after {self.history[-1]}\n  PostgreSQL: {theirs}\n  emulated: {ours}", self.history
        )

    def _compare_rows(self, what: str, ours: set[Row], found: list[list[object]]) -> None:
        theirs = {tuple(row) for row in found if self._is_sure(QualifiedName(str(row[0]), str(row[1])))}
        if what == "columns":
            theirs = {self._column_row(*row) for row in theirs}
        else:
            self._figures.constraints += len(theirs)
        if ours != theirs:
            self._differ(what, sorted(map(str, theirs - ours)), sorted(map(str, ours - theirs)))

    def _column_row(self, schema: object, table: object, name: object, kind: object, required: object) -> Row:
        found = self.catalog.tables.get(QualifiedName(str(schema), str(table)))
        if found is not None and found.kind in _VIEWS:
            return schema, table, name
        user = type_names.resolve(self.catalog, str(kind))
        return schema, table, name, str(user) if user is not None else kind, required

    def _columns(self) -> set[Row]:
        return {
            self._column_row(table.name.schema, table.name.name, column.name, column.type, column.not_null)
            for table in self.catalog.tables.values()
            if self._is_sure(table.name) and table.complete
            for column in table.columns
        }

    def _constraints(self) -> set[Row]:
        return {
            (table.name.schema, table.name.name, constraint.name, _KINDS[constraint.kind])
            for table in self.catalog.tables.values()
            if self._is_sure(table.name)
            for constraint in table.constraints
        } | {
            (table.name.schema, table.name.name, reference.name, "f")
            for table in self.catalog.tables.values()
            if self._is_sure(table.name)
            for reference in table.partition_references
        }

    def _compare_index(self, ours: Index, stored: _Stored) -> None:
        self._figures.indexes += 1
        columns = self.catalog.tables[ours.table].columns
        if self._known.get(ours.name) == (stored, ours, columns):
            return
        result = compare_indexes(ours, self.catalog, stored.read(ours.name), self.catalog)
        if isinstance(result, Different) or ours.valid != stored.valid:
            self._differ(f"definition ({result})", stored, ours)
        if not isinstance(result, Equal):
            self._figures.undecided += 1
            self._figures.reasons[f"undecided: {result.reason}"] += 1
        self._known[ours.name] = (stored, ours, columns)


@dataclass(frozen=True)
class _Stored:
    """An index as PostgreSQL has it; ``operators`` are those of an exclusion constraint."""

    table: str
    definition: str
    valid: bool
    operators: tuple[str, ...]

    def read(self, name: QualifiedName) -> Index:
        [statement] = parse_statements(self.definition)
        _, operation = index_from_statement(statement.stmt)
        index = operation.definition.build(name, QualifiedName(name.schema, self.table), only=operation.only)
        keys = (
            replace(key, exclude_operator=operator)
            for key, operator in zip(index.keys, (*self.operators, *[None] * len(index.keys)), strict=False)
        )
        return replace(index, keys=tuple(keys))
