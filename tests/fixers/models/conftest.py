"""Model files that are edited and then really imported: SQLAlchemy says what they declare."""

from __future__ import annotations

import difflib
import io
import sys
import types
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import count

import pytest
import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.schema import CreateIndex, CreateTable

from lint_indexes.compare.equality import Equal, compare_indexes
from lint_indexes.emulator.session import Session
from lint_indexes.fixers.models import Edited, ModelEdit, edit_models
from lint_indexes.model.catalog import Catalog, Index
from lint_indexes.model.names import QualifiedName
from lint_indexes.model.origin import Origin, Source

PATH = "models.py"
_NUMBERS = count()


def catalog_of(source: bytes) -> Catalog:
    """What the file declares, by importing it."""
    session = Session(Catalog(), lenient=True)
    for metadata in _metadata(source):
        for schema in sorted({table.schema for table in metadata.tables.values() if table.schema}):
            _run(session, f'CREATE SCHEMA "{schema}"')
        for table in metadata.sorted_tables:
            _run(session, str(CreateTable(table).compile(dialect=postgresql.dialect())))
            for index in sorted(table.indexes, key=lambda index: str(index.name)):
                _run(session, str(CreateIndex(index).compile(dialect=postgresql.dialect())))
    assert session.doubts == []
    return session.catalog


def _run(session: Session, sql: str) -> None:
    session.execute(sql, [], Origin(Source.MODELS))


def _metadata(source: bytes) -> Iterable[sa.MetaData]:
    name = f"edited_models_{next(_NUMBERS)}"
    module = types.ModuleType(name)
    sys.modules[name] = module
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # What SQLAlchemy thinks of the models is not judged here.
            exec(compile(source, PATH, "exec"), module.__dict__)
    finally:
        del sys.modules[name]
    named = [value for value in vars(module).values() if isinstance(value, sa.MetaData)]
    named += [value.metadata for value in vars(module).values() if hasattr(value, "metadata")]
    return {id(one): one for one in named if isinstance(one, sa.MetaData)}.values()


@dataclass(frozen=True)
class Wish:
    """An edit in words: DDL of what to declare, the name of what to remove, parts of the lines of both."""

    at: str
    declare: str | None = None
    remove: str | None = None
    declared_at: str | None = None
    table: str = "booking"
    schema: str = "public"
    by_column_flag: bool = False


def line_of(source: bytes, part: str) -> int:
    [line, *_] = [n for n, line in enumerate(source.splitlines(), 1) if part.encode() in line]
    return line


def build(source: bytes, wish: Wish) -> ModelEdit:
    before = catalog_of(source)
    name = QualifiedName(wish.schema, wish.table)
    table = replace(before.tables[name], origin=Origin(Source.MODELS, PATH, line_of(source, wish.at)))
    return ModelEdit(table, _declared(before, wish), _removed(before, source, wish), wish.by_column_flag)


def _removed(before: Catalog, source: bytes, wish: Wish) -> Index | None:
    if wish.remove is None:
        return None
    line = line_of(source, wish.declared_at or wish.at)
    index = before.indexes[QualifiedName(wish.schema, wish.remove)]
    return replace(index, origin=Origin(Source.MODELS, PATH, line))


def _declared(before: Catalog, wish: Wish) -> Index | None:
    if wish.declare is None:
        return None
    catalog = before
    if wish.remove is not None:
        name = QualifiedName(wish.schema, wish.remove)
        catalog = before.without_index(name).with_table(
            replace(before.tables[before.indexes[name].table], constraints=())
        )
    session = Session(catalog, lenient=True)
    _run(session, wish.declare)
    assert session.doubts == []
    [index] = [index for name, index in session.catalog.indexes.items() if catalog.indexes.get(name) != index]
    return index


def expected(before: Catalog, edits: Iterable[ModelEdit]) -> dict[QualifiedName, Index]:
    indexes = dict(before.indexes.items())
    for edit in edits:
        if edit.remove:
            del indexes[edit.remove.name]
        if edit.declare:
            indexes[edit.declare.name] = edit.declare
    return indexes


def assert_declares(after: Catalog, before: Catalog, edits: list[ModelEdit]) -> None:
    """The indexes are those wanted, and the tables are as they were."""
    wanted = expected(before, edits)
    assert {str(name) for name in after.indexes} == {str(name) for name in wanted}
    for name, index in wanted.items():
        assert compare_indexes(index, after, after.indexes[name], after) == Equal()
        assert index.constraint == after.indexes[name].constraint
    for name, table in before.tables.items():
        assert after.tables[name].columns == table.columns
        kept = [one for one in table.constraints if one.index is None or one.index == f"{name.name}_pkey"]
        assert [one for one in kept if one not in after.tables[name].constraints] == []


@dataclass(frozen=True)
class Outcome:
    before: bytes
    edited: Edited

    @property
    def text(self) -> str:
        return self.edited.source.decode()

    @property
    def changed(self) -> list[str]:
        """The lines that went (-) and came (+)."""
        old, new = (
            io.StringIO(text.decode(), newline="").readlines() for text in (self.before, self.edited.source)
        )
        return [
            line[0] + line[2:].rstrip("\r\n")
            for line in difflib.ndiff(old, new)
            if line.startswith(("-", "+"))
        ]

    @property
    def reasons(self) -> list[str]:
        return [declined.reason for declined in self.edited.declined]


Fix = Callable[..., Outcome]


@pytest.fixture
def fix() -> Fix:
    """Make wishes true in a model file; what comes out declares what is wished for, or is as it was."""

    def run(source: str | bytes, *wishes: Wish) -> Outcome:
        content = source.encode() if isinstance(source, str) else source
        edits = [build(content, wish) for wish in wishes]
        edited = edit_models(content, PATH, edits)
        done = [edit for edit in edits if edit not in [one.edit for one in edited.declined]]
        assert_declares(catalog_of(edited.source), catalog_of(content), done)
        if not done:
            assert edited.source == content
        return Outcome(content, edited)

    return run


@pytest.fixture(scope="session")
def wish() -> type[Wish]:
    return Wish


@pytest.fixture(scope="session")
def edit_for() -> Callable[[bytes, Wish], ModelEdit]:
    """The edit that a wish for a model file means."""
    return build


@pytest.fixture(scope="session")
def declared() -> Callable[[bytes], Catalog]:
    """What a model file declares."""
    return catalog_of
