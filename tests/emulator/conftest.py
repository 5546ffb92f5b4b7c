from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from lint_indexes.ddl.errors import SqlError
from lint_indexes.emulator.session import Session
from lint_indexes.model.catalog import Catalog
from lint_indexes.model.origin import Origin, Source

RECORDED = json.loads(Path(__file__).with_name("postgres15.json").read_text(encoding="utf-8"))
"""What PostgreSQL 15.18 and SQLAlchemy's inspector on it answered (recorded with psycopg2, autocommit)."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrize by what was recorded: ``answer``, ``script`` and ``inspected``."""
    for fixture, part, name in (
        ("answer", "answers", "sql"),
        ("script", "scripts", "name"),
        ("inspected", "inspector", "question"),
    ):
        if fixture in metafunc.fixturenames:
            entries = RECORDED[part]
            metafunc.parametrize(fixture, entries, ids=[entry[name][:90] for entry in entries])


class Client:
    """Sends statements to a session, each from a line of its own."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.line = 0

    def __call__(self, sql: str, *parameters: object) -> tuple[tuple[object, ...], ...]:
        return self.session.execute(sql, parameters, self._next_line()).rows

    def inspect(self, question: str, arguments: Mapping[str, object]) -> object:
        return self.session.inspect(question, arguments, self._next_line())

    def _next_line(self) -> Origin:
        self.line += 1
        return Origin(Source.MIGRATIONS, "versions/a.py", self.line, revision="a")

    def error(self, sql: str, *parameters: object) -> str:
        """The SQLSTATE with which a statement is refused."""
        with pytest.raises(SqlError) as caught:
            self(sql, *parameters)
        return caught.value.sqlstate

    def indexes(self) -> list[str]:
        return [index.name.name for index in self.session.catalog.sorted_indexes()]

    def doubts(self) -> list[str]:
        return [doubt.reason for doubt in self.session.doubts]


@pytest.fixture
def connect() -> Callable[..., Client]:
    """Open a session: connect("CREATE TABLE ...", lenient=True)."""

    def open_session(*sql: str, catalog: Catalog | None = None, **options: Any) -> Client:
        client = Client(Session(catalog or Catalog(), **options))
        for statement in sql:
            client(statement)
        return client

    return open_session


@pytest.fixture(scope="session")
def recorded_schema() -> Catalog:
    """The schema on which the answers were recorded."""
    session = Session(Catalog(), postgres_version=15)
    for statement in RECORDED["schema"]:
        session.execute(statement, (), Origin(Source.MIGRATIONS))
    return session.catalog
